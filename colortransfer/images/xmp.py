"""The orientation that XMP tells of; everything else in it is carried as it is."""

from __future__ import annotations

import re

# As an attribute and as an element.
_ORIENTATION = re.compile(
    rb"(tiff:Orientation\s*(?:=\s*[\"']|>)\s*)([1-8])(?=\s*(?:[\"']|</tiff:Orientation))"
)


def orientation(packet: bytes | None) -> int:
    """How the pixels must be turned: 1 (not at all) to 8, as EXIF numbers them."""
    found = _ORIENTATION.search(packet or b"")
    return int(found[2]) if found else 1


def upright(packet: bytes) -> bytes:
    """The packet of pixels that have been turned, as long as before."""
    return _ORIENTATION.sub(rb"\g<1>1", packet)
