"""XMP, IPTC and GeoTIFF's tags in TIFF files."""

from __future__ import annotations

import struct
from typing import Any

import numpy as np
import tifffile

from . import iptc

TiffTag = tuple[int, int, int, bytes]  # code, type, count, value as in little-endian files

XMP, IPTC, PHOTOSHOP = 700, 33723, 34377
# Scale, points and matrix of the model; keys with their numbers and texts; GDAL's own two.
GEO = (33550, 33922, 34264, 34735, 34736, 34737, 42112, 42113)


def read(page: tifffile.TiffPage) -> dict[str, Any]:
    """What `Metadata` holds of a page."""
    xmp, iptc_data = _raw(page, XMP), _raw(page, IPTC)
    if iptc_data is None:
        iptc_data = iptc.find(_raw(page, PHOTOSHOP) or b"")
    geo = []
    for code in GEO:
        tag = page.tags.get(code)
        if tag is not None and (data := _raw(page, code)) is not None:
            geo.append((code, int(tag.dtype), tag.count, data))
    return {"xmp": xmp, "iptc": iptc_data, "geotiff": tuple(geo)}


def extra_tags(
    xmp: bytes | None, iptc_data: bytes | None, geotiff: tuple[TiffTag, ...]
) -> list[tuple[int, int, int, bytes, bool]]:
    """The tags for tifffile to write."""
    tags = list(geotiff)
    if xmp is not None:
        tags.append((XMP, tifffile.DATATYPE.BYTE, len(xmp), xmp))
    if iptc_data is not None:
        tags.append((IPTC, tifffile.DATATYPE.UNDEFINED, len(iptc_data), iptc_data))
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
