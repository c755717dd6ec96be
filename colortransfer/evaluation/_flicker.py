"""Flicker: what of an edit's change comes and goes from frame to frame."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np

from ..errors import InputError
from ._cells import cell_starts, cell_sums
from ._measured import measured_pair

CELLS = 8  # along each side


def flicker(before: Iterable[Any], after: Iterable[Any]) -> float:
    """Temporal high-frequency energy of the change from one clip to another.

    Parameters
    ----------
    before, after
        Frames in their order, at least three of each, all of one size; iterators are read once, and
        three frames are held.

    Returns
    -------
    float
        From 0, a change that is steady, to 1; lower is better. In units of sRGB values, so that a
        255th is one level of 8 bits.

    Raises
    ------
    InputError
        If the clips have fewer than three frames, or not equally many.

    Notes
    -----
    The change c_t of a frame are the means of after - before in 8 x 8 cells, 3 channels each.
    ``flicker`` is the root of the mean of (c_{t-1} - 2 c_t + c_{t+1})^2 / 16 over t, cells and
    channels: the second difference has no response to what is steady or changes evenly, and its
    largest, 4, to what alternates from frame to frame. The mean of the cells keeps texture that
    moves out of it. Of a clip alone: that from frames that are all alike, such as black ones.

    Examples
    --------
    >>> clip = [photo // 2] * 5
    >>> steady = [photo // 2 + 20] * 5
    >>> restless = [photo // 2 + shift for shift in (20, 30, 20, 30, 20)]
    >>> flicker(clip, steady), round(255 * flicker(clip, restless), 3)
    (0.0, 5.0)
    """
    changes: list[np.ndarray] = []
    total, count = 0.0, 0
    try:
        for pair in zip(before, after, strict=True):
            changes = [*changes[-2:], _change(*pair)]
            if len(changes) == 3:
                second = (changes[0] - 2 * changes[1] + changes[2]) / 4
                total, count = total + float((second**2).mean()), count + 1
    except ValueError as error:
        if isinstance(error, InputError):
            raise
        raise InputError("the clips are not equally long; give as many frames of each") from error
    if not count:
        raise InputError("flicker is of three frames at least; give more")
    return float(np.sqrt(total / count))


def _change(before: Any, after: Any) -> np.ndarray:
    """Means (n, n, 3) of after - before in cells."""
    first, second = measured_pair(before, after)
    rows, columns = (cell_starts(size, min(CELLS, size)) for size in first.rgb.shape[:2])
    sums = cell_sums(second.rgb - first.rgb, rows, columns)
    pixels = cell_sums(np.ones(first.rgb.shape[:2]), rows, columns)
    return sums / pixels[..., None]
