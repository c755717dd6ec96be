"""XMP, EXIF, IPTC, texts and private data in the chunks of a PNG file."""

from __future__ import annotations

import binascii
import zlib
from collections.abc import Iterable
from typing import Any

from . import exif, iptc, metadata_jpeg
from .photograph import Metadata

TextChunk = tuple[bytes, bytes]  # type and data

KINDS = (b"tEXt", b"zTXt", b"iTXt")
# Carried otherwise; or of the old pixels, and of no use with others.
_OTHERWISE = (
    *(b"iCCP", b"pHYs", b"tRNS", b"fcTL", b"fdAT", b"cICP", b"sRGB", b"gAMA", b"cHRM", b"mDCV"),
    *(b"mDCv", b"cLLI", b"cLLi", b"tIME", b"bKGD", b"hIST", b"sBIT", b"sPLT", b"iDOT"),
)
LONGEST = 1 << 26  # bytes of a text that is unpacked: more is a bomb
_XMP = b"XML:com.adobe.xmp"
# ImageMagick's and ExifTool's way: a name, a length, hexadecimal digits.
_RAW = b"Raw profile type "
_COMMENT = b"Comment"


def read(chunks: Iterable[tuple[bytes, memoryview]]) -> dict[str, Any]:
    """What `Metadata` holds: EXIF, XMP, IPTC, the other texts as they are, how many pictures."""
    found: dict[str, Any] = {}
    texts: list[TextChunk] = []
    pictures, private, lost = 1, [], []
    for kind, view in chunks:
        if kind in _OTHERWISE or kind[:1].isupper():
            continue
        data = bytes(view)
        if kind == b"eXIf":
            found["exif"] = exif.parse(data)
        elif kind == b"acTL" and len(data) == 8:
            pictures = int.from_bytes(data[:4], "big")
        elif kind in KINDS:
            if not _take(kind, data, found):
                texts.append((kind, data))
        elif kind[3:].islower():  # "safe to copy" to other pixels
            private.append((kind.decode("latin-1"), data))
        else:
            lost.append(f"its chunk {kind.decode('latin-1')}")
    found |= {"png_texts": tuple(texts), "pictures": max(1, pictures), "private": tuple(private)}
    return found | {"left_out": tuple(dict.fromkeys(lost))}


def chunks_to_write(metadata: Metadata) -> list[TextChunk]:
    """The chunks that hold XMP, IPTC data, comments, texts and private data in a PNG file."""
    result = list(metadata.png_texts)
    result += [(n.encode("latin-1"), d) for n, d in metadata.private if is_chunk(n)]
    if metadata.xmp is not None:
        result.append((b"iTXt", _XMP + bytes(5) + metadata.xmp))
    if blocks := iptc.joined(metadata.iptc, metadata.photoshop):
        digits = binascii.hexlify(blocks)
        lines = b"\n".join(digits[i : i + 72] for i in range(0, len(digits), 72))
        text = b"\niptc\n%8d\n%s\n" % (len(digits) // 2, lines)
        result.append((b"zTXt", _RAW + b"iptc\x00\x00" + zlib.compress(text)))
    result += [_text(_COMMENT, comment) for comment in metadata.comments]
    return result


def is_chunk(name: str) -> bool:
    """Whether private data are of PNG."""
    return not metadata_jpeg.is_segment(name)


def comments_of(texts: tuple[TextChunk, ...]) -> tuple[bytes, ...]:
    """The texts that other formats have a place for: those called Comment."""
    parsed = (_parse(kind, data) for kind, data in texts)
    return tuple(text for name, text in parsed if name == _COMMENT)


def others(texts: tuple[TextChunk, ...]) -> list[str]:
    """The names of the other texts."""
    names = {_parse(kind, data)[0] for kind, data in texts} - {_COMMENT}
    return sorted(name.decode("latin-1") for name in names)


def _take(kind: bytes, data: bytes, found: dict[str, object]) -> bool:
    """Put what the chunk holds to where it belongs, if that is not among the texts."""
    name, text = _parse(kind, data)
    if name == _XMP:
        found["xmp"] = text
        return True
    if not name.startswith(_RAW):
        return False
    content, what = _unpacked(text), name[len(_RAW) :].lower()
    if content is None:
        return False
    if what in (b"exif", b"app1") and (block := exif.parse(content)):
        found.setdefault("exif", block)
    elif what in (b"xmp", b"app1") and b"<" in content:
        found.setdefault("xmp", content.removeprefix(metadata_jpeg.XMP_HEADER))
    elif what in (b"iptc", b"8bim"):
        content = content.removeprefix(iptc.PHOTOSHOP)
        bare = content.startswith(b"\x1c")
        parts = (content, None) if bare else iptc.split(content)
        for field, part in zip(("iptc", "photoshop"), parts, strict=True):
            if part:
                found.setdefault(field, part)
        return any(parts)
    else:
        return False
    return True


def _unpacked(text: bytes) -> bytes | None:
    words = text.split(None, 2)
    if len(words) < 3:
        return None
    try:
        return binascii.unhexlify(b"".join(words[2].split()))
    except binascii.Error:
        return None


def _parse(kind: bytes, data: bytes) -> tuple[bytes, bytes]:
    """Keyword and text; an empty text where it cannot be unpacked."""
    name, _, rest = data.partition(b"\x00")
    if kind == b"tEXt":
        return name, rest
    if kind == b"zTXt":
        return name, _inflated(rest[1:])
    compressed, languages = rest[:1] == b"\x01", rest[2:].split(b"\x00", 2)
    text = languages[2] if len(languages) == 3 else b""
    return name, _inflated(text) if compressed else text


def _inflated(data: bytes) -> bytes:
    inflater = zlib.decompressobj()
    try:
        text = inflater.decompress(data, LONGEST)
    except zlib.error:
        return b""
    return b"" if inflater.unconsumed_tail else text


def _text(name: bytes, text: bytes) -> TextChunk:
    """International (UTF-8) where the text is that and not ASCII, else Latin-1."""
    try:
        international = bool(text.decode("utf-8")) and not text.isascii()
    except UnicodeDecodeError:
        international = False
    return (b"iTXt", name + bytes(5) + text) if international else (b"tEXt", name + b"\x00" + text)
