"""The segments of a JPEG file: XMP, IPTC and comments in it, and how many pictures it holds."""

from __future__ import annotations

import re
import struct
from collections.abc import Iterator

from . import iptc

XMP_HEADER = b"http://ns.adobe.com/xap/1.0/\x00"
LONGEST = 65_533  # bytes of a segment's data
_LONG_XMP = b"http://ns.adobe.com/xmp/extension/\x00"
_APP1, _APP2, _APP13, _COMMENT = 0xE1, 0xE2, 0xED, 0xFE
_START_OF_SCAN, _END = 0xDA, 0xD9
_AFTER_SCAN = re.compile(b"\xff[\x01-\xcf\xd8-\xfe]")  # neither a stuffed byte nor a restart


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


def read(content: bytes) -> dict[str, object]:
    """What `Metadata` holds of XMP, IPTC and comments, the number of pictures, what is left out."""
    found: dict[str, object] = {}
    comments, left_out, resources, pictures = [], [], b"", 1
    for marker, data in segments(content):
        if marker == _APP1 and data.startswith(XMP_HEADER):
            found.setdefault("xmp", data[len(XMP_HEADER) :])
        elif marker == _APP1 and data.startswith(_LONG_XMP):
            left_out.append("the extended part of its XMP")
        elif marker == _APP2 and data.startswith(b"MPF\x00"):
            pictures = max(pictures, _listed(data[4:]))
        elif marker == _APP13 and data.startswith(iptc.PHOTOSHOP):
            resources += data[len(iptc.PHOTOSHOP) :]
        elif marker == _COMMENT:
            comments.append(data)
        elif marker == _END and b"\xff\xd8\xff" in data:
            # Such as a gain map that only XMP tells of.
            pictures = max(pictures, 2)
    found |= {"iptc": iptc.find(resources), "comments": tuple(comments), "pictures": pictures}
    return found | {"left_out": tuple(dict.fromkeys(left_out))}


def segment(marker: int, data: bytes) -> bytes:
    """A segment as it stands in a file."""
    return bytes([0xFF, marker]) + struct.pack(">H", len(data) + 2) + data


def extra(xmp: bytes | None, iptc_data: bytes | None, comments: tuple[bytes, ...]) -> bytes:
    """The segments that Pillow shall write, of what fits into them."""
    result = b""
    if xmp is not None:
        result += segment(_APP1, XMP_HEADER + xmp)
    if iptc_data is not None:
        result += segment(_APP13, iptc.PHOTOSHOP + iptc.resource(iptc_data))
    short = (comment for comment in comments if len(comment) <= LONGEST)
    return result + b"".join(segment(_COMMENT, comment) for comment in short)


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
