"""Pixels that were driven against the ends of the range, where detail is lost."""

from __future__ import annotations

from typing import Any

import numpy as np

from ._measured import measured, measured_pair

HALF_LEVEL = 0.5 / 255  # values closer to an end than this are saved as 0 or 255


def clipped_share(edited: Any) -> float:
    """Share of the pixels that have a channel at 0 or 1 (to within half an 8-bit level).

    Returns
    -------
    float
        In [0, 1], lower is better, though photographs have clipped pixels of their own: see
        `new_clipping`.

    Examples
    --------
    >>> clipped_share(np.array([[[0, 128, 128], [64, 128, 128]]], np.uint8))
    0.5
    """
    shown = measured(edited, name="edited")
    dark, bright = _ends(shown.rgb)
    return float(shown.count((dark | bright).any(-1)).mean())


def new_clipping(original: Any, edited: Any) -> float:
    """Share of the pixels of which a channel reached an end where it was not before.

    Parameters
    ----------
    original, edited
        Images of one size.

    Returns
    -------
    float
        In [0, 1], lower is better; 0 for identical pictures. A pixel counts once, however many of
        its channels were clipped, and also if another of its channels was clipped already.

    Examples
    --------
    >>> original = np.array([[[10, 128, 128], [64, 128, 128]]], np.uint8)
    >>> new_clipping(original, original - np.uint8(10))
    0.5
    """
    first, second = measured_pair(original, edited)
    before, after = _ends(first.rgb), _ends(second.rgb)
    lost = (after[0] & ~before[0]) | (after[1] & ~before[1])
    return float(first.count(lost.any(-1)).mean())


def _ends(rgb: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    return rgb < HALF_LEVEL, rgb > 1 - HALF_LEVEL
