"""The colours of many frames, counted in little memory."""

from __future__ import annotations

import numpy as np

SIDE = 64  # bins of each channel
WAITING = 1 << 20  # colours that are counted at a time


class ColorCounts:
    """Counts and means of the colours of frames, in bins of a 64th of each channel.

    What an edit makes of a clip's mean follows from the means of the bins: within them edits are
    all but linear.

    Examples
    --------
    >>> seen = ColorCounts()
    >>> seen.add(np.full((4, 5, 3), 0.25, np.float32), 0.5)
    >>> colors, counts = seen.colors()
    >>> colors.tolist(), counts.tolist()
    ([[0.25, 0.25, 0.25]], [10.0])
    """

    def __init__(self) -> None:
        self._counts = np.zeros(SIDE**3)
        self._sums = np.zeros((3, SIDE**3))
        self._waiting: list[tuple[np.ndarray, float]] = []

    def add(self, rgb: np.ndarray, weight: float) -> None:
        """Add colours (..., 3), float32 in [0, 1], each counting ``weight``."""
        self._waiting.append((rgb.reshape(-1, 3), weight))
        if sum(len(colors) for colors, _ in self._waiting) >= WAITING:
            self._count()

    def colors(self) -> tuple[np.ndarray, np.ndarray]:
        """The mean colours (n, 3) of the bins that hold any, and their counts (n,)."""
        self._count()
        used = self._counts > 0
        counts = self._counts[used]
        return (self._sums[:, used] / counts).T, counts

    def _count(self) -> None:
        if not self._waiting:
            return
        rgb = np.concatenate([colors for colors, _ in self._waiting])
        weights = np.repeat(
            [weight for _, weight in self._waiting], [len(colors) for colors, _ in self._waiting]
        )
        self._waiting.clear()
        places = np.minimum((rgb * SIDE).astype(np.int32), SIDE - 1)
        bins = (places[:, 0] * SIDE + places[:, 1]) * SIDE + places[:, 2]
        self._counts += np.bincount(bins, weights, SIDE**3)
        for channel, total in enumerate(self._sums):
            total += np.bincount(bins, weights * rgb[:, channel], SIDE**3)
