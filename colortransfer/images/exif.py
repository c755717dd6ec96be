"""EXIF data, changed in place: every tag that is not touched keeps its bytes and its offset.

Rewriting EXIF would move the maker notes, whose offsets only their makers understand. So these
functions find the few entries that pixels make stale and overwrite just those (Exif 2.32, TIFF 6).
"""

from __future__ import annotations

import io
import re
import struct
from collections.abc import Iterator
from typing import Any

import PIL.Image
from PIL.TiffImagePlugin import ImageFileDirectory_v2

IMAGE_WIDTH, IMAGE_LENGTH, ORIENTATION = 0x0100, 0x0101, 0x0112
THUMBNAIL_OFFSET, THUMBNAIL_LENGTH = 0x0201, 0x0202
EXIF_IFD, GPS_IFD, _INTEROPERABILITY_IFD = 0x8769, 0x8825, 0xA005
PIXEL_X_DIMENSION, PIXEL_Y_DIMENSION = 0xA002, 0xA003
# Of a TIFF's own tags, those that speak about the photograph and not about the file's layout:
# names of document and page, description, make, model, orientation, resolution (3), software, date,
# artist, computer, copyright; and Windows' rating (2), title, comment, author, words, subject.
RATINGS = (18246, 18249)
TIFF_TAGS = (
    *(269, 270, 271, 272, ORIENTATION, 282, 283, 285, 296, 305, 306, 315, 316, 33432),
    *(*RATINGS, 40091, 40092, 40093, 40094, 40095),
)

_HEADERS = {"<": b"II*\x00\x08\x00\x00\x00", ">": b"MM\x00*\x00\x00\x00\x08"}
_X_RESOLUTION, _Y_RESOLUTION, _RESOLUTION_UNIT = 282, 283, 296
_INCHES = {2: 1.0, 3: 2.54}  # in units of resolution
_INTEGERS = {3: "H", 4: "I"}  # TIFF's SHORT and LONG


def parse(block: bytes | None) -> bytes | None:
    """The EXIF data in a file's block: without prefix, or None when it is not EXIF."""
    if not block:
        return None
    exif = re.sub(b"^(Exif\x00\x00){1,2}", b"", block)
    return exif if exif[:4] in (b"II*\x00", b"MM\x00*") and len(exif) > 8 else None


def orientation(exif: bytes | None) -> int:
    """How the pixels must be turned: 1 (not at all) to 8, as EXIF numbers them; 0 if unsaid."""
    if exif is not None:
        for tag, position, code in _integers(exif, first_directory(exif)):
            if tag == ORIENTATION:
                value: int = struct.unpack_from(code, exif, position)[0]
                return value if 1 <= value <= 8 else 0
    return 0


def upright(exif: bytes) -> bytes:
    """The EXIF data of pixels that have been turned: orientation 1, and no thumbnail."""
    block = bytearray(exif)
    for tag, position, code in _integers(exif, first_directory(exif)):
        if tag == ORIENTATION:
            struct.pack_into(code, block, position, 1)
    return _without_thumbnail(block)


def resized(exif: bytes, width: int, height: int) -> bytes:
    """The EXIF data with the image's size, where the data mention it."""
    sizes = {
        IMAGE_WIDTH: width,
        IMAGE_LENGTH: height,
        PIXEL_X_DIMENSION: width,
        PIXEL_Y_DIMENSION: height,
    }
    block = bytearray(exif)
    directories = [first_directory(exif)]
    for tag, position, code in _integers(exif, directories[0]):
        if tag == EXIF_IFD:
            directories.append(struct.unpack_from(code, exif, position)[0])
    for directory in directories:
        for tag, position, code in _integers(exif, directory):
            size = sizes.get(tag)
            if size is not None and (code[1] == "I" or size < 2**16):
                struct.pack_into(code, block, position, size)
    return bytes(block)


def resolution(exif: bytes | None) -> tuple[float, float] | None:
    """Dots per inch that the data tell of, if any."""
    source = PIL.Image.Exif()
    try:
        source.load(exif or b"")
        inches = _INCHES[source.get(_RESOLUTION_UNIT, 2)]
        return float(source[_X_RESOLUTION]) * inches, float(source[_Y_RESOLUTION]) * inches
    except Exception:  # it says nothing, or is damaged in whatever way
        return None


