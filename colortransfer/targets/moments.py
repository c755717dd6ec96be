"""The mean and the variance of each channel: the paper's pseudo-Gaussian."""

from __future__ import annotations

import dataclasses
from typing import Any, ClassVar, NamedTuple

import numpy as np
import tensorflow as tf

from .. import colors
from ..edit import Edit
from ..images.canvas import Canvas, as_canvas
from ..images.working_copy import WorkingCopy
from ..transforms import AffineTransform, ChainTransform, Transform
from ..typing import Color, ColorTensor, ImageLike, ImageTensor, Vector
from ..weights import relative, weighted_mean
from .base import Target

ROUNDS = 3  # in a graph: clipping undoes some of each
FULL_ROUNDS = 8
LEAST = 1e-3  # a channel's deviation below this cannot be scaled
STEEPEST = 8.0
ENOUGH, REACHED = 2e-4, 1e-3  # what is left at the end of the search; what counts as reached


class MomentsGoal(NamedTuple):
    """Means ``color`` (3,) and standard deviations ``spread`` (3,), sRGB; weights of pixels."""

    color: Any
    spread: Any
    weights: Any

    def deviation(self, image: ImageTensor) -> Vector:
        mean, spread = self._moments(image)
        return tf.concat([mean - self.color, spread - self.spread], 0)

    def project(self, image: ImageTensor) -> ImageTensor:
        for _ in range(ROUNDS):
            mean, spread = self._moments(image)
            slope = tf.minimum(self.spread / tf.maximum(spread, LEAST), STEEPEST)
            image = tf.clip_by_value((image - mean) * slope + self.color, 0.0, 1.0)
        return image

    def baseline(self, original: ImageTensor) -> ImageTensor:
        return self.project(original)

    def _moments(self, image: ImageTensor) -> tuple[ColorTensor, ColorTensor]:
        mean = weighted_mean(image, self.weights)
        variance = weighted_mean(tf.square(image - mean), self.weights)
        return mean, tf.sqrt(variance + 1e-8)


@dataclasses.dataclass(frozen=True, eq=False)
class Moments(Target):
    """Each channel has this mean and this standard deviation, of sRGB values.

    What `Reference` becomes for one picture when the moments of another are asked for. The largest
    difference of any of the six is the error. A channel without variation cannot get any.

    Parameters
    ----------
    color
        (3,): means.
    spread
        (3,): standard deviations.

    Examples
    --------
    >>> target = Moments(np.array([0.5, 0.5, 0.5]), np.array([0.0, 0.0, 0.0]))
    >>> target.errors(np.full((4, 4, 3), 0.75))
    {'color': 0.25, 'spread': 0.0}
    """

    color: Color
    spread: Color

    exact: ClassVar[bool] = True

    @classmethod
    def of(cls, canvas: Canvas) -> Moments:
        """Those of a picture."""
        return cls(*moments(canvas))

    def bind(self, copy: WorkingCopy) -> MomentsGoal:
        color, spread = (tf.constant(x, tf.float32) for x in (self.color, self.spread))
        return MomentsGoal(color, spread, relative(copy.weights))

    def start(self, original: ImageTensor, goal: MomentsGoal) -> ColorTensor:
        return goal.color - weighted_mean(original, goal.weights)

    def finish(self, canvas: Canvas, transform: Transform) -> Edit:
        """A slope and an offset of each channel on top, corrected by what clipping does to them."""
        slope, offset = np.ones(3), np.zeros(3)
        best: Edit | None = None
        for _ in range(FULL_ROUNDS):
            edit = ChainTransform((transform, AffineTransform(np.diag(slope), offset)))
            image = edit.redraw(canvas)
            mean, spread = moments(as_canvas(image))
            errors = self._errors(mean, spread)
            if best is None or max(errors.values()) < max(best.errors.values()):
                best = Edit(image, edit, errors=errors)
            if max(errors.values()) < ENOUGH:
                break
            steeper = np.minimum(self.spread / np.maximum(spread, LEAST), STEEPEST)
            slope = np.minimum(slope * steeper, STEEPEST)
            offset = (offset - mean) * steeper + self.color
        assert best is not None
        return dataclasses.replace(best, warnings=self._missed(best.errors))

    def errors(self, image: ImageLike) -> dict[str, float]:
        return self._errors(*moments(as_canvas(image)))

    def _errors(self, mean: Color, spread: Color) -> dict[str, float]:
        return {
            "color": float(np.abs(mean - self.color).max()),
            "spread": float(np.abs(spread - self.spread).max()),
        }

    def _missed(self, errors: dict[str, float]) -> tuple[str, ...]:
        if max(errors.values()) <= REACHED:
            return ()
        return (
            f"the moments with the mean {colors.to_hex(self.color)} were missed by "
            f"{max(errors.values()):.3f}: colours are at the ends of their range, or a channel "
            "has no variation",
        )


def moments(canvas: Canvas) -> tuple[Color, Color]:
    """Mean (3,) and standard deviation (3,) of each channel, over pixels that count.

    Examples
    --------
    >>> mean, spread = moments(as_canvas(np.array([[0.25, 0.75]])))
    >>> float(mean[0]), float(spread[0])
    (0.5, 0.25)
    """

    def sums(chunks: Any) -> np.ndarray:
        total = np.zeros((2, 3))
        for planes in chunks:
            total += planes.sum(1), np.square(planes).sum(1)
        return total

    mean, square = canvas.total(sums) / canvas.count
    return mean, np.sqrt(np.maximum(square - mean**2, 0))
