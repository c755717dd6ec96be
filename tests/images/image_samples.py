"""Pictures, files, EXIF data and colour profiles for the tests.

EXIF data and profiles are made byte by byte, so that no tested library made them.
"""

import io
import struct
import zlib

import numpy as np
import PIL.Image

PREFIX = b"Exif\0\0"  # of EXIF data in a JPEG file
MAKER_NOTE = b"Notes of the maker, not to be moved"
THUMBNAIL = b"\xff\xd8 a thumbnail's JPEG data \xff\xd9"


def noise(shape, dtype, seed=0):
    values = np.random.default_rng(seed).random(shape)
    if np.dtype(dtype).kind == "u":
        values = np.rint(values * np.iinfo(dtype).max)
    return values.astype(dtype)


def smooth(shape, dtype=np.uint8):
    """A picture that lossy formats change little."""
    y, x = np.mgrid[0 : shape[0], 0 : shape[1]] / max(shape[:2])
    channels = np.stack([x, y, (x + y) / 2, 0.3 + 0.7 * x], -1)
    values = channels[..., 0] if len(shape) == 2 else channels[..., : shape[2]]
    return np.rint(values * 255).astype(dtype)


def pillow(content):
    image = PIL.Image.open(io.BytesIO(content))
    image.load()
    return image


def pillow_bytes(image, kind, **options):
    file = io.BytesIO()
    image.save(file, kind, **options)
    return file.getvalue()


def exif_block(*, orientation=1, order="<", size=(30, 20)):
    """EXIF data: make, orientation, exposure time, maker note, pixel size, GPS, and a thumbnail."""
    header = {"<": b"II*\x00", ">": b"MM\x00*"}[order] + struct.pack(order + "I", 8)
    make = b"Maker of cameras\x00"
    first, camera, gps, second = 8, 200, 300, 400

    def directory(entries, after=0):
        packed = struct.pack(order + "H", len(entries))
        for tag, kind, count, value in entries:
            code = {3: "HH", 4: "I", 1: "BBBB"}.get(kind, "I")
            fields = value if isinstance(value, tuple) else (value,)
            fields += (0,) * (len(code) - len(fields))
            packed += struct.pack(order + "HHI" + code, tag, kind, count, *fields)
        return packed + struct.pack(order + "I", after)

    parts = {
        0: header,
        first: directory(
            [
                (0x010F, 2, len(make), 100),
                (0x0112, 3, 1, orientation),
                (0x8769, 4, 1, camera),
                (0x8825, 4, 1, gps),
            ],
            second,
        ),
        100: make,
        120: struct.pack(order + "II", 1, 250),
        130: MAKER_NOTE,
        camera: directory(
            [
                (0x829A, 5, 1, 120),
                (0x927C, 7, len(MAKER_NOTE), 130),
                (0xA002, 4, 1, size[0]),
                (0xA003, 3, 1, size[1]),
            ]
        ),
        gps: directory([(0, 1, 4, (2, 3, 0, 0)), (1, 2, 2, int.from_bytes(b"N\0\0\0", "little"))])
        if order == "<"
        else directory([(0, 1, 4, (2, 3, 0, 0)), (1, 2, 2, int.from_bytes(b"N\0\0\0", "big"))]),
        second: directory([(0x0201, 4, 1, 460), (0x0202, 4, 1, len(THUMBNAIL))]),
        460: THUMBNAIL,
    }
    block = bytearray(460 + len(THUMBNAIL))
    for offset, part in parts.items():
        block[offset : offset + len(part)] = part
    return bytes(block)


def png_chunk(kind, data):
    checksum = zlib.crc32(kind + data)
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", checksum)


def png_file(rows, width, *, depth, color_type, height=None, before=b""):
    """A PNG without filters: ``rows`` are the packed bytes of each; ``before`` the pixels."""
    raw = np.pad(rows, ((0, 0), (1, 0))).tobytes()
    header = struct.pack(">IIBBBBB", width, height or len(rows), depth, color_type, 0, 0, 0)
    parts = png_chunk(b"IHDR", header) + before + png_chunk(b"IDAT", zlib.compress(raw))
    return b"\x89PNG\r\n\x1a\n" + parts + png_chunk(b"IEND", b"")


