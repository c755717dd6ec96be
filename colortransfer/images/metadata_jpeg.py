"""The segments of a JPEG file: XMP, IPTC and comments in it, and how many pictures it holds."""

from __future__ import annotations

import re
import struct
from collections.abc import Iterator
from typing import Any

from . import iptc, xmp
from .photograph import Metadata

XMP_HEADER = b"http://ns.adobe.com/xap/1.0/\x00"
LONGEST = 65_533  # bytes of a segment's data
_APP0, _APP1, _APP2, _APP11, _APP13, _APP15, _COMMENT = 0xE0, 0xE1, 0xE2, 0xEB, 0xED, 0xEF, 0xFE
_START_OF_SCAN, _END = 0xDA, 0xD9
_AFTER_SCAN = re.compile(b"\xff[\x01-\xcf\xd8-\xfe]")  # neither a stuffed byte nor a restart
_MULTI_PICTURE = b"MPF\x00"
# What is carried otherwise, is about the old pixels' compression, or leads to other pictures.
_OTHERWISE = re.compile(
    rb"JFIF\x00|JFXX\x00|Exif\x00|http://ns\.adobe\.com/xap/1\.0/\x00|ICC_PROFILE\x00|MPF\x00"
    rb"|urn:iso:std:iso:ts:21496|Photoshop 3\.0\x00|Ducky|Adobe"
)


def segments(content: bytes) -> Iterator[tuple[int, bytes]]:
    """Marker and data of each segment of the first picture, up to its end (a damaged one's too).

    The last item is the marker of the end with what follows it in the file, where there is one.
    """
    position = 2
    while position + 4 <= len(content) and content[position] == 0xFF:
        marker = content[position + 1]
        if marker == _END:
            yield marker, content[position + 2 :]
            return
        if marker == 0xFF:  # a fill byte
            position += 1
            continue
        (length,) = struct.unpack_from(">H", content, position + 2)
        yield marker, content[position + 4 : position + 2 + length]
        position += 2 + max(2, length)
        if marker == _START_OF_SCAN:
            found = _AFTER_SCAN.search(content, position)
            position = found.start() if found else len(content)
    if content[position : position + 2] == b"\xff\xd9":
        yield _END, b""


def read(content: bytes) -> dict[str, Any]:
    """What `Metadata` holds beside EXIF, profile and resolution; what is left out."""
    found: dict[str, Any] = {"pictures": 1}
    comments, private, resources = [], [], b""
    for marker, data in segments(content):
        if marker == _APP1 and data.startswith(XMP_HEADER):
            found.setdefault("xmp", data[len(XMP_HEADER) :])
        elif marker == _APP2 and data.startswith(_MULTI_PICTURE):
            found["pictures"] = max(1, _listed(data[len(_MULTI_PICTURE) :]))
        elif marker == _APP11:  # made of the old pixels: content credentials, or more of them
            found["left_out"] = ("its segments APP11 (content credentials, say)",)
        elif marker == _APP13 and data.startswith(iptc.PHOTOSHOP):
            resources += data[len(iptc.PHOTOSHOP) :]
        elif marker == _COMMENT:
            comments.append(data)
        elif _APP0 <= marker <= _APP15 and not _OTHERWISE.match(data):
            private.append((f"APP{marker - _APP0}", data))
        elif marker == _END and b"\xff\xd8\xff" in data:
            # Such as a gain map that only XMP tells of.
            found["pictures"] = max(2, found["pictures"])
        elif marker == _END and data.strip(b"\x00\xff\r\n "):
            found["left_out"] = (*found.get("left_out", ()), "what follows it (a video, say)")
    found["iptc"], found["photoshop"] = iptc.split(resources)
    if found["pictures"] > 1 or "left_out" in found:
        _forget_further(found)
    return found | {"comments": tuple(comments), "private": tuple(private)}


def _forget_further(found: dict[str, Any]) -> None:
    """Take out of the XMP what would be untrue of a file that holds the first picture alone."""
    before = found.get("xmp", b"")
    found["xmp"] = xmp.of_one_picture(before) or None
    if before != (found["xmp"] or b""):
        found["left_out"] = (*found.get("left_out", ()), "what its XMP says of them")


def segment(marker: int, data: bytes) -> bytes:
    """A segment as it stands in a file."""
    return bytes([0xFF, marker]) + struct.pack(">H", len(data) + 2) + data


def extra(metadata: Metadata, comments: tuple[bytes, ...]) -> bytes:
    """The segments that Pillow shall write, of what fits into them."""
    found = []
    if metadata.xmp is not None:
        found.append((_APP1, XMP_HEADER + metadata.xmp))
    for name, data in metadata.private:
        if is_segment(name):
            found.append((_APP0 + int(name[3:]), data))
    blocks = iptc.joined(metadata.iptc, metadata.photoshop)
    step = LONGEST - len(iptc.PHOTOSHOP)
    for start in range(0, len(blocks), step):  # long ones go on in the next segment
        found.append((_APP13, iptc.PHOTOSHOP + blocks[start : start + step]))
    found += [(_COMMENT, comment) for comment in comments if len(comment) <= LONGEST]
    return b"".join(segment(*item) for item in found)


def is_segment(name: str) -> bool:
    """Whether private data are of JPEG."""
    return re.fullmatch("APP([0-9]|1[0-5])", name) is not None


def _listed(block: bytes) -> int:
    """The number of pictures in a multi-picture index (CIPA DC-007); 1 if it cannot be read."""
    order = "<" if block[:2] == b"II" else ">"
    try:
        (start,) = struct.unpack_from(order + "I", block, 4)
        (count,) = struct.unpack_from(order + "H", block, start)
        for place in range(start + 2, start + 2 + 12 * count, 12):
            tag, _, _, value = struct.unpack_from(order + "HHII", block, place)
            if tag == 0xB001:
                return int(value)
    except struct.error:
        pass
    return 1
