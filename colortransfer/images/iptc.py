"""IPTC data (IIM), and Photoshop's blocks, inside which JPEG files have them."""

from __future__ import annotations

import struct

PHOTOSHOP = b"Photoshop 3.0\x00"  # before the blocks in a JPEG segment
_IPTC = 0x0404


def find(resources: bytes) -> bytes | None:
    """The IPTC data among Photoshop's image resource blocks, or None."""
    position = 0
    while resources[position : position + 4] == b"8BIM" and position + 12 <= len(resources):
        (number,) = struct.unpack_from(">H", resources, position + 4)
        name = resources[position + 6] + 1  # with the byte of its length; padded to even
        start = position + 6 + name + name % 2
        if start + 4 > len(resources):
            return None
        (length,) = struct.unpack_from(">I", resources, start)
        data = resources[start + 4 : start + 4 + length]
        if number == _IPTC:
            return data if len(data) == length and data else None
        position = start + 4 + length + length % 2
    return None


def resource(data: bytes) -> bytes:
    """IPTC data as an image resource block."""
    return b"8BIM" + struct.pack(">HHI", _IPTC, 0, len(data)) + data + bytes(len(data) % 2)
