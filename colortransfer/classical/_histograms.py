"""Histograms on a regular grid, and the curve that turns one into another."""

from __future__ import annotations

import functools

import numpy as np

from ..core.threads import in_threads
from ..images import Canvas
from ..images.strips import blocks, chunks

FINE = 65_536  # levels of histograms of floats; levels of 8 and of 16 bits fall on their centres


def channel_histograms(canvas: Canvas) -> np.ndarray:
    """Counts (3, n) of the levels of pixels that count: n is 256 for 8-bit images, else 65,536."""
    size = canvas.levels + 1 if canvas.levels else FINE

    def count(block: slice) -> np.ndarray:
        total = np.zeros((3, size), np.int64)
        for chunk in chunks(block):
            levels = _levels(canvas, chunk)
            if canvas.counted is not None:
                levels = levels[canvas.counted[chunk]]
            for channel in range(3):
                total[channel] += np.bincount(levels[:, channel], minlength=size)
        return total

    return functools.reduce(np.add, in_threads(count, blocks(len(canvas.flat))))


def _levels(canvas: Canvas, chunk: slice) -> np.ndarray:
    """The pixels of a chunk as levels (n, 3): integers' own, of floats the nearest of 65,536."""
    if canvas.levels:
        return canvas.flat[chunk]
    # Adding a half and cutting off is quicker than rounding; values are not negative.
    scaled = canvas.planes(chunk, precise=False)
    scaled *= np.float32(FINE - 1)
    scaled += np.float32(0.5)
    return scaled.astype(np.int32).T


def matching_curve(source: np.ndarray, target: np.ndarray) -> np.ndarray:
    """Where each level of ``source`` goes, so that its histogram becomes that of ``target``.

    Parameters
    ----------
    source, target
        Counts (m,) and (n,) over the same range, [0, 1].

    Returns
    -------
    numpy.ndarray
        float64 (m,) in [0, 1] or slightly outside, not decreasing.

    Notes
    -----
    A level is matched by the middle of its step in the cumulative distribution, so that a single
    level goes to the median of the target. Levels that do not occur lie on the straight line
    between their neighbours that do, and beyond the last of them on a line of slope 1.
    """
    places, ranks = _ranks(source)
    values, steps = _ranks(target)
    matched = np.interp(ranks, steps, values)
    everywhere = np.linspace(0, 1, len(source))
    curve = np.interp(everywhere, places, matched)
    curve += np.minimum(everywhere - places[0], 0) + np.maximum(everywhere - places[-1], 0)
    return curve


def _ranks(counts: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Levels that occur, in [0, 1], and the middles of their steps in the distribution."""
    occupied = np.flatnonzero(counts)
    weights = counts[occupied] / counts.sum()
    return occupied / (len(counts) - 1), np.cumsum(weights) - weights / 2
