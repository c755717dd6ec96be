"""The CIEDE2000 colour difference."""

from __future__ import annotations

import numpy as np


def ciede2000(first: np.ndarray, second: np.ndarray) -> np.ndarray:
    """CIEDE2000 difference of CIELAB colours, with k_L = k_C = k_H = 1.

    Parameters
    ----------
    first, second
        CIELAB (..., 3), L* in [0, 100]; shapes that broadcast.

    Returns
    -------
    numpy.ndarray
        float64 (...), from 0. About 1 is just noticeable, black and white are 100 apart. Symmetric;
        not a metric: it breaks the triangle inequality, and jumps a little between opposite hues.

    Notes
    -----
    G. Sharma, W. Wu and E. N. Dalal, The CIEDE2000 color-difference formula: implementation notes,
    supplementary test data, and mathematical observations, Color Research and Application 30(1),
    2005; the numbers in brackets are its equations.

    Examples
    --------
    >>> float(ciede2000([100.0, 0.0, 0.0], [0.0, 0.0, 0.0]))
    100.0
    """
    l1, a1, b1 = np.moveaxis(np.asarray(first, np.float64), -1, 0)
    l2, a2, b2 = np.moveaxis(np.asarray(second, np.float64), -1, 0)
    # (2) to (7): a* is stretched where chroma is low; then chroma and hue.
    stretch = 1.5 - 0.5 * _high_chroma((np.hypot(a1, b1) + np.hypot(a2, b2)) / 2)
    chroma1, chroma2 = np.hypot(stretch * a1, b1), np.hypot(stretch * a2, b2)
    hue1 = np.degrees(np.arctan2(b1, stretch * a1)) % 360
    hue2 = np.degrees(np.arctan2(b2, stretch * a2)) % 360
    colored = chroma1 * chroma2 > 0  # greys have no hue
    turn = np.where(colored, hue2 - hue1, 0.0)
    # (10) and (14): the shorter way round the circle, and the middle of that way.
    turn = turn - 360 * (turn > 180) + 360 * (turn < -180)
    total = hue1 + hue2
    around = np.where(total < 360, total + 360, total - 360)
    middle = np.where(colored & (np.abs(hue1 - hue2) > 180), around, total)
    hue = np.where(colored, middle / 2, total)
    lightness, chroma = (l1 + l2) / 2, (chroma1 + chroma2) / 2
    # (8), (9), (11) over (16) to (19), and (22).
    offset = (lightness - 50) ** 2
    light = (l2 - l1) / (1 + 0.015 * offset / np.sqrt(20 + offset))
    vivid = (chroma2 - chroma1) / (1 + 0.045 * chroma)
    shade = 2 * np.sqrt(chroma1 * chroma2) * np.sin(np.radians(turn / 2))
    shade = shade / (1 + 0.015 * chroma * _hue_weight(hue))
    rotation = 60 * np.exp(-(((hue - 275) / 25) ** 2))
    cross = -2 * _high_chroma(chroma) * np.sin(np.radians(rotation))
    squared = light**2 + vivid**2 + shade**2 + cross * vivid * shade
    return np.sqrt(np.maximum(squared, 0))


def _high_chroma(chroma: np.ndarray) -> np.ndarray:
    """sqrt(C^7 / (C^7 + 25^7)): 0 for greys, 1 for vivid colours."""
    seventh = chroma**7
    return np.sqrt(seventh / (seventh + 25.0**7))


def _hue_weight(hue: np.ndarray) -> np.ndarray:
    """T of equation (15): how much a step in hue (degrees) counts."""
    return (
        1
        - 0.17 * np.cos(np.radians(hue - 30))
        + 0.24 * np.cos(np.radians(2 * hue))
        + 0.32 * np.cos(np.radians(3 * hue + 6))
        - 0.20 * np.cos(np.radians(4 * hue - 63))
    )
