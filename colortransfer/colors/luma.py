"""Colours with a luma that is given: what changes is their colourfulness and hue alone."""

from __future__ import annotations

import numpy as np

from .spaces import LUMA


def luma_of(rgb: np.ndarray) -> np.ndarray:
    """Rec. 709 luma Y' (..., 1) of sRGB values (..., 3): 0.2126 R' + 0.7152 G' + 0.0722 B'.

    Examples
    --------
    >>> luma_of(np.array([1.0, 0.0, 1.0])).round(4)
    array([0.2848])
    """
    found: np.ndarray = rgb @ LUMA.astype(rgb.dtype)[:, None]
    return found


def at_luma(rgb: np.ndarray, luma: np.ndarray) -> np.ndarray:
    """Colours (..., 3) moved along grey to the luma (..., 1) given, and made as dull as it takes.

    sRGB ends at [0, 1]: a colour that would leave it goes straight towards the grey of its luma
    until it is inside, so that hue (of the plane at right angles to grey) and luma stay.

    Examples
    --------
    >>> at_luma(np.array([0.9, 0.1, 0.1]), np.array([0.5])).round(3)
    array([1.   , 0.365, 0.365])
    """
    chroma = rgb - luma_of(rgb)
    return luma + _scale(chroma, luma) * chroma


def chroma_fits(rgb: np.ndarray, luma: np.ndarray) -> np.ndarray:
    """Whether colours (..., 3) are inside of sRGB when moved to a luma (..., 1): (..., 1), bool.

    Examples
    --------
    >>> chroma_fits(np.array([1.0, 0.0, 0.0]), np.array([[0.2126], [0.9]])).ravel().tolist()
    [True, False]
    """
    chroma = rgb - luma_of(rgb)
    fits: np.ndarray = _scale(chroma, luma) >= 1
    return fits


def _scale(chroma: np.ndarray, luma: np.ndarray) -> np.ndarray:
    """What chroma (..., 3) is multiplied by, at most 1, to stay inside."""
    room = np.where(chroma > 0, 1 - luma, luma) / np.maximum(np.abs(chroma), 1e-9)
    return np.minimum(room.min(-1, keepdims=True), 1).astype(chroma.dtype)
