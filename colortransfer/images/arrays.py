"""What callers give as an image, checked; floats as the levels of a dtype."""

from __future__ import annotations

import io
import os
import sys
from typing import Any

import numpy as np

from ..errors import InputError

DTYPES = tuple(np.dtype(name) for name in ("uint8", "uint16", "float16", "float32", "float64"))
RANGE_TOLERANCE = 1e-6  # floats this far outside [0, 1] are rounding errors, and are clipped


def quantise(values: np.ndarray, dtype: np.dtype) -> np.ndarray:
    """Floats clipped to [0, 1], as ``dtype`` (integers: 0 to the highest level)."""
    clipped = np.clip(values, 0, 1)
    if dtype.kind == "f":
        return clipped.astype(dtype, copy=False)
    # float16 has fewer levels than uint16, and ends below 65535.
    levels = clipped.astype(np.promote_types(clipped.dtype, np.float32), copy=False)
    levels *= np.iinfo(dtype).max
    return np.rint(levels, out=levels).astype(dtype)


def as_array(
    image: Any, *, name: str = "image", any_range: bool = False
) -> tuple[np.ndarray, bool]:
    """The image as a plain numpy array, not copied, and whether it was a tensor.

    Floats may lie outside [0, 1] only with ``any_range``. NaN is nodata; see `nodata`.

    Raises
    ------
    InputError
        If it is not an image as described for `as_canvas` (one that is wholly transparent is).
    """
    if isinstance(image, np.ma.MaskedArray):
        raise InputError(f"{name} is a masked array; mark pixels to leave out with alpha 0")
    # Who holds a tensor has imported TensorFlow; for everyone else it stays unimported.
    is_tensor = getattr(sys.modules.get("tensorflow"), "is_tensor", None)
    if isinstance(image, np.ndarray):
        array, from_tensor = np.asarray(image), False
    elif is_tensor is not None and is_tensor(image):
        array, from_tensor = _tensor_to_array(image, name), True
    else:
        named = isinstance(image, (str, bytes, bytearray, os.PathLike, io.IOBase))
        remedy = "images.load" if named else "numpy.asarray"
        kind = type(image).__name__
        raise InputError(f"{name} must be a numpy array or a tensor, not {kind}; use {remedy}(...)")
    _check(array, name, any_range)
    return array, from_tensor


def _tensor_to_array(tensor: Any, name: str) -> np.ndarray:
    try:
        return np.asarray(tensor.numpy())
    except (AttributeError, NotImplementedError) as error:
        raise InputError(f"{name} is a symbolic tensor; call this outside of graphs") from error


def _check(array: np.ndarray, name: str, any_range: bool) -> None:
    """Raise `InputError` unless the array is an image."""
    if array.ndim not in (2, 3) or (array.ndim == 3 and array.shape[2] not in (1, 3, 4)):
        if array.ndim == 3 and array.shape[0] in (1, 3, 4):
            raise InputError(
                f"{name} has shape {array.shape}, channels first; use {name}.transpose(1, 2, 0)"
            )
        raise InputError(
            f"{name} has shape {array.shape}; it takes one image (H, W), (H, W, 1), (H, W, 3) "
            "or (H, W, 4)"
        )
    if array.size == 0:
        raise InputError(f"{name} is empty: shape {array.shape}")
    if array.dtype.newbyteorder("=") not in DTYPES:
        raise InputError(f"{name} has dtype {array.dtype}; use uint8, uint16, or floats in [0, 1]")
    if array.dtype.kind != "f":
        return
    low, high = float(array.min()), float(array.max())
    if np.isnan(low):  # NaN spreads through min and max
        if nodata(array).all():
            raise InputError(f"every pixel of {name} is NaN; give it some that are not")
        low, high = float(np.nanmin(array)), float(np.nanmax(array))
    if not (np.isfinite(low) and np.isfinite(high)):
        raise InputError(f"{name} has infinite values; replace them first")
    if not any_range and (low < -RANGE_TOLERANCE or high > 1 + RANGE_TOLERANCE):
        remedy = "clip or rescale it with images.to_range (on the command line --range)"
        remedy = "divide by 255" if 1.5 < high <= 255 and low >= 0 else remedy
        raise InputError(
            f"{name} has floats from {low:g} to {high:g}, not in [0, 1]; {remedy} first"
        )


def nodata(array: np.ndarray) -> np.ndarray:
    """Which pixels (H, W) of an array (H, W) or (H, W, C) hold NaN: there is no data.

    Examples
    --------
    >>> nodata(np.array([[[0.5, np.nan, 0.5], [0.5, 0.5, 0.5]]]))
    array([[ True, False]])
    """
    missing = np.isnan(array)
    return missing if array.ndim == 2 else missing.any(-1)


def check_mask(
    mask: Any, visible: np.ndarray | None, shape: tuple[int, ...], name: str
) -> np.ndarray:
    """The visible pixels of the mask of the image called ``name``, bool (H, W), or InputError."""
    mask = np.asarray(mask)
    if mask.dtype != bool:
        raise InputError(f"the mask of {name} has dtype {mask.dtype}; give booleans: mask > 0")
    if mask.shape != shape:
        raise InputError(f"the mask of {name} has shape {mask.shape}; the image has {shape}")
    mask = mask if visible is None else mask & visible
    if not mask.any():
        raise InputError(f"the mask of {name} leaves no visible pixel; mark some as True")
    return mask