def _fixed(*values):
    return struct.pack(f">{len(values)}i", *(round(65536 * value) for value in values))


def _profile(kind, space, connection, tags):
    """An ICC profile, version 4.2 (ICC.1:2004): header, table of tags, tags."""
    table, data = struct.pack(">I", len(tags)), b""
    start = 128 + 4 + 12 * len(tags)
    for name, content in tags.items():
        content += bytes(-len(content) % 4)
        table += name + struct.pack(">II", start + len(data), len(content))
        data += content
    header = bytearray(128)
    header[0:4] = struct.pack(">I", start + len(data))
    header[8:12] = b"\x04\x20\x00\x00"
    header[12:24] = kind + space + connection
    header[36:40] = b"acsp"
    header[68:80] = _fixed(0.9642, 1.0, 0.8249)
    return bytes(header) + table + data


def rgb_profile(columns, curve):
    """A matrix profile: D50 columns of red, green and blue, and a parametric curve for all."""
    tags = {b"wtpt": b"XYZ \0\0\0\0" + _fixed(0.9642, 1.0, 0.8249)}
    for name, column in zip((b"rXYZ", b"gXYZ", b"bXYZ"), columns, strict=True):
        tags[name] = b"XYZ \0\0\0\0" + _fixed(*column)
    for name in (b"rTRC", b"gTRC", b"bTRC"):
        tags[name] = curve
    return _profile(b"mntr", b"RGB ", b"XYZ ", tags)


SRGB_CURVE = b"para\0\0\0\0\0\x03\0\0" + _fixed(2.4, 1 / 1.055, 0.055 / 1.055, 1 / 12.92, 0.04045)
# The columns that Apple's Display P3 and the sRGB of IEC 61966-2-1 have in their profiles.
P3_COLUMNS = (0.51512, 0.24120, -0.00105), (0.29198, 0.69225, 0.04189), (0.15710, 0.06657, 0.78407)
SRGB_COLUMNS = (0.43607, 0.22249, 0.01392), (0.38515, 0.71687, 0.09708), (0.14307, 0.06061, 0.7141)
DISPLAY_P3 = rgb_profile(P3_COLUMNS, SRGB_CURVE)
SOMEONES_SRGB = rgb_profile(SRGB_COLUMNS, SRGB_CURVE)
GREY_GAMMA_1 = _profile(
    b"mntr",
    b"GRAY",
    b"XYZ ",
    {
        b"wtpt": b"XYZ \0\0\0\0" + _fixed(0.9642, 1.0, 0.8249),
        b"kTRC": b"curv\0\0\0\0" + struct.pack(">I", 0),
    },
)


def ink_profile(lab_of_ink, *, kind=b"prtr"):
    """A CMYK profile whose table has two points an axis: Lab of every full ink or none."""
    line = bytes(range(256))
    points = b""
    for index in range(16):
        inks = [index >> shift & 1 for shift in (3, 2, 1, 0)]
        lightness, a, b = lab_of_ink(*inks)
        points += bytes([round(2.55 * lightness), round(a + 128), round(b + 128)])
    identity = _fixed(1, 0, 0, 0, 1, 0, 0, 0, 1)
    table = b"mft1\0\0\0\0" + bytes([4, 3, 2, 0]) + identity + 4 * line + points + 3 * line
    return _profile(kind, b"CMYK", b"Lab ", {b"A2B0": table})


# Linear light of Display P3 to that of sRGB: both have the white point D65, so that the matrix
# follows from the primaries (SMPTE EG 432-1; ITU-R BT.709).
def to_xyz(primaries, white=(0.3127, 0.3290)):
    columns = np.array([[x / y, 1, (1 - x - y) / y] for x, y in primaries]).T
    x, y = white
    return columns * np.linalg.solve(columns, [x / y, 1, (1 - x - y) / y])


P3_TO_SRGB = np.linalg.solve(
    to_xyz([(0.64, 0.33), (0.30, 0.60), (0.15, 0.06)]),
    to_xyz([(0.680, 0.320), (0.265, 0.690), (0.150, 0.060)]),
)
