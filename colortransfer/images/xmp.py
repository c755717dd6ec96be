"""What in XMP is about pixels: the orientation, and further pictures. The rest stays as it is."""

from __future__ import annotations

import re
from collections.abc import Iterator
from xml.parsers import expat

# As an attribute and as an element.
_ORIENTATION = re.compile(
    rb"(tiff:Orientation\s*(?:=\s*[\"']|>)\s*)([1-8])(?=\s*(?:[\"']|</tiff:Orientation))"
)
# Names, namespace first, of what leads to pictures and videos behind a JPEG's first picture: gain
# maps (Adobe's, which Ultra HDR uses), the directory of a file's parts and motion photographs
# (Google's).
_FURTHER = re.compile(
    r"http://ns\.adobe\.com/hdr-gain-map/1\.0/ "
    r"|http://ns\.google\.com/photos/1\.0/container/(item/)? "
    r"|http://ns\.google\.com/photos/1\.0/camera/ (MotionPhoto|MicroVideo)"
)
_TAG = re.compile(rb"<(?:\"[^\"]*\"|'[^']*'|[^>\"'])*>")
_ATTRIBUTE = re.compile(rb"\s([^\s=:]+):([^\s=]+)\s*=\s*(?:\"[^\"]*\"|'[^']*')")


def orientation(packet: bytes | None) -> int:
    """How the pixels must be turned: 1 (not at all) to 8, as EXIF numbers them."""
    found = _ORIENTATION.search(packet or b"")
    return int(found[2]) if found else 1


def upright(packet: bytes) -> bytes:
    """The packet of pixels that have been turned, as long as before."""
    return _ORIENTATION.sub(rb"\g<1>1", packet)


def of_one_picture(packet: bytes) -> bytes:
    """The packet of a JPEG file without what tells of pictures or a video behind the first one.

    Every other byte stays; so does the whole packet where it is no XML in UTF-8.
    """
    text = packet.rstrip(b"\x00")
    if b"\x00" in text:  # UTF-16
        return packet
    try:
        spans = _Further(text).spans
    except (expat.ExpatError, ValueError):
        return packet
    kept, position = [], 0
    for start, end in sorted(spans):
        kept.append(packet[position:start])
        position = max(position, end)
    return b"".join([*kept, packet[position:]])


class _Further:
    """Where in a packet the elements and attributes that lead to further pictures are."""

    def __init__(self, packet: bytes) -> None:
        self.packet = packet
        self.spans: list[tuple[int, int]] = []
        self.prefixes: dict[bytes, str] = {}  # to namespaces; XMP writers do not redefine them
        self.depth, self.outermost = 0, 0  # of the element that goes
        self.parser = expat.ParserCreate("utf-8", " ")
        self.parser.StartNamespaceDeclHandler = self._declare
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._end
        self.parser.Parse(packet, True)

    def _declare(self, prefix: str | None, namespace: str | None) -> None:
        self.prefixes[(prefix or "").encode()] = namespace or ""

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        self.depth += 1
        if self.outermost:
            return
        start = self.parser.CurrentByteIndex
        tag = _TAG.match(self.packet, start)
        if tag is not None and _FURTHER.match(name):
            self.outermost = self.depth
            self.spans.append(tag.span())
        elif tag is not None:
            self.spans += self._attributes(*tag.span())

    def _end(self, name: str) -> None:
        if self.depth == self.outermost:
            start, end = self.spans.pop()
            if self.packet[end - 2 : end] != b"/>":
                end = self.packet.index(b">", self.parser.CurrentByteIndex) + 1
            self.spans.append((start, end))
            self.outermost = 0
        self.depth -= 1

    def _attributes(self, start: int, end: int) -> Iterator[tuple[int, int]]:
        for found in _ATTRIBUTE.finditer(self.packet, start, end):
            prefix, name = found[1], found[2].decode()
            if prefix == b"xmlns":
                prefix, name = found[2], ""
            if _FURTHER.match(f"{self.prefixes.get(prefix, '')} {name}"):
                yield found.span()
