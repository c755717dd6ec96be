"""Images drawn from the caller's own values, without floats between."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from .canvas import Canvas
from .strips import strips


def is_plain(canvas: Canvas) -> bool:
    """Whether its pixels are three colours of the machine's own byte order, all with data."""
    layout = canvas.layout
    return not layout.grey and layout.holes is None and canvas.pixels.dtype.isnative


def drawn(canvas: Canvas, draw: Callable[[np.ndarray, np.ndarray], None]) -> Any:
    """An image like that of a plain canvas, made strip by strip on all processors.

    Parameters
    ----------
    draw
        From the colours (n, 3) of some pixels, as the caller has them, to new ones of the same
        dtype, which it writes into another array (n, 3).

    Examples
    --------
    >>> from colortransfer.images import as_canvas
    >>> copied = drawn(as_canvas(photo), lambda old, new: np.copyto(new, old))
    >>> bool((copied == photo).all())
    True
    """
    height, width = canvas.size

    def strip(rows: slice, pixels: np.ndarray) -> None:
        span = slice(rows.start * width, rows.stop * width)
        draw(canvas.pixels[rows].reshape(-1, 3), pixels[span, :3])

    return canvas.layout.build(strip, strips(height, width))
