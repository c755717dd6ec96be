"""Mean and covariance of a picture's colours in any space."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator

import numpy as np

from ..images.canvas import Canvas
from ..images.recoloring import ColorMap


@dataclasses.dataclass(frozen=True, eq=False)
class Moments:
    """Count, mean (3,) and covariance (3, 3), the latter divided by the count."""

    count: int
    mean: np.ndarray
    covariance: np.ndarray

    @property
    def deviation(self) -> np.ndarray:
        """Standard deviation of each channel (3,)."""
        return np.sqrt(np.maximum(np.diag(self.covariance), 0))

    def agrees(self, other: Moments) -> bool:
        """Whether the mean and the covariance are the same."""
        return np.array_equal(self.mean, other.mean) and np.array_equal(
            self.covariance, other.covariance
        )

    def turned(self, axes: np.ndarray) -> Moments:
        """The moments of ``axes @ x``."""
        return Moments(self.count, axes @ self.mean, axes @ self.covariance @ axes.T)

    @property
    def unbiased(self) -> np.ndarray:
        """The covariance divided by the count less one (zeros for a single pixel)."""
        return self.covariance * (self.count / max(1, self.count - 1))


def moments(canvas: Canvas, space: ColorMap | None = None, *, precise: bool = True) -> Moments:
    """Moments of the chosen pixels; ``space`` maps sRGB planes (3, n) to the channels wanted.

    If not ``precise``, chunks are summed in float32 (and their sums in float64). Values are taken
    relative to the first pixel's, which keeps the covariance of a nearly flat picture accurate
    (and that of a flat one zero).
    """
    origin: np.ndarray = canvas.planes(_first(canvas), precise=precise)
    if space is not None:
        origin = space(origin)

    def sums(chunks: Iterator[np.ndarray]) -> np.ndarray:
        first_and_second = np.zeros((4, 3))
        for planes in chunks:
            values = (planes if space is None else space(planes)) - origin
            first_and_second[0] += values.sum(1)
            first_and_second[1:] += np.einsum("in,jn->ij", values, values)
        return first_and_second

    count = canvas.count
    mean, *second = canvas.total(sums, precise=precise) / count
    covariance = np.array(second) - np.outer(mean, mean)
    # Rounding must not make a variance negative.
    np.fill_diagonal(covariance, np.maximum(np.diag(covariance), 0))
    return Moments(count, mean + origin[:, 0], covariance)


def _first(canvas: Canvas) -> slice:
    """The first pixel that counts."""
    first = 0 if canvas.counted is None else int(canvas.counted.argmax())
    return slice(first, first + 1)
