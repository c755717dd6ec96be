"""The shift that gives a picture a mean colour exactly, although values are clipped to [0, 1].

One equation, solved here for numpy at full size: for each channel the shift p at which the mean of
``clip(x + p, 0, 1)`` over the pixels is the goal. The mean is a continuous, rising function of p
that runs from 0 to 1, so that every colour can be reached. It is solved on the pixels
(`exact_shift`) or on counts of their values (`Histogram`). numpy only.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from ._kernels import count_values
from .colors import MeanSpace, srgb_to_linear, to_light
from .typing import Color, Colors, Mask, Values

SAMPLE = 65_536  # pixels on which the root is found first
CACHED = 32_768  # values at a time: they stay in the processor's cache
ROUNDS = 60

BINS = 1 << 14  # of a histogram, per unit of values: a quarter of a level of 16 bits
LOW, HIGH = -1, 2  # a shift by up to 1 cannot bring what lies outside into [0, 1]


def exact_shift(
    rgb: Colors,
    color: Color,
    *,
    weights: Values | Mask | None = None,
    space: MeanSpace = "srgb",
    tolerance: float = 2e-5,
) -> Color:
    """The shift p for which ``clip(rgb + p, 0, 1)`` has the mean ``color``.

    Parameters
    ----------
    rgb
        Floats (..., 3), sRGB; they may leave [0, 1].
    color
        Target mean (3,), sRGB in [0, 1].
    weights
        bool or floats from 0, (...): how much each pixel counts; None when all count alike.
    space
        Where the mean is taken: "srgb" or "linear".
    tolerance
        How far the mean may be from the target, in ``space``.

    Returns
    -------
    numpy.ndarray
        float64 (3,).

    Notes
    -----
    Each channel's root is found first on a subset of the pixels and then on all.

    Examples
    --------
    >>> import numpy as np
    >>> from colortransfer.exactness import exact_shift
    >>> x = np.array([[[0.0] * 3, [0.75] * 3]])  # one of two pixels will be clipped
    >>> exact_shift(x, np.array([0.75, 0.75, 0.75]), tolerance=1e-9).round(6).tolist()
    [0.5, 0.5, 0.5]
    """
    pixels = rgb.reshape(-1, 3)
    if weights is not None:
        counted = weights.ravel() > 0
        pixels = pixels[counted]
        weights = None if weights.dtype == bool else weights.ravel()[counted]
    target = to_light(np.asarray(color), space)
    return np.array(
        [
            _shift_of_pixels(np.ascontiguousarray(values), weights, float(goal), space, tolerance)
            for values, goal in zip(pixels.T, target, strict=True)
        ]
    )


def _shift_of_pixels(
    values: np.ndarray,
    weights: np.ndarray | None,
    goal: float,
    space: MeanSpace,
    tolerance: float,
) -> float:
    step = max(1, len(values) // SAMPLE)
    some = None if weights is None else weights[::step]
    shift = _solve(values[::step], some, goal, space, 0.0, 0.5, tolerance)
    if step == 1:
        return shift
    # The subset's root is off by little: its error is about what is missing.
    width = max(2 * abs(goal - _mean_after(values, weights, shift, space)), tolerance)
    return _solve(values, weights, goal, space, shift, width, tolerance)


class Histogram:
    """Counts and means of the values of a picture in narrow bins, for each channel.

    Values are added some at a time, in any number of parts; nothing of full size is kept. `part`
    may be called in threads.

    Examples
    --------
    >>> import numpy as np
    >>> from colortransfer.exactness import Histogram
    >>> histogram = Histogram()
    >>> for rows in np.linspace(0, 0.5, 3000).reshape(10, 100, 3):
    ...     histogram.add(Histogram.part(rows))
    >>> histogram.shift(np.array([0.5, 0.5, 0.5]), "srgb").round(2).tolist()
    [0.25, 0.25, 0.25]
    """

    def __init__(self) -> None:
        self.counts = np.zeros((3, (HIGH - LOW) * BINS))
        self.sums = np.zeros(self.counts.shape)

    @staticmethod
    def part(
        rgb: Colors, weights: Values | Mask | None = None
    ) -> list[tuple[int, np.ndarray, np.ndarray]]:
        """Values (..., 3) and their weights (...), bool or float, counted, for :meth:`add`."""
        pixels = rgb.reshape(-1, 3)
        if weights is None:
            count = count_values.after(rgb.dtype.name, len(pixels))
            if count is not None:
                return _counted(count, pixels)
        else:
            counted = weights.ravel() > 0
            pixels = pixels[counted]
            weights = None if weights.dtype == bool else weights.ravel()[counted]
        return [_binned(plane, weights) for plane in pixels.T]

    def add(self, part: list[tuple[int, np.ndarray, np.ndarray]]) -> None:
        """Add what :meth:`part` counted."""
        for channel, (first, count, total) in enumerate(part):
            self.counts[channel, first : first + len(count)] += count
            self.sums[channel, first : first + len(count)] += total

    def shift(self, color: Color, space: MeanSpace) -> Color:
        """The shift p (3,) for which ``clip(values + p, 0, 1)`` has the mean ``color``.

        Exact to 1e-6 but for the bins that the ends of [0, 1] cut in two.
        """
        shift = np.zeros(3)
        for channel, (counts, sums) in enumerate(zip(self.counts, self.sums, strict=True)):
            used = counts > 0
            count = counts[used]
            goal = float(to_light(np.array(color[channel]), space))
            shift[channel] = _solve(sums[used] / count, count, goal, space, 0.0, 0.5, 1e-6)
        return shift


def _counted(kernel: Any, pixels: np.ndarray) -> list[tuple[int, np.ndarray, np.ndarray]]:
    """What `_binned` finds in each channel of pixels (n, 3), float32, that all count alike."""
    counts = np.zeros((3, (HIGH - LOW) * BINS), np.int64)
    sums = np.zeros(counts.shape)
    kernel(np.ascontiguousarray(pixels), LOW, BINS, counts, sums)
    found = []
    for count, total in zip(counts, sums, strict=True):
        used = np.flatnonzero(count)
        span = slice(used[0], used[-1] + 1) if len(used) else slice(0, 0)
        found.append((int(span.start), count[span], total[span]))
    return found


def _binned(values: np.ndarray, weights: np.ndarray | None) -> tuple[int, np.ndarray, np.ndarray]:
    """The first of the bins that hold values; from there on their counts and sums."""
    places = (values - np.float32(LOW)) * np.float32(BINS)
    bins = np.clip(places, 0, (HIGH - LOW) * BINS - 1, out=places).astype(np.intp)
    first = int(bins.min()) if bins.size else 0
    bins -= first
    weighted = values if weights is None else values * weights
    return first, np.bincount(bins, weights), np.bincount(bins, weighted)


def _mean_after(
    values: np.ndarray, weights: np.ndarray | None, shift: float, space: MeanSpace
) -> float:
    """Weighted mean of ``clip(values + shift, 0, 1)``, in ``space``."""
    total = 0.0
    for start in range(0, len(values), CACHED):
        moved = values[start : start + CACHED] + values.dtype.type(shift)
        np.clip(moved, 0, 1, out=moved)
        if space == "linear":
            moved = srgb_to_linear(moved)
        if weights is None:
            total += float(moved.sum(dtype=np.float64))
        else:
            total += float(weights[start : start + CACHED].astype(np.float64) @ moved)
    return total / (len(values) if weights is None else float(weights.sum(dtype=np.float64)))


def _solve(
    values: np.ndarray,
    weights: np.ndarray | None,
    goal: float,
    space: MeanSpace,
    start: float,
    width: float,
    tolerance: float,
) -> float:
    """The shift of one channel's values, searched from ``start`` in steps of ``width``."""

    def missing(p: float) -> float:
        return goal - _mean_after(values, weights, p, space)

    # At these ends everything is clipped to black or to white: they always bracket the root.
    ends = (-float(values.max()), 1 - float(values.min()))
    here = missing(start)
    if abs(here) <= tolerance:
        return start
    return _illinois(missing, *_bracket(missing, start, here, width, ends), tolerance)


