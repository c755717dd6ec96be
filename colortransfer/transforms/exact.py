"""Edits that end at the target colour, exactly."""

from __future__ import annotations

from typing import Any

import numpy as np

from .. import colors
from ..images.arrays import Decomposed, decompose
from .base import Transform


def apply_exactly(
    parts: Decomposed, transform: Transform, color: np.ndarray, space: colors.MeanSpace = "srgb"
) -> tuple[Any, Transform, float]:
    """The edited image, shifted so that its mean colour is ``color``.

    Parameters
    ----------
    parts
        The image, from ``images.decompose``.
    color
        Target mean (3,), sRGB in [0, 1].
    space
        Where the mean is taken.

    Returns
    -------
    tuple
        The image (type, dtype and shape of the one that was decomposed); the transform with the
        shift in it; the largest difference of a channel's mean from the target, after rounding.
    """
    edited = transform.render(parts.rgb)
    shift = colors.exact_shift(edited, color, parts.visible, space)
    edited += shift.astype(np.float32)
    result = parts.restore(edited)
    reached = colors.mean_color(decompose(result).rgb, parts.visible, space)
    return result, transform.shifted(shift), float(np.abs(reached - color).max())
