"""The place where colour changed most: one blotch that an average over the picture hides."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..colors import srgb_to_lab
from ._cells import cell_starts, cell_sums
from ._ciede2000 import ciede2000
from ._measured import Measured, measured_pair

CELLS = 16  # along each side


def largest_local_change(original: Any, edited: Any) -> float:
    """Largest CIEDE2000 between mean colours of a cell before and after.

    Cells are 1/16 x 1/16 of the picture (single pixels where it has fewer than 16 along a side);
    mean colours are taken of sRGB values.

    Parameters
    ----------
    original, edited
        Images of one size.

    Returns
    -------
    float
        From 0 to about 120, lower is better. A mean shift moves every cell by about the same.

    Examples
    --------
    >>> edited = photo.copy()
    >>> edited[:10, :10] = 0
    >>> largest_local_change(photo, photo), largest_local_change(photo, edited) > 20
    (0.0, True)
    """
    first, second = measured_pair(original, edited)
    return float(ciede2000(_cell_colors(first), _cell_colors(second)).max())


def _cell_colors(shown: Measured) -> np.ndarray:
    """CIELAB (N, 3) of the mean colours of those cells in which something is visible."""
    rows, columns = (cell_starts(size, min(CELLS, size)) for size in shown.rgb.shape[:2])
    counted = cell_sums(shown.mask, rows, columns)
    sums = cell_sums(shown.rgb * shown.mask[..., None], rows, columns)
    return srgb_to_lab(sums[counted > 0] / counted[counted > 0, None])
