"""The formats of files: told by their first bytes when read, by the suffix when written."""

from __future__ import annotations

from . import png

# What is written.
SUFFIXES = {
    ".jpg": "JPEG",
    ".jpeg": "JPEG",
    ".jfif": "JPEG",
    ".png": "PNG",
    ".tif": "TIFF",
    ".tiff": "TIFF",
    ".webp": "WEBP",
}
# What is read and not written.
READ_ONLY = {".gif": "GIF", ".bmp": "BMP", ".avif": "AVIF", ".heic": "HEIF", ".heif": "HEIF"}
NAMES = "JPEG, PNG, TIFF, WebP, GIF, BMP, AVIF or HEIC"
# Of scene-linear pictures: what is said of files that begin so.
_TO_TIFF = "convert it to a TIFF file of floats first, and use --range or images.to_range"
REMEDIES = {
    b"v/1\x01": f"it is an OpenEXR file; {_TO_TIFF}",
    b"#?RA": f"it is a Radiance HDR file; {_TO_TIFF}",
}
SIGNATURE_LENGTH = 32  # bytes that `format_of` needs

_SIGNATURES = {
    b"\xff\xd8\xff": "JPEG",
    png.SIGNATURE: "PNG",
    b"II*\x00": "TIFF",
    b"MM\x00*": "TIFF",
    b"II+\x00": "TIFF",  # with 64-bit offsets
    b"MM\x00+": "TIFF",
    b"GIF87a": "GIF",
    b"GIF89a": "GIF",
    # Of Olympus (3), Panasonic, Fujifilm, Sigma.
    b"IIRO": "RAW",
    b"IIRS": "RAW",
    b"MMOR": "RAW",
    b"IIU\x00": "RAW",
    b"FUJIFILMCCD-RAW": "RAW",
    b"FOVb": "RAW",
}
# ISO base media files, by any of their brands.
_BRANDS = {
    "RAW": (b"crx ",),
    "AVIF": (b"avif", b"avis"),
    "HEIF": (b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1"),
}
_BMP_HEADERS = (12, 40, 52, 56, 64, 108, 124)  # their lengths


def format_of(content: bytes) -> str | None:
    """The format by its first bytes: a value of `SUFFIXES` or `READ_ONLY`, "RAW", or None."""
    if content[:4] == b"RIFF" and content[8:12] == b"WEBP":
        return "WEBP"
    if content[:4] == b"II*\x00" and content[8:10] == b"CR":
        return "RAW"  # Canon's CR2 is a TIFF file
    if content[:2] == b"BM" and int.from_bytes(content[14:18], "little") in _BMP_HEADERS:
        return "BMP"
    if content[4:8] == b"ftyp":
        brands = [content[8:12], *(content[i : i + 4] for i in range(16, SIGNATURE_LENGTH, 4))]
        return next((k for k, known in _BRANDS.items() if set(known) & set(brands)), None)
    return next((kind for start, kind in _SIGNATURES.items() if content.startswith(start)), None)
