"""How far colours left their hue: a red that became orange is another thing, or another light."""

from __future__ import annotations

from typing import Any

import numpy as np

from ._measured import measured_pair

CHROMATIC = 10.0  # chroma from which on a pixel of the original has a hue to speak of
GREY = 1.0  # a mean weight below which what was chromatic has become grey
FEW = 1e-3  # with a smaller share of such pixels, a picture has none to speak of


def hue_deviation(original: Any, edited: Any) -> float:
    """Mean change of the CIELAB hue of chromatic pixels, weighted by chroma.

    sum w |h' - h| / sum w over the pixels with a chroma C of at least 10 in the original, where
    h = atan2(b*, a*), the difference is taken the shorter way round, and w = sqrt(C C').

    Parameters
    ----------
    original, edited
        Images of one size.

    Returns
    -------
    float
        Degrees in [0, 180], lower is better; 0 for identical pictures. NaN if less than 0.1 % of
        the pixels are chromatic, or all of those became grey.

    Notes
    -----
    The weight is that of the CIE's metric hue difference, 2 sqrt(C C') sin((h' - h) / 2) (CIE 15,
    Colorimetry): what became grey has no hue, and counts nothing. CIELAB's blues turn a little
    towards purple as their chroma falls, without a change of the hue that people see.

    Examples
    --------
    >>> import numpy as np
    >>> from colortransfer import colors, evaluation
    >>> red, orange = colors.lab_to_srgb(np.array([[[60.0, 40, 0]], [[60, 40, 40]]]))
    >>> round(evaluation.hue_deviation(red[None], orange[None]), 2)
    45.0
    """
    first, second = measured_pair(original, edited)
    a, b = first.count(first.lab[..., 1:]).T
    new_a, new_b = second.count(second.lab[..., 1:]).T
    chroma = np.hypot(a, b)
    chromatic = chroma >= CHROMATIC
    weights = np.sqrt(chroma * np.hypot(new_a, new_b)) * chromatic
    count = np.count_nonzero(chromatic)
    if count < max(1.0, FEW * len(chroma)) or weights.sum() < GREY * count:
        return float("nan")
    # The angle between two vectors, of at most half a turn.
    turn = np.degrees(np.abs(np.arctan2(a * new_b - b * new_a, a * new_a + b * new_b)))
    return float((weights * turn).sum() / weights.sum())
