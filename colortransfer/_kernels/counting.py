"""Counts and sums of values in bins; its twin is ``exactness.Histogram.part``."""

from __future__ import annotations

import numpy as np

from .compiling import Kernel

Index = np.uintp


def _count(
    values: np.ndarray, low: float, bins: float, counts: np.ndarray, sums: np.ndarray
) -> None:
    bottom, scale, last = np.float32(low), np.float32(bins), np.float32(counts.shape[1] - 1)
    for i in range(Index(values.shape[0])):
        for channel in range(Index(3)):
            value = values[i, channel]
            place = min(max((value - bottom) * scale, np.float32(0)), last)
            k = Index(np.int32(place))
            counts[channel, k] += 1
            sums[channel, k] += value


count_values = Kernel(
    _count,
    float32="void(Array(float32, 2, 'C', True), float64, float64, int64[:, ::1], float64[:, ::1])",
)
