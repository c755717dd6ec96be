"""What a file cannot hold of a photograph, said before it is written."""

from __future__ import annotations

import dataclasses
from typing import Any

from ..errors import FileError
from . import metadata_jpeg, metadata_png
from .formats import SUFFIXES
from .photograph import Metadata

_EXIF_PREFIX = 6  # bytes
_LONGEST_XMP = metadata_jpeg.LONGEST - len(metadata_jpeg.XMP_HEADER)

_OWN = {"JPEG": metadata_jpeg.is_segment, "PNG": metadata_png.is_chunk}  # private data


def losses(image: Any, suffix: str, *, strip_metadata: bool = False) -> tuple[str, ...]:
    """What replacing the file that ``image`` was loaded from would lose.

    Parameters
    ----------
    image
        A `Photograph`; other images have nothing to lose.
    suffix
        Of the file to write: one of `SUFFIXES`.
    strip_metadata
        Whether metadata are to be left out anyway.

    Returns
    -------
    tuple of str
        A phrase each: "2 other pictures", "its IPTC data".

    Raises
    ------
    FileError
        If the file cannot be written at all: EXIF data that are too long for the format.

    Examples
    --------
    >>> import numpy as np
    >>> from colortransfer.images import Metadata, Photograph, losses
    >>> photograph = Photograph(np.zeros((2, 3), np.uint8), Metadata(iptc=b"...", pictures=3))
    >>> losses(photograph, ".webp")
    ('2 other pictures', 'its IPTC data')
    """
    metadata = getattr(image, "metadata", None)
    if not isinstance(metadata, Metadata):
        return ()
    kind = SUFFIXES.get(suffix.lower())
    carried = () if strip_metadata or kind is None else not_carried(metadata, kind)
    return (*not_loaded(metadata), *carried)


def not_loaded(metadata: Metadata) -> tuple[str, ...]:
    """What is in the file and not in the photograph."""
    others = metadata.pictures - 1
    pictures = (f"{others} other picture{'s' if others > 1 else ''}",) if others else ()
    return (*pictures, *metadata.left_out)


def not_carried(metadata: Metadata, kind: str) -> tuple[str, ...]:
    """What is in the photograph and has no place in a file of this kind."""
    longest, words = metadata_jpeg.LONGEST, comments(metadata)
    if kind == "JPEG" and len(metadata.exif or b"") + _EXIF_PREFIX > longest:
        raise FileError("cannot be written as JPEG (EXIF data is too long); try .tif or .png")
    left = fitting(metadata, kind)
    texts = metadata_png.others(metadata.png_texts) if kind != "PNG" else []
    private = dict.fromkeys(part[0] for part in metadata.private if part not in left.private)
    lost = {
        "its XMP": metadata.xmp != left.xmp,
        "its IPTC data": metadata.iptc != left.iptc,
        "its Photoshop data": metadata.photoshop != left.photoshop,
        "its comments": kind in ("TIFF", "WEBP") and bool(words),
        "comments of more than 64 kB": kind == "JPEG" and any(len(w) > longest for w in words),
        f"its texts ({', '.join(texts)})": bool(texts),
        "its GeoTIFF tags": kind != "TIFF" and bool(metadata.geotiff),
        f"its private data ({', '.join(private)})": bool(private),
    }
    return tuple(name for name, is_lost in lost.items() if is_lost)


def fitting(metadata: Metadata, kind: str) -> Metadata:
    """The metadata without what a file of this kind has no room for."""
    if kind == "JPEG" and len(metadata.xmp or b"") > _LONGEST_XMP:
        metadata = dataclasses.replace(metadata, xmp=None)
    if kind == "WEBP":
        metadata = dataclasses.replace(metadata, iptc=None, photoshop=None)
    own = _OWN.get(kind)
    private = tuple(part for part in metadata.private if own and own(part[0]))
    return dataclasses.replace(metadata, private=private)


def comments(metadata: Metadata) -> tuple[bytes, ...]:
    """Those of a JPEG file, and the texts of that name in a PNG file."""
    return (*metadata.comments, *metadata_png.comments_of(metadata.png_texts))
