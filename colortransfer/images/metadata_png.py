"""XMP, EXIF, IPTC and texts in the chunks of a PNG file."""

from __future__ import annotations

import binascii
import zlib
from collections.abc import Iterable

from . import exif, iptc, metadata_jpeg

TextChunk = tuple[bytes, bytes]  # type and data

KINDS = (b"tEXt", b"zTXt", b"iTXt")
LONGEST = 1 << 26  # bytes of a text that is unpacked: more is a bomb
_XMP = b"XML:com.adobe.xmp"
# ImageMagick's and ExifTool's way: a name, a length, hexadecimal digits.
_RAW = b"Raw profile type "
_COMMENT = b"Comment"


def read(chunks: Iterable[tuple[bytes, memoryview]]) -> dict[str, object]:
    """What `Metadata` holds: EXIF, XMP, IPTC, the other texts as they are, how many pictures."""
    found: dict[str, object] = {}
    texts: list[TextChunk] = []
    pictures = 1
    for kind, view in chunks:
        data = bytes(view) if kind in (*KINDS, b"eXIf", b"acTL") else b""
        if kind == b"eXIf":
            found["exif"] = exif.parse(data)
        elif kind == b"acTL" and len(data) == 8:
            pictures = int.from_bytes(data[:4], "big")
        elif kind in KINDS and not _take(kind, data, found):
            texts.append((kind, data))
    return found | {"png_texts": tuple(texts), "pictures": max(1, pictures)}


def chunks_to_write(
    xmp: bytes | None,
    iptc_data: bytes | None,
    comments: tuple[bytes, ...],
    texts: tuple[TextChunk, ...],
) -> list[TextChunk]:
    """The chunks that hold them in a PNG file."""
    result = list(texts)
    if xmp is not None:
        result.append((b"iTXt", _XMP + bytes(5) + xmp))
    if iptc_data is not None:
        digits = binascii.hexlify(iptc.resource(iptc_data))
        lines = b"\n".join(digits[i : i + 72] for i in range(0, len(digits), 72))
        text = b"\niptc\n%8d\n%s\n" % (len(digits) // 2, lines)
        result.append((b"zTXt", _RAW + b"iptc\x00\x00" + zlib.compress(text)))
    for comment in comments:
        result.append(_text(_COMMENT, comment))
    return result


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
    elif what in (b"iptc", b"8bim") and (block := _iptc(content)):
        found.setdefault("iptc", block)
    else:
        return False
    return True


def _iptc(content: bytes) -> bytes | None:
    content = content.removeprefix(iptc.PHOTOSHOP)
    return content if content.startswith(b"\x1c") else iptc.find(content)


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
