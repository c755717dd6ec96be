"""Images edited by maps of colours, which do not know where a pixel is."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from .arrays import blended
from .canvas import Canvas
from .layout import put
from .strips import chunks, strips

ColorMap = Callable[[np.ndarray], np.ndarray]  # planes (3, n) to planes (3, n)


def recolored(
    canvas: Canvas,
    function: ColorMap,
    *,
    strength: float = 1.0,
    precise: bool = True,
    channelwise: bool = False,
) -> Any:
    """As `Canvas.rebuild`, by a function that gives each pixel's new colour wherever it is.

    Parameters
    ----------
    canvas
        The image, from `as_canvas`.
    function
        From planes (3, n) of old colours to planes of new ones.
    strength
        Between 0, the old colours, and 1, the new ones.
    precise
        Whether the planes are float64 or float32.
    channelwise
        Whether a channel's new value depends on its old one alone. Integer images are then
        edited through a table of their levels.

    Examples
    --------
    >>> from colortransfer.images import as_canvas
    >>> recolored(as_canvas(np.array([[51, 255]], np.uint8)), lambda planes: 1 - planes)
    array([[204,   0]], dtype=uint8)
    """

    def changed(before: np.ndarray) -> np.ndarray:
        return blended(before, function(before), strength).T

    layout, pixels = canvas.layout, len(canvas.flat)
    if channelwise and canvas.levels:
        levels = np.tile(np.linspace(0, 1, canvas.levels + 1), (3, 1))
        table = layout.channels(changed(levels)).T

        def draw(chunk: slice, new: np.ndarray) -> None:
            old = canvas.flat[chunk]
            put(new, (row.take(old[:, c]) for c, row in enumerate(table)))

    else:

        def draw(chunk: slice, new: np.ndarray) -> None:
            layout.write(new, changed(canvas.planes(chunk, precise=precise)))

    def strip(span: slice, new: np.ndarray) -> None:
        for chunk in chunks(span):
            draw(chunk, new[chunk])

    return layout.build(strip, strips(pixels))