Point = tuple[float, float]  # where, and the function's value there


def _bracket(
    missing: Callable[[float], float], start: float, here: float, width: float, ends: Any
) -> tuple[Point, Point]:
    """Points around the root of a falling function, found by growing steps from the start."""
    low = high = (start, here)
    while low[1] < 0 and low[0] > ends[0]:
        high, place = low, max(ends[0], low[0] - width)
        low, width = (place, missing(place)), 4 * width
    while high[1] > 0 and high[0] < ends[1]:
        low, place = high, min(ends[1], high[0] + width)
        high, width = (place, missing(place)), 4 * width
    return low, high


def _illinois(
    missing: Callable[[float], float], low: Point, high: Point, tolerance: float
) -> float:
    """The root of a falling function between two points, by regula falsi (Illinois).

    Unlike the solvers of scipy it ends when the *value* is small enough: what is wanted is a mean
    to a tolerance, and every evaluation is a pass over the pixels.
    """
    (a, above), (b, below) = low, high  # the function is above 0 at a, below it at b
    kept = 0  # the end that stayed in the last round
    for _ in range(ROUNDS):
        if above <= 0:
            return a
        if below >= 0:
            return b
        middle = a + (b - a) * above / (above - below)
        value = missing(middle)
        if abs(value) <= tolerance or b - a < 1e-9:
            return middle
        if value > 0:
            a, above = middle, value
            below = below / 2 if kept > 0 else below
            kept = 1
        else:
            b, below = middle, value
            above = above / 2 if kept < 0 else above
            kept = -1
    return 0.5 * (a + b)
