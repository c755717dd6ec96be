"""Photoshop's image resource blocks, inside which most files have their IPTC data (IIM)."""

from __future__ import annotations

import struct

PHOTOSHOP = b"Photoshop 3.0\x00"  # before the blocks in a JPEG segment
_IPTC, _THUMBNAILS = 0x0404, (0x0409, 0x040C)


def split(resources: bytes) -> tuple[bytes | None, bytes | None]:
    """The IPTC data among the blocks, and the other blocks without thumbnails; None for none."""
    data, others, position = None, b"", 0
    while resources[position : position + 4] == b"8BIM" and position + 12 <= len(resources):
        (number,) = struct.unpack_from(">H", resources, position + 4)
        name = resources[position + 6] + 1  # with the byte of its length; padded to even
        start = position + 6 + name + name % 2
        if start + 4 > len(resources):
            break
        (length,) = struct.unpack_from(">I", resources, start)
        end = start + 4 + length
        if end > len(resources):  # it has been cut short
            break
        if number == _IPTC and data is None:
            data = resources[start + 4 : end]
        elif number not in (_IPTC, *_THUMBNAILS):
            others += resources[position:end] + bytes(length % 2)
        position = end + length % 2
    return data or None, others or None


def joined(data: bytes | None, others: bytes | None) -> bytes:
    """The blocks of both."""
    block = others or b""
    if data is not None:
        block += b"8BIM" + struct.pack(">HHI", _IPTC, 0, len(data)) + data + bytes(len(data) % 2)
    return block
