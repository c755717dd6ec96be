"""A file's content to a photograph: upright, in sRGB, with its metadata."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterable

import numpy as np

from ..errors import ColorTransferError, FileError
from . import animation, exif, pillow_formats, profiles, raw, tiff, xmp
from .formats import NAMES, REMEDIES, format_of
from .photograph import Photograph
from .quiet import quiet, reason
from .raster import Raster

# How to turn pixels (H, W, ...) upright, by EXIF orientation.
_TURNS: dict[int, Callable[[np.ndarray], np.ndarray]] = {
    1: lambda pixels: pixels,
    2: lambda pixels: pixels[:, ::-1],
    3: lambda pixels: pixels[::-1, ::-1],
    4: lambda pixels: pixels[::-1],
    5: lambda pixels: pixels.swapaxes(0, 1),
    6: lambda pixels: np.rot90(pixels, -1),
    7: lambda pixels: pixels[::-1, ::-1].swapaxes(0, 1),
    8: lambda pixels: np.rot90(pixels),
}


def decode(content: bytes) -> Photograph:
    """The photograph in a file's content.

    Raises
    ------
    FileError
        If there is none that can be read; the text says why, not which file.
    """
    return _decoded(content, lambda kind: [_read_first(content, kind)])[0]


def decode_all(content: bytes) -> list[Photograph]:
    """Every picture in a file's content: pages of a TIFF file, frames of an animation.

    Raises
    ------
    FileError
        As for `decode`; also for files whose other pictures are of another kind.
    """
    return _decoded(content, lambda kind: _read_all(content, kind))


def _read_first(content: bytes, kind: str) -> Raster:
    if kind == "RAW":
        return raw.read(content)
    if kind == "TIFF":
        try:
            return tiff.read(content)
        except raw.RawDataError:
            return raw.read(content)
    return pillow_formats.read(content, kind)


def _read_all(content: bytes, kind: str) -> Iterable[Raster]:
    if kind == "TIFF":
        return tiff.read_all(content)
    if kind in animation.READ:
        return animation.read(content, kind)
    first = _read_first(content, kind)
    if first.metadata.pictures > 1:
        raise FileError(f"the pictures of {kind} files are no sequence; only the first is edited")
    return [first]


def _decoded(content: bytes, read: Callable[[str], Iterable[Raster]]) -> list[Photograph]:
    kind = format_of(content)
    if kind is None:
        raise FileError(REMEDIES.get(content[:4], f"it is not a {NAMES} file"))
    try:
        with quiet():
            return [_finish(raster) for raster in read(kind)]
    except ColorTransferError:
        raise
    except Exception as error:  # what hostile data make a decoder raise has no common class
        raise FileError(reason(error)) from error


def _finish(raster: Raster) -> Photograph:
    """The pixels in sRGB and upright, with metadata that fit them."""
    metadata = raster.metadata
    profile = metadata.icc_profile
    told = profile is not None or metadata.png_color
    if not told and raster.color.shape[2:] == (3,) and exif.is_adobe_rgb(metadata.exif):
        profile = profiles.adobe_rgb()
    color = profiles.to_srgb(raster.color, profile)
    if raster.alpha is not None:
        color = np.repeat(color[..., None], 3, -1) if color.ndim == 2 else color
        color = np.concatenate([color, raster.alpha[..., None]], -1)
    orientation = exif.orientation(metadata.exif) or xmp.orientation(metadata.xmp)
    pixels = np.ascontiguousarray(_TURNS[orientation](color))
    if not pixels.flags.writeable or np.shares_memory(pixels, raster.color):
        pixels = pixels.copy()
    turned = metadata.dpi is not None and orientation >= 5
    metadata = dataclasses.replace(
        metadata,
        exif=metadata.exif and exif.upright(metadata.exif),
        xmp=metadata.xmp and xmp.upright(metadata.xmp),
        icc_profile=profile if profiles.writable(profile, grey=color.ndim == 2) else None,
        dpi=metadata.dpi[::-1] if turned and metadata.dpi else metadata.dpi,
    )
    return Photograph(pixels, metadata)
