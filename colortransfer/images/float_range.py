"""Floats outside [0, 1], as linear and HDR pictures have them, and edits of them."""

from __future__ import annotations

from typing import Any, Literal, get_args

import numpy as np

from ..errors import InputError

Range = Literal["clip", "scale", "keep"]
RANGES: tuple[Range, ...] = get_args(Range)


def to_range(image: Any, how: Range) -> Any:
    """The image with its colours in [0, 1], as every edit takes them.

    Parameters
    ----------
    image
        (H, W), (H, W, 3) or (H, W, 4). Integers are in their range already.
    how
        "clip" takes the nearest value, "scale" maps the range of the colours linearly to [0, 1]
        (0 stays where it is unless there are values below), "keep" does as "clip", and
        `with_excess` gives back what was cut off.

    Returns
    -------
    numpy.ndarray or Photograph
        Of the same shape and dtype; the image itself where there is nothing to do.

    Examples
    --------
    >>> import numpy as np
    >>> from colortransfer.images import to_range, with_excess
    >>> light = np.array([[0.0, 0.5, 2.0]])
    >>> to_range(light, "scale")
    array([[0.  , 0.25, 1.  ]])
    >>> with_excess(to_range(light, "keep") * 0.9, light)
    array([[0.  , 0.45, 1.9 ]])
    """
    if how not in RANGES:
        raise InputError(f"range is {how!r}; use one of {', '.join(RANGES)}")
    if not isinstance(image, np.ndarray) or image.dtype.kind != "f" or not image.size:
        return image
    color = image[..., :3] if image.ndim == 3 else image
    # fmin and fmax pass over NaN, which is nodata and stays so.
    low = min(0.0, float(np.fmin.reduce(color, axis=None)))
    high = max(1.0, float(np.fmax.reduce(color, axis=None)))
    if (low, high) == (0.0, 1.0):
        return image
    result = np.clip(image, 0, 1)
    if how == "scale":
        scaled = np.clip((color - low) / (high - low), 0, 1)
        result[..., : scaled.shape[-1]] = scaled
    return result


def with_excess(edited: Any, original: Any) -> Any:
    """An edited image with what "keep" cut off from ``original`` added: highlights stay.

    Examples
    --------
    >>> bright = np.array([[[1.5, 0.5, 0.5]]])
    >>> with_excess(np.array([[[0.9, 0.5, 0.5]]]), bright).round(2)
    array([[[1.4, 0.5, 0.5]]])
    """
    if not isinstance(original, np.ndarray) or original.dtype.kind != "f":
        return edited
    return edited + (np.asarray(original) - np.clip(np.asarray(original), 0, 1))
