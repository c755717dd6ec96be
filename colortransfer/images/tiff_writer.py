"""Writing TIFF through imageio's tifffile plugin, with the EXIF directories it leaves out."""

from __future__ import annotations

import io
import struct
from collections.abc import Sequence
from typing import Any

import imageio.v3 as iio
import numpy as np
import PIL.Image
import tifffile
from PIL.TiffImagePlugin import ImageFileDirectory_v2

from . import exif, metadata_tiff
from .photograph import Metadata

_Directories = dict[int, dict[int, Any]]  # entries by the tag that leads to them

_INTEROPERABILITY = 0xA005
_HEADERS = {"<": b"II*\x00\x08\x00\x00\x00", ">": b"MM\x00*\x00\x00\x00\x08"}


def write(pages: Sequence[tuple[np.ndarray, Metadata]]) -> bytes:
    """Encode uint8, uint16 or float32 pixels (H, W), (H, W, 3) or (H, W, 4), losslessly.

    EXIF data are carried on as far as TIFF allows: the texts (make, model, artist, ...), and the
    EXIF and GPS directories. Maker notes are moved; those with offsets inside may become
    unreadable. EXIF data that are damaged are left out.
    """
    if len(pages) > 1:
        return _write_pages(pages)
    pixels, metadata = pages[0]
    options, directories = _options(pixels, metadata)
    content = iio.imwrite("<bytes>", pixels, plugin="tifffile", extension=".tif", **options)
    return _with_directories(bytes(content), [directories])


def _write_pages(pages: Sequence[tuple[np.ndarray, Metadata]]) -> bytes:
    file, directories = io.BytesIO(), []
    with tifffile.TiffWriter(file) as writer:
        for pixels, metadata in pages:
            options, found = _options(pixels, metadata)
            writer.write(pixels, **options)
            directories.append(found)
    return _with_directories(file.getvalue(), directories)


def _options(pixels: np.ndarray, metadata: Metadata) -> tuple[dict[str, Any], _Directories]:
    """What tifffile is told of a page, and the directories that it does not write."""
    options: dict[str, Any] = {
        "photometric": "minisblack" if pixels.ndim == 2 else "rgb",
        "compression": "zlib",
        "predictor": pixels.dtype.kind != "f",  # the one for floats is not read everywhere
        "metadata": None,
        "software": False,
        "extratags": [],
    }
    if pixels.ndim == 3 and pixels.shape[2] == 4:
        options["extrasamples"] = ["unassalpha"]
    if metadata.icc_profile is not None:
        options["iccprofile"] = metadata.icc_profile
    if metadata.dpi is not None:
        options |= {"resolution": metadata.dpi, "resolutionunit": "inch"}
    directories: _Directories = {}
    if metadata.exif is not None:
        options["extratags"], directories = _tags(metadata.exif)
    options["extratags"] += metadata_tiff.extra_tags(metadata)
    return options, directories


def _tags(block: bytes) -> tuple[list[Any], _Directories]:
    """EXIF data as tags for tifffile to write, and as directories for `_with_directories`."""
    source = PIL.Image.Exif()
    try:
        source.load(block)
        values = {tag: source[tag] for tag in exif.TIFF_TAGS if tag in source}
        directories = {tag: dict(source.get_ifd(tag)) for tag in (exif.EXIF_IFD, exif.GPS_IFD)}
        for entries in directories.values():
            entries.pop(_INTEROPERABILITY, None)  # an offset into the old data
            _serialised(entries, "<", 0)
    except Exception:  # damaged EXIF data: Pillow raises whatever the damage leads to
        return [], {}
    directories = {tag: entries for tag, entries in directories.items() if entries}
    own = [tag for item in values.items() for tag in _tag(*item)]
    # tifffile does not write the tags that lead to directories: others hold their places.
    places = [(tag - 1, tifffile.DATATYPE.LONG, 1, 0, True) for tag in directories]
    return [*own, *places], directories


def _tag(code: int, value: Any) -> list[Any]:
    """A text, Windows' UTF-16 or a rating for tifffile to write; what else there is it knows."""
    if isinstance(value, str):
        return [(code, tifffile.DATATYPE.ASCII, None, value.encode("latin-1", "replace"), True)]
    if isinstance(value, bytes):
        return [(code, tifffile.DATATYPE.BYTE, len(value), value, True)]
    if code in exif.RATINGS and isinstance(value, int):
        return [(code, tifffile.DATATYPE.SHORT, 1, value, True)]
    return []


def _serialised(entries: dict[int, Any], order: str, offset: int) -> bytes:
    """A directory as it stands at ``offset`` of a file with that byte order."""
    directory = ImageFileDirectory_v2(_HEADERS[order])
    for tag, value in entries.items():
        directory[tag] = value
    return directory.tobytes(offset)


def _with_directories(content: bytes, directories: Sequence[_Directories]) -> bytes:
    """The file with the directories of each page at its end, and tags that lead there."""
    if not any(directories):
        return content
    result = bytearray(content)
    with tifffile.TiffFile(io.BytesIO(content)) as file:
        order = file.byteorder
        for page, links in zip(file.pages, directories, strict=True):
            assert isinstance(page, tifffile.TiffPage)  # frames are made on demand only
            for tag, entries in links.items():
                result += bytes(len(result) % 2)  # directories begin at even offsets
                place = page.tags[tag - 1].offset
                struct.pack_into(order + "H", result, place, tag)
                struct.pack_into(order + "I", result, place + 8, len(result))
                result += _serialised(entries, order, len(result))
    return bytes(result)