def is_adobe_rgb(exif: bytes | None) -> bool:
    """Whether the data say that the pixels are Adobe RGB (DCF 2.0: interoperability "R03")."""
    if exif is None or b"R03" not in exif:
        return False
    source = PIL.Image.Exif()
    try:
        source.load(exif)
        return source.get_ifd(_INTEROPERABILITY_IFD).get(1) == "R03"
    except Exception:  # it says nothing, or is damaged in whatever way
        return False


def of_resolution(dpi: tuple[float, float]) -> bytes:
    """EXIF data that say the resolution and nothing else."""
    block = PIL.Image.Exif()
    block[_X_RESOLUTION], block[_Y_RESOLUTION] = dpi
    block[_RESOLUTION_UNIT] = 2
    return parse(block.tobytes()) or b""


def from_tiff(content: bytes, directory: int) -> bytes | None:
    """EXIF data made from the tags of a TIFF file's directory at this offset.

    Also of files with 64-bit offsets. None when it has none that can be read.
    """
    result = PIL.Image.Exif()
    try:
        source = _entries(content, directory)
        result.endian = _order(content)
        for tag in TIFF_TAGS:
            if tag in source:
                result[tag] = source[tag]
        for link in (EXIF_IFD, GPS_IFD):
            if link in source and (entries := _entries(content, source[link])):
                result.get_ifd(link).update(entries)
        return parse(result.tobytes()) if len(result) or result.get_ifd(EXIF_IFD) else None
    except Exception:  # Pillow's reader raises whatever the damage leads to
        return None


def _entries(content: bytes, directory: int) -> dict[int, Any]:
    """Tags and values of a directory; of single values the value, not a tuple."""
    file, found = io.BytesIO(content), ImageFileDirectory_v2(_HEADERS[_order(content)])
    # Pillow itself knows 64-bit offsets in little-endian files only.
    found._bigtiff = content[2:4] in (b"+\x00", b"\x00+")
    file.seek(directory)
    found.load(file)
    return {
        tag: value[0] if isinstance(value, tuple) and len(value) == 1 else value
        for tag, value in found.items()
    }


def first_directory(exif: bytes) -> int:
    """Offset of the first directory."""
    offset: int = struct.unpack_from(_order(exif) + "I", exif, 4)[0]
    return offset


def _order(exif: bytes | bytearray) -> str:
    return "<" if exif[:2] == b"II" else ">"


def _integers(exif: bytes, directory: int) -> Iterator[tuple[int, int, str]]:
    """Tag, position and struct code of every single integer in a directory of entries."""
    order = _order(exif)
    if directory + 2 > len(exif):
        return
    (count,) = struct.unpack_from(order + "H", exif, directory)
    for start in range(directory + 2, min(directory + 2 + 12 * count, len(exif) - 11), 12):
        tag, kind, values = struct.unpack_from(order + "HHI", exif, start)
        if kind in _INTEGERS and values == 1:
            yield tag, start + 8, order + _INTEGERS[kind]


def _without_thumbnail(block: bytearray) -> bytes:
    """The data with the link to the second directory cut, and the picture behind it removed."""
    order, first = _order(block), first_directory(bytes(block))
    if first + 2 > len(block):
        return bytes(block)
    link = first + 2 + 12 * struct.unpack_from(order + "H", block, first)[0]
    if link + 4 > len(block):
        return bytes(block)
    (second,) = struct.unpack_from(order + "I", block, link)
    struct.pack_into(order + "I", block, link, 0)
    found = {
        tag: struct.unpack_from(code, block, position)[0]
        for tag, position, code in _integers(bytes(block), second if second else len(block))
    }
    start, length = found.get(THUMBNAIL_OFFSET, 0), found.get(THUMBNAIL_LENGTH, 0)
    if length and 8 < start < len(block) and start + length <= len(block):
        # Nothing follows it as a rule; where something does, it has to stay where it is.
        if start + length >= len(block) - 1:
            del block[start:]
        else:
            block[start : start + length] = bytes(length)
    return bytes(block)
