"""Edits that end at the target colour, exactly."""

from __future__ import annotations

from typing import Any

import numpy as np

from .. import colors
from ..core.threads import in_threads
from ..exactness import Histogram
from ..images.canvas import Canvas, as_canvas
from ..images.strips import strips
from ..typing import Color
from .base import Transform


def apply_exactly(
    canvas: Canvas, transform: Transform, color: Color, *, space: colors.MeanSpace = "srgb"
) -> tuple[Any, Transform, float]:
    """The edited image, shifted so that its mean colour is ``color``.

    Parameters
    ----------
    canvas
        The image, from ``images.as_canvas``; its ``weights`` say which pixels count.
    color
        Target mean (3,), sRGB in [0, 1].
    space
        Where the mean is taken.

    Returns
    -------
    tuple
        The image (type, dtype and shape of the one that was taken apart); the transform with the
        shift in it; the largest difference of a channel's mean from the target, after rounding.

    Examples
    --------
    >>> from colortransfer.transforms import AffineTransform
    >>> identity = AffineTransform(np.eye(3), np.zeros(3))
    >>> grey = np.array([0.5, 0.5, 0.5])
    >>> image, transform, error = apply_exactly(as_canvas(photo), identity, grey)
    >>> transform == identity, error < 0.002
    (False, True)
    """
    # Rendered twice, to count the values and to write them: quicker than to keep a picture of
    # floats, of which there may be no room for.
    for _ in range(3):
        shift = _counted(canvas, transform).shift(color, space)
        transform = transform.shifted(shift)
        if np.abs(shift).max() <= 1:  # from further away not every value was told apart
            break
    result = transform.redraw(canvas)
    reached = as_canvas(result)
    if canvas.weights is not None and canvas.weights is not canvas.visible:
        reached = reached.weighted(canvas.weights)
    return result, transform, float(np.abs(reached.mean_color(space) - color).max())


def _counted(canvas: Canvas, transform: Transform) -> Histogram:
    """The values of the edited picture, of the pixels that count."""
    histogram = Histogram()

    def strip(rows: slice) -> list[tuple[int, np.ndarray, np.ndarray]]:
        values = transform.draw(canvas.rows, rows, canvas.size)
        return Histogram.part(values, None if canvas.weights is None else canvas.weights[rows])

    for part in in_threads(strip, strips(*canvas.size, margin=transform.margin(canvas.size))):
        histogram.add(part)
    return histogram
