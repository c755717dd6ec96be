"""Masks: how much of each pixel something is about."""

from __future__ import annotations

import os
from typing import Any

import numpy as np

from ..errors import InputError
from .arrays import quantise
from .canvas import Canvas
from .files import load

LEVELS = np.dtype(np.uint16)  # of masks that were given as floats


def as_mask(mask: Any, *, name: str = "mask") -> np.ndarray:
    """A mask as levels from 0 to the highest of its dtype, which is 1.

    Parameters
    ----------
    mask
        (H, W): bool, uint8, uint16, or floats in [0, 1]; or the path of a picture, upright as
        `load` reads it: its alpha channel where that is not the same everywhere, else its greys.
    name
        What error messages call it.

    Returns
    -------
    ndarray
        (H, W), uint8 or, from floats, uint16. Not a copy where it need not be.

    Raises
    ------
    InputError
        If it is no such array, has values outside [0, 1] or NaN, or is a picture in colours.
    FileError
        If the file cannot be read.

    Examples
    --------
    >>> as_mask(np.array([[False, True]])), as_mask(np.array([[0.0, 0.5]]))
    (array([[  0, 255]], dtype=uint8), array([[    0, 32768]], dtype=uint16))
    """
    if isinstance(mask, str | os.PathLike):
        return as_mask(_greys(np.asarray(load(mask)), f"{name} {mask}"), name=f"{name} {mask}")
    array = np.asarray(mask)
    if array.ndim != 2 or not array.size or array.dtype.kind not in "bfu" or array.itemsize > 8:
        raise InputError(f"the {name} is not an array (H, W) of bool, uint8, or floats in [0, 1]")
    if array.dtype == bool:
        return array.view(np.uint8) * np.uint8(255)
    if array.dtype in (np.uint8, np.uint16):
        return array
    if array.dtype.kind == "u":
        raise InputError(f"the {name} is {array.dtype}; give bool, uint8, or floats in [0, 1]")
    if np.isnan(array).any():
        raise InputError(f"the {name} has NaN; give 0 where nothing shall change")
    if array.min() < 0 or array.max() > 1:
        raise InputError(f"the {name} has values outside [0, 1]; divide it by its highest value")
    return quantise(array, LEVELS)


def without(mask: np.ndarray, protected: np.ndarray) -> np.ndarray:
    """A mask where another one is not: ``mask * (1 - protected)``, of `as_mask` both.

    Examples
    --------
    >>> without(np.array([[255, 255]], np.uint8), np.array([[51, 255]], np.uint8))
    array([[204,   0]], dtype=uint8)
    """
    left = np.invert(protected)  # the highest level minus each
    if not is_soft(protected):
        return np.where(left > 0, mask, mask.dtype.type(0))
    shares = left.astype(np.float32) / np.float32(np.iinfo(left.dtype).max)
    return quantise(shares * (mask / np.float32(np.iinfo(mask.dtype).max)), mask.dtype)


def fitting_mask(
    canvas: Canvas, mask: np.ndarray | None, protect: np.ndarray | None = None
) -> np.ndarray:
    """The mask (H, W) of what may change in a picture, of `as_mask`, without what is protected.

    InputError if a mask is of another size, or leaves nothing that is visible.

    Examples
    --------
    >>> from colortransfer.images import as_canvas
    >>> fitting_mask(as_canvas(np.zeros((1, 2))), None, np.array([[255, 0]], np.uint8))
    array([[  0, 255]], dtype=uint8)
    """
    for name, given in (("mask", mask), ("protect", protect)):
        if given is not None and given.shape != canvas.size:
            size = " x ".join(map(str, canvas.size))
            raise InputError(
                f"{name} has shape {given.shape}; this picture's is {size}: give one of its size"
            )
    whole = np.full(canvas.size, 255, np.uint8) if mask is None else mask
    left = whole if protect is None else without(whole, protect)
    if not (left if canvas.visible is None else left[canvas.visible]).any():
        raise InputError("the mask leaves no visible pixel; give it some above 0")
    return left


def is_soft(mask: np.ndarray) -> bool:
    """Whether any pixel of a mask, of `as_mask`, lies between 0 and 1.

    Examples
    --------
    >>> is_soft(np.array([[0, 255]], np.uint8)), is_soft(np.array([[0, 254]], np.uint8))
    (False, True)
    """
    return bool(((mask > 0) & (mask < np.iinfo(mask.dtype).max)).any())


def _greys(picture: np.ndarray, name: str) -> np.ndarray:
    """The one channel (H, W) of a picture that serves as a mask."""
    if picture.ndim == 2:
        return picture
    if picture.shape[2] == 4 and np.ptp(picture[..., 3]) > 0:
        return picture[..., 3]
    if picture.shape[2] > 1 and (picture[..., :1] != picture[..., 1:3]).any():
        raise InputError(f"the {name} has colours; save it as greys, or with an alpha channel")
    return picture[..., 0]
