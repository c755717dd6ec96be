"""The values of an edited picture, counted: what the shift to an exact mean is solved on."""

from __future__ import annotations

import numpy as np

from .. import colors
from ..core.threads import in_threads
from ..images.arrays import Decomposed, strips
from .base import Transform

BINS = 1 << 14  # per unit of values: a quarter of a level of 16 bits
LOW, HIGH = -1, 2  # a shift by up to 1 cannot bring what lies outside into [0, 1]


class Tally:
    """Counts and means of the values in narrow bins, for each channel.

    Parameters
    ----------
    parts, transform
        The picture, of which visible pixels count, and the edit.
    """

    def __init__(self, parts: Decomposed, transform: Transform) -> None:
        height, width = parts.pixels.shape[:2]
        self.counts = np.zeros((3, (HIGH - LOW) * BINS), np.int64)
        sums = np.zeros(self.counts.shape)

        def strip(rows: slice) -> list[tuple[int, np.ndarray, np.ndarray]]:
            values = transform.render_rows(parts.rows(rows), rows.start, height)
            if parts.visible is not None:
                values = values[parts.visible[rows]]
            return [_binned(plane) for plane in values.reshape(-1, 3).T]

        for channels in in_threads(strip, strips(height, width)):
            for channel, (first, count, total) in enumerate(channels):
                self.counts[channel, first : first + len(count)] += count
                sums[channel, first : first + len(count)] += total
        self.means = sums / np.maximum(self.counts, 1)

    def shift(self, color: np.ndarray, space: colors.MeanSpace) -> np.ndarray:
        """The shift p (3,) for which ``clip(values + p, 0, 1)`` has the mean ``color``.

        Exact but for the bins that the ends of [0, 1] cut in two.
        """
        used = self.counts > 0
        return np.array(
            [
                colors.weighted_shift(mean[use], count[use], goal, space)
                for mean, count, use, goal in zip(self.means, self.counts, used, color, strict=True)
            ]
        )


def _binned(values: np.ndarray) -> tuple[int, np.ndarray, np.ndarray]:
    """The first of the bins that hold values; from there on their counts and sums."""
    places = (values - np.float32(LOW)) * np.float32(BINS)
    bins = np.clip(places, 0, (HIGH - LOW) * BINS - 1, out=places).astype(np.intp)
    first = int(bins.min()) if bins.size else 0
    bins -= first
    return first, np.bincount(bins), np.bincount(bins, weights=values)
