"""What became of the pixels that were black, or white and neutral.

The eye takes them as its reference: a shadow that glows or a tinted cloud gives an edit away.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from ._measured import Measured, measured_pair

BLACK = 10.0  # L* below which a pixel of the original is near black
WHITE = 80.0  # L* from which on a pixel of the original can be near white ...
TOP = 90.0  # ... if it is also as light as this percentile of the picture ...
NEUTRAL = 12.0  # ... and has less chroma than this
FEW = 1e-3  # with a smaller share of such pixels, a picture has none to speak of


def black_point_error(original: Any, edited: Any) -> float:
    """Mean CIELAB distance by which near-black pixels were moved.

    mean sqrt(dL*^2 + da*^2 + db*^2) over the pixels with L* below 10 in the original.

    Parameters
    ----------
    original, edited
        Images of one size.

    Returns
    -------
    float
        CIELAB units, from 0, lower is better. NaN if less than 0.1 % of the pixels are near black.

    Examples
    --------
    >>> original = np.zeros((4, 4, 3))
    >>> round(black_point_error(original, original + 0.1), 2)
    9.01
    """
    first, second = measured_pair(original, edited)
    return _mean(np.linalg.norm(second.lab - first.lab, axis=-1), _near_black(first), first)


def black_point_lift(original: Any, edited: Any) -> float:
    """Mean change of L* of near-black pixels: the part of `black_point_error` that is a veil.

    Parameters
    ----------
    original, edited
        Images of one size.

    Returns
    -------
    float
        In (-10, 100], nearer to 0 is better; below 0 where blacks became darker. NaN if less than
        0.1 % of the pixels are near black.

    Examples
    --------
    >>> original = np.zeros((4, 4, 3))
    >>> round(black_point_lift(original, original + 0.1), 2)
    9.01
    """
    first, second = measured_pair(original, edited)
    return _mean(second.lab[..., 0] - first.lab[..., 0], _near_black(first), first)


def white_tint(original: Any, edited: Any) -> float:
    """Mean chroma sqrt(a*^2 + b*^2), after the edit, of pixels that were near white and neutral.

    Those are the pixels of the original in the top tenth of its L*, with L* of at least 80 and
    chroma under 12.

    Parameters
    ----------
    original, edited
        Images of one size.

    Returns
    -------
    float
        CIELAB units, from 0 to about 134, lower is better; for identical pictures the chroma that
        these pixels have, below 12. NaN if they are less than 0.1 % of the picture.

    Examples
    --------
    >>> original = np.ones((4, 4, 3))
    >>> round(white_tint(original, original * [1.0, 1.0, 0.9]), 1)
    12.9
    """
    first, second = measured_pair(original, edited)
    return _mean(np.hypot(second.lab[..., 1], second.lab[..., 2]), _near_white(first), first)


def white_tint_change(original: Any, edited: Any) -> float:
    """Mean sqrt(da*^2 + db*^2) over the pixels of `white_tint`: by how much they were tinted.

    Parameters
    ----------
    original, edited
        Images of one size.

    Returns
    -------
    float
        CIELAB units, from 0, lower is better. NaN where `white_tint` is.

    Examples
    --------
    >>> original = np.ones((4, 4, 3))
    >>> round(white_tint_change(original, original * [1.0, 1.0, 0.9]), 1)
    12.9
    """
    first, second = measured_pair(original, edited)
    change = second.lab - first.lab
    return _mean(np.hypot(change[..., 1], change[..., 2]), _near_white(first), first)


def _near_black(original: Measured) -> np.ndarray:
    return original.mask & (original.lab[..., 0] < BLACK)


def _near_white(original: Measured) -> np.ndarray:
    lightness, a, b = np.moveaxis(original.lab, -1, 0)
    light = max(WHITE, float(np.percentile(original.count(lightness), TOP)))
    return original.mask & (lightness >= light) & (np.hypot(a, b) < NEUTRAL)


def _mean(values: np.ndarray, chosen: np.ndarray, original: Measured) -> float:
    enough = max(1.0, FEW * np.count_nonzero(original.mask))
    return float(values[chosen].mean()) if np.count_nonzero(chosen) >= enough else float("nan")
