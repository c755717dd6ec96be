"""XMP, IPTC, Photoshop's and GeoTIFF's tags in TIFF files."""

from __future__ import annotations

import struct
from typing import Any

import numpy as np
import tifffile

from . import exif, iptc
from .photograph import Metadata

TiffTag = tuple[int, int, int, bytes]  # code, type, count, value as in little-endian files

XMP, IPTC, PHOTOSHOP = 700, 33723, 34377
# Scale, points and matrix of the model; keys with their numbers and texts; GDAL's own two.
GEO = (33550, 33922, 34264, 34735, 34736, 34737, 42112, 42113)
_PRIVATE = 32768  # codes from here on belong to companies
_ICC = 34675
# Layout of pixels, hints for printing, the directory of interoperability.
_NO_LOSS = (32995, 32996, 32997, 32998, 50341, 40965)


def read(page: tifffile.TiffPage) -> dict[str, Any]:
    """What `Metadata` holds of a page."""
    data, others = iptc.split(_raw(page, PHOTOSHOP) or b"")
    geo = []
    for code in GEO:
        tag = page.tags.get(code)
        if tag is not None and (data := _raw(page, code)) is not None:
            geo.append((code, int(tag.dtype), tag.count, data))
    return {
        "xmp": _raw(page, XMP),
        "iptc": _raw(page, IPTC) or data,
        "photoshop": others,
        "geotiff": tuple(geo),
    }


def others(page: tifffile.TiffPage) -> list[str]:
    """The names of private tags that are not carried: Photoshop's layers, say."""
    known = (XMP, IPTC, PHOTOSHOP, _ICC, exif.EXIF_IFD, exif.GPS_IFD, *exif.TIFF_TAGS, *GEO)
    tags = [tag for tag in page.tags if tag.code >= _PRIVATE]
    return [tag.name for tag in tags if tag.code not in (*known, *_NO_LOSS)]


def extra_tags(metadata: Metadata) -> list[tuple[int, int, int, bytes, bool]]:
    """The tags for tifffile to write."""
    tags = list(metadata.geotiff)
    kind = tifffile.DATATYPE
    for code, dtype, data in (
        (XMP, kind.BYTE, metadata.xmp),
        (IPTC, kind.UNDEFINED, metadata.iptc),
        (PHOTOSHOP, kind.BYTE, metadata.photoshop),
    ):
        if data is not None:
            tags.append((code, dtype, len(data), data))
    return [(*tag, True) for tag in tags]


def _raw(page: tifffile.TiffPage, code: int) -> bytes | None:
    """The bytes of a tag's value, little-endian; None where it is missing or cut short."""
    tag = page.tags.get(code)
    if tag is None:
        return None
    layout = tifffile.TIFF.DATA_FORMATS[tag.dtype]
    unit, size = struct.calcsize("=" + layout[1]), tag.count * struct.calcsize("=" + layout)
    file = page.parent.filehandle
    file.seek(tag.valueoffset)
    data = file.read(size) if size <= file.size else b""
    if len(data) != size or not data:
        return None
    if unit > 1 and page.parent.byteorder == ">":
        data = np.frombuffer(data, f">u{unit}").astype(f"<u{unit}").tobytes()
    return data
