"""PNG's chunks, and PNG with 16 bits a channel, which Pillow would reduce to 8."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterable, Iterator

import imagecodecs
import numpy as np

from ..errors import FileError
from . import metadata_png
from .photograph import Metadata

SIGNATURE = b"\x89PNG\r\n\x1a\n"
Chunk = tuple[bytes, memoryview]  # type and data

_AFTER_HEADER = len(SIGNATURE) + 12 + 13  # the IHDR chunk comes first, and has 13 bytes
_CHANNELS = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}  # by colour type
_TRANSPARENT_COLOR = {0: 2, 2: 6}  # bytes of the tRNS chunk, by colour type
# First column, first row, and their steps, of each pass of an interlaced image.
_ADAM7 = (
    (0, 0, 8, 8),
    (4, 0, 8, 8),
    (0, 4, 4, 8),
    (2, 0, 4, 4),
    (0, 2, 2, 4),
    (1, 0, 2, 2),
    (0, 1, 1, 2),
)
_METERS_PER_INCH = 0.0254


def chunks(content: bytes) -> Iterator[Chunk]:
    """Type and data of every chunk of a PNG file; damaged ones that may be ignored are left out.

    Raises
    ------
    FileError
        If the file ends early, or the checksum of a critical chunk is wrong.
    """
    view, position, kind = memoryview(content), len(SIGNATURE), b""
    while kind != b"IEND":
        if position + 12 > len(content):
            raise FileError("it ends early")
        length, kind = struct.unpack_from(">I4s", content, position)
        end = position + 8 + length
        if end + 4 > len(content):
            raise FileError("it ends early")
        data = view[position + 8 : end]
        if zlib.crc32(data, zlib.crc32(kind)) == struct.unpack_from(">I", content, end)[0]:
            yield kind, data
        elif kind[:1].isupper():  # the chunk is critical
            raise FileError("it is damaged (a checksum is wrong)")
        position = end + 4


def check_pixels(parts: Iterable[Chunk]) -> None:
    """Raise `FileError` if there are fewer pixels than the header declares.

    Pillow would leave the rest of the image black.
    """
    missing, inflater = 0, zlib.decompressobj()
    for kind, data in parts:
        if kind == b"IHDR":
            missing = _raw_size(data)
        rest: bytes | memoryview = data if kind == b"IDAT" else b""
        while rest and missing > 0:
            missing -= len(inflater.decompress(rest, 1 << 20))
            rest = inflater.unconsumed_tail
    # What is still inside the inflater when the input ends.
    if missing > len(inflater.flush()):
        raise FileError("it has fewer pixels than it declares")


def bit_depth(content: bytes) -> int:
    """Bits a channel, 1 to 16, as the header says."""
    return content[len(SIGNATURE) + 16]


def decode16(parts: Iterable[Chunk]) -> np.ndarray:
    """uint16 pixels of a PNG file with 16 bits: (H, W), or (H, W, 2..4) with alpha last if any."""
    content, color_type = SIGNATURE, 0
    needed = []
    for kind, data in parts:
        if kind == b"IHDR":
            color_type = data[9]
        # libpng would print what it thinks of the others.
        transparent = kind == b"tRNS" and len(data) == _TRANSPARENT_COLOR.get(color_type)
        if kind in (b"IHDR", b"IDAT", b"IEND") or transparent:
            needed.append(_chunk(kind, data))
    return imagecodecs.png_decode(content + b"".join(needed))


def encode16(pixels: np.ndarray, metadata: Metadata) -> bytes:
    """A PNG file of uint16 pixels (H, W), (H, W, 3) or (H, W, 4), with the metadata's chunks."""
    content = bytes(imagecodecs.png_encode(np.ascontiguousarray(pixels)))
    extra = b""
    if metadata.icc_profile is not None and not metadata.png_color:
        extra += _chunk(b"iCCP", b"ICC profile\x00\x00" + zlib.compress(metadata.icc_profile))
    if metadata.dpi is not None:
        x, y = (round(dpi / _METERS_PER_INCH) for dpi in metadata.dpi)
        extra += _chunk(b"pHYs", struct.pack(">IIB", x, y, 1))
    if metadata.exif is not None:
        extra += _chunk(b"eXIf", metadata.exif)
    return with_metadata(content[:_AFTER_HEADER] + extra + content[_AFTER_HEADER:], metadata)


def with_metadata(content: bytes, metadata: Metadata) -> bytes:
    """The file with chunks for what neither Pillow nor libpng writes: colours, XMP, IPTC, texts."""
    chunks = [*metadata.png_color, *metadata_png.chunks_to_write(metadata)]
    if not chunks:
        return content
    extra = b"".join(_chunk(*chunk) for chunk in chunks)
    return b"".join((content[:_AFTER_HEADER], extra, content[_AFTER_HEADER:]))


def _raw_size(header: memoryview) -> int:
    """Bytes of the pixels before compression: rows of whole bytes, each with its filter's type."""
    width, height, depth, color_type, *methods, interlaced = struct.unpack(">IIBBBBB", header)
    if any(methods) or interlaced > 1:
        raise FileError("it is compressed in a way that PNG does not know")
    size = 0
    for x, y, step_x, step_y in _ADAM7 if interlaced else ((0, 0, 1, 1),):
        columns, rows = -(-(width - x) // step_x), -(-(height - y) // step_y)
        if columns > 0 and rows > 0:
            size += rows * (1 + (columns * depth * _CHANNELS[color_type] + 7) // 8)
    return size


def _chunk(kind: bytes, data: bytes | memoryview) -> bytes:
    checksum = struct.pack(">I", zlib.crc32(data, zlib.crc32(kind)))
    return b"".join((struct.pack(">I", len(data)), kind, data, checksum))
