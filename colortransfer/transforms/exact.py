"""Edits that end at the target colour, exactly."""

from __future__ import annotations

from typing import Any

import numpy as np

from .. import colors
from ..images.arrays import Decomposed, decompose
from .base import Transform
from .tally import Tally


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
    # Rendered twice, to count the values and to write them: quicker than to keep a picture of
    # floats, of which there may be no room for.
    for _ in range(3):
        shift = Tally(parts, transform).shift(color, space)
        transform = transform.shifted(shift)
        if np.abs(shift).max() <= 1:  # from further away not every value was told apart
            break
    height = len(parts.pixels)
    result = parts.rebuild(lambda rows: transform.render_rows(parts.rows(rows), rows.start, height))
    reached = decompose(result).mean_color(space)
    return result, transform, float(np.abs(reached - color).max())
