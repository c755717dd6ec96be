"""An image to a file's content: the format's depth, the photograph's profile and metadata."""

from __future__ import annotations

import dataclasses
import numbers
import warnings
from collections.abc import Sequence
from typing import Any

import numpy as np

from ..errors import ColorTransferError, FileError, InputError, LossWarning
from . import animation, exif, pillow_formats, png, png_color, profiles, tiff_writer
from .arrays import as_array, quantise
from .formats import SUFFIXES
from .losses import fitting, not_carried
from .photograph import Metadata, Photograph
from .quiet import quiet, reason

# What each format stores; images of another dtype are rounded to the first.
_DEPTHS = {
    "JPEG": ("uint8",),
    "PNG": ("uint8", "uint16"),
    "TIFF": ("float32", "uint8", "uint16"),
    "WEBP": ("uint8",),
}
_LONGEST_SIDE = {"JPEG": 65_500, "WEBP": 16_383}


def encode(image: Any, suffix: str, *, quality: int = 95, strip_metadata: bool = False) -> bytes:
    """The content of the file that `save` would write.

    Parameters
    ----------
    image
        (H, W), (H, W, 1), (H, W, 3) or (H, W, 4), sRGB: uint8, uint16 or floats in [0, 1], as
        numpy array or tensor. A `Photograph` is converted back to its colour profile, and takes
        its metadata along; one that was loaded from a TIFF file may have floats outside [0, 1],
        and keeps them there. TIFF stores uint8, uint16 and float32, PNG uint8 and uint16; anything
        else is rounded to 8 bits, or to float32 for TIFF.
    suffix
        ".png", ".jpg", and so on: one of `SUFFIXES`.
    quality
        Quality of JPEG and WebP, 1 to 100. A photograph from a lossless WebP file stays lossless
        in WebP.
    strip_metadata
        Leave out all metadata: EXIF, XMP, IPTC, texts, resolution, and the colour profile (the
        file is sRGB then).

    Raises
    ------
    FileError
        If the suffix is not known, or the format cannot hold the image.
    InputError
        If the image is not one, or has transparency where the format has none.

    Warns
    -----
    LossWarning
        If the format has no place for some of the metadata (see `losses`).

    Examples
    --------
    >>> encode(photo, ".png")[:4]
    b'\x89PNG'
    """
    return encode_all([image], suffix, quality=quality, strip_metadata=strip_metadata)


def encode_all(
    images: Sequence[Any], suffix: str, *, quality: int = 95, strip_metadata: bool = False
) -> bytes:
    """The content of the file that `save_all` would write; parameters as for `encode`.

    Examples
    --------
    >>> encode_all([photo, photo // 2], ".tif")[:2]
    b'II'
    """
    kind = SUFFIXES.get(suffix.lower())
    if kind is None:
        raise FileError(f"unknown suffix {suffix!r}; use one of {', '.join(SUFFIXES)}")
    if not isinstance(quality, numbers.Integral) or not 1 <= quality <= 100:
        raise InputError(f"quality is {quality!r}; use a whole number from 1 to 100")
    _check_sequence(images, kind)
    frames = [(_pixels(image, kind), _metadata_of(image, strip_metadata)) for image in images]
    lost = dict.fromkeys(loss for _, item in frames for loss in not_carried(item, kind))
    if lost:
        warnings.warn(f"{kind} cannot hold {', '.join(lost)}", LossWarning, stacklevel=3)
    try:
        with quiet():
            return _written([_prepare(*frame, kind) for frame in frames], kind, int(quality))
    except ColorTransferError:
        raise
    except Exception as error:  # such as: more pixels or more EXIF data than JPEG has room for
        text = " ".join(str(error).split()) or reason(error)
        raise FileError(f"cannot be written as {kind} ({text}); try .tif or .png") from error


def _check_sequence(images: Sequence[Any], kind: str) -> None:
    if not images:
        raise InputError("there is no image to write; give at least one")
    if len(images) > 1 and kind not in ("TIFF", *animation.WRITTEN):
        raise FileError(f"{kind} holds one picture; use .tif, .webp or .png for {len(images)}")


