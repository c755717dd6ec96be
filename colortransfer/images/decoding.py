"""A file's content to a photograph: upright, in sRGB, with its metadata."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable

import numpy as np

from ..errors import ColorTransferError, FileError
from . import exif, pillow_formats, png, profiles, tiff
from .photograph import Photograph
from .quiet import quiet, reason
from .raster import Raster

SIGNATURE_LENGTH = 12  # bytes that `format_of` needs

_SIGNATURES = {
    b"\xff\xd8\xff": "JPEG",
    png.SIGNATURE: "PNG",
    b"II*\x00": "TIFF",
    b"MM\x00*": "TIFF",
    b"II+\x00": "TIFF",  # with 64-bit offsets
    b"MM\x00+": "TIFF",
}

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


def format_of(content: bytes) -> str | None:
    """The format by its first bytes: JPEG, PNG, TIFF or WEBP; None for anything else."""
    if content[:4] == b"RIFF" and content[8:12] == b"WEBP":
        return "WEBP"
    return next((kind for start, kind in _SIGNATURES.items() if content.startswith(start)), None)


def decode(content: bytes) -> Photograph:
    """The photograph in a file's content.

    Raises
    ------
    FileError
        If there is none that can be read; the text says why, not which file.
    """
    kind = format_of(content)
    if kind is None:
        raise FileError("it is not a JPEG, PNG, TIFF or WebP file")
    try:
        with quiet():
            if kind == "TIFF":
                return _finish(tiff.read(content))
            return _finish(pillow_formats.read(content, kind))
    except ColorTransferError:
        raise
    except Exception as error:  # what hostile data make a decoder raise has no common class
        raise FileError(reason(error)) from error


def _finish(raster: Raster) -> Photograph:
    """The pixels in sRGB and upright, with metadata that fit them."""
    metadata = raster.metadata
    profile = metadata.icc_profile
    color = profiles.to_srgb(raster.color, profile)
    if raster.alpha is not None:
        color = np.repeat(color[..., None], 3, -1) if color.ndim == 2 else color
        color = np.concatenate([color, raster.alpha[..., None]], -1)
    orientation = exif.orientation(metadata.exif)
    pixels = np.ascontiguousarray(_TURNS[orientation](color))
    if not pixels.flags.writeable or np.shares_memory(pixels, raster.color):
        pixels = pixels.copy()
    turned = metadata.dpi is not None and orientation >= 5
    metadata = dataclasses.replace(
        metadata,
        exif=metadata.exif and exif.upright(metadata.exif),
        icc_profile=profile if profiles.writable(profile, grey=color.ndim == 2) else None,
        dpi=metadata.dpi[::-1] if turned and metadata.dpi else metadata.dpi,
    )
    return Photograph(pixels, metadata)
