"""The chunks of a WebP file: how its picture is compressed, and what else is in it."""

from __future__ import annotations

from collections.abc import Iterator

_KNOWN = (b"VP8 ", b"VP8L", b"VP8X", b"ALPH", b"ANIM", b"ANMF", b"ICCP", b"EXIF", b"XMP ")
_FRAME_HEADER = 16  # bytes; then the frame has chunks of its own


def is_lossless(content: bytes) -> bool:
    """Whether the first picture is compressed without loss."""
    return next((kind for kind in _chunks(content) if kind in (b"VP8 ", b"VP8L")), b"") == b"VP8L"


def left_out(content: bytes) -> tuple[str, ...]:
    """What `Metadata` does not hold: content credentials, say."""
    unknown = (kind for kind in _chunks(content) if kind not in _KNOWN and kind.isascii())
    return tuple(f"its chunk {kind.decode().strip()}" for kind in dict.fromkeys(unknown))


def _chunks(content: bytes) -> Iterator[bytes]:
    """The types of all chunks, those of frames among them."""
    position, end = 12, min(len(content), 8 + int.from_bytes(content[4:8], "little"))
    while position + 8 <= end:
        kind = content[position : position + 4]
        yield kind
        size = int.from_bytes(content[position + 4 : position + 8], "little")
        size = _FRAME_HEADER if kind == b"ANMF" else size
        position += 8 + size + size % 2