def _pixels(image: Any, kind: str) -> np.ndarray:
    from_tiff = isinstance(image, Photograph) and image.metadata.format == "TIFF"
    pixels, _ = as_array(image, any_range=kind == "TIFF" and from_tiff)
    if kind != "TIFF" and pixels.dtype.kind == "f" and np.isnan(pixels.min()):
        raise FileError(f"{kind} holds no NaN (nodata); use .tif, or replace them")
    longest = _LONGEST_SIDE.get(kind)
    if longest is not None and max(pixels.shape[:2]) > longest:
        raise FileError(f"{kind} holds at most {longest} pixels a side; use .tif or .png")
    return pixels


def _metadata_of(image: Any, strip: bool) -> Metadata:
    metadata = getattr(image, "metadata", None)
    if not isinstance(metadata, Metadata):
        return Metadata()
    if strip:
        kept = ("format", "lossless", "duration", "loop")
        return Metadata(**{name: getattr(metadata, name) for name in kept})
    return metadata


def _written(frames: list[tuple[np.ndarray, Metadata]], kind: str, quality: int) -> bytes:
    if kind == "TIFF":
        return tiff_writer.write(frames)
    pixels, metadata = frames[0]
    if len(frames) > 1:
        return animation.write(frames, kind, quality=quality)
    if pixels.dtype == np.uint16:
        return png.encode16(pixels, metadata)
    return pillow_formats.write(pixels, kind, metadata, quality=quality)


def _prepare(pixels: np.ndarray, metadata: Metadata, kind: str) -> tuple[np.ndarray, Metadata]:
    """Pixels and metadata as the file will hold them."""
    color, alpha = _split(pixels, clipped=kind != "TIFF")
    if kind == "WEBP" and color.ndim == 2:  # it has no grey
        color = np.repeat(color[..., None], 3, -1)
    if kind == "JPEG" and alpha is not None:
        if (alpha < (1 if alpha.dtype.kind == "f" else np.iinfo(alpha.dtype).max)).any():
            raise InputError("JPEG has no transparency; save as .png, .tif or .webp")
        alpha = None
    profile = metadata.icc_profile
    if profile is not None and profiles.writable(profile, grey=color.ndim == 2):
        color = profiles.from_srgb(color, profile)
    else:
        profile = None
    dtype = pixels.dtype.name if pixels.dtype.name in _DEPTHS[kind] else _DEPTHS[kind][0]
    color = _in_depth(color, np.dtype(dtype))
    if alpha is not None:
        color = np.concatenate([color, _in_depth(alpha, color.dtype)[..., None]], -1)
    chunks = metadata.png_color
    if chunks and png_color.profile(chunks, grey=color.ndim == 2) != profile:
        chunks = ()  # the photograph has been given another profile
    block = metadata.exif
    block = block and exif.resized(block, color.shape[1], color.shape[0])
    metadata = dataclasses.replace(metadata, icc_profile=profile, exif=block, png_color=chunks)
    return color, fitting(metadata, kind)


def _split(pixels: np.ndarray, *, clipped: bool) -> tuple[np.ndarray, np.ndarray | None]:
    """Colour (H, W) or (H, W, 3), and alpha if any; integers as they are, floats as float32."""
    if pixels.dtype.kind == "f":
        pixels = pixels.astype(np.float32, copy=False)
        pixels = np.clip(pixels, 0, 1) if clipped else pixels
    else:
        pixels = pixels.astype(pixels.dtype.newbyteorder("="), copy=False)
    if pixels.ndim == 2 or pixels.shape[2] == 1:
        return pixels.reshape(pixels.shape[:2]), None
    return pixels[..., :3], pixels[..., 3] if pixels.shape[2] == 4 else None


def _in_depth(values: np.ndarray, dtype: np.dtype) -> np.ndarray:
    if values.dtype == dtype:
        return np.ascontiguousarray(values)
    if values.dtype.kind != "f":
        values = values / np.float32(np.iinfo(values.dtype).max)
    return quantise(values, dtype)
