"""Statistics that one parameter of an adjustment moves: what `Saturation` and its like share."""

from __future__ import annotations

import dataclasses
import functools
from collections.abc import Callable, Sequence
from typing import Any, ClassVar, NamedTuple

import numpy as np
import tensorflow as tf

from .. import colors
from ..core.threads import in_threads
from ..edit import Edit
from ..errors import InputError
from ..images.canvas import Canvas, as_canvas
from ..images.strips import strips
from ..images.working_copy import WorkingCopy
from ..rendering.held import hold_statistic
from ..transforms import Transform
from ..typing import ImageLike, ImageTensor, Scalar, Vector
from ..weights import relative, weighted_mean
from .base import Target
from .joint import finish_jointly
from .mean_color import MeanColor

LEAST = 1e-4  # an original's statistic below this cannot be scaled


class StatisticGoal(NamedTuple):
    """The value that is asked for, and what the original has.

    A statistic is a function (`raw`) of the means of some terms of every pixel. ``unit`` is the
    original's, ``pivot`` its mean luma, ``before`` the original itself (h, w, 3), and ``weights``
    say how much each pixel counts. ``parameter`` is where the solution is looked for first.
    """

    wanted: Any
    unit: Any
    pivot: Any
    parameter: Any
    before: Any
    weights: Any

    def deviation(self, image: ImageTensor) -> Vector:
        return tf.reshape(-self.missing(image), [1])

    def project(self, image: ImageTensor) -> ImageTensor:
        return self._projected(image, tf.identity, self.bounds())

    def project_then(self, image: ImageTensor, then: Callable[[Any], Any]) -> ImageTensor:
        """As `project`, with another goal's projection after it: the value is that of the two."""
        return self._projected(image, then, self.bounds_beside())

    def _projected(
        self, image: ImageTensor, then: Callable[[Any], Any], bounds: tuple[Any, Any]
    ) -> ImageTensor:
        return hold_statistic(
            tf.clip_by_value(image, 0.0, 1.0),
            lambda x, p: then(self.adjusted(x, p)),
            self.missing,
            self.parameter,
            bounds,
        )

    def baseline(self, original: ImageTensor) -> ImageTensor:
        return self.project(original)

    def missing(self, image: ImageTensor) -> Scalar:
        """What an image lacks of the value."""
        centre = weighted_mean(image, self.weights)
        return self.lacking(weighted_mean(self.terms(image, self.before, centre), self.weights))

    def missed(self, image: ImageTensor) -> Scalar:
        """What a projected image costs that a limit has kept from the value."""
        return tf.square(self.missing(image))

    def lacking(self, means: Vector) -> Any:
        """What is lacking where the means of the terms are these."""
        return self.wanted - self.raw(means) / self.unit

    # What the kinds of statistics say.

    def bounds(self) -> tuple[Any, Any]:
        """Of the parameter."""
        return (0.0, 8.0)

    def bounds_beside(self) -> tuple[Any, Any]:
        """Of the parameter where another goal is reached, too."""
        return self.bounds()

    def terms(self, now: Any, before: Any, centre: Any) -> Any:
        """Terms (..., k) of colours (..., 3) that were ``before`` and have the mean ``centre``."""
        raise NotImplementedError

    def raw(self, means: Any) -> Any:
        """The statistic where the means of the terms are these (k,)."""
        raise NotImplementedError

    def adjusted(self, image: ImageTensor, parameter: Scalar) -> ImageTensor:
        """The image after the adjustment; the statistic rises with the parameter."""
        raise NotImplementedError


@dataclasses.dataclass(frozen=True, eq=False)
class Statistic(Target):
    """A number that a picture has, and the one that it shall have: `Saturation` and its like.

    Parameters
    ----------
    value
        What is asked for.

    Attributes
    ----------
    original
        The picture that it is asked of, once the target is `resolved`.

    Examples
    --------
    >>> from colortransfer.targets import Saturation
    >>> isinstance(Saturation(1.2), Statistic)
    True
    """

    value: float
    original: Canvas | None = dataclasses.field(default=None, kw_only=True, repr=False)

    exact: ClassVar[bool] = True
    name: ClassVar[str]  # in errors and messages
    place: ClassVar[int]  # among the parameters of an adjustment
    limits: ClassVar[tuple[float, float]] = (0.0, 8.0)  # of what may be asked
    neutral: ClassVar[float | None] = 1.0  # what the original has in any case
    lack: ClassVar[str] = ""  # what a picture is that has nothing to scale
    least: ClassVar[float] = LEAST
    numbers = True
    turn: ClassVar[int] = 1

    def __post_init__(self) -> None:
        low, high = self.limits
        number = isinstance(self.value, int | float | np.number)
        if not number or not low <= self.value <= high:
            kind = type(self).__name__
            raise InputError(f"{kind} takes a number from {low:g} to {high:g}, not {self.value!r}")
        object.__setattr__(self, "value", float(self.value))

    def resolved(self, canvas: Canvas) -> Target:
        found = dataclasses.replace(self, original=canvas)
        if found.lack and self.value != self.neutral and found.unit < self.least:
            kind = type(self).__name__
            raise InputError(f"the picture is {self.lack}: leave out {kind}, or tint it first")
        return found

    @property
    def goal_type(self) -> type[StatisticGoal]:
        """The kind of its goals."""
        raise NotImplementedError

    @property
    def wanted(self) -> float:
        """The value in the unit of the statistic."""
        return self.value

    @property
    def first_parameter(self) -> float:
        """Where the parameter of the adjustment is looked for first."""
        return self.wanted

    @functools.cached_property
    def unit(self) -> float:
        """The original's statistic; 1 where the value is not relative to it."""
        assert self.original is not None
        return float(self._scale(self._means(self.original, self.original)))

    def _scale(self, means: np.ndarray) -> Any:
        return self.goal(1.0).raw(means)

    @functools.cached_property
    def pivot(self) -> float:
        """The original's mean luma, away from black and white."""
        assert self.original is not None
        return float(np.clip(colors.LUMA @ self.original.mean_color(), 0.02, 0.98))

    def goal(self, unit: float) -> StatisticGoal:
        """The goal in numbers, without pixels."""
        return self.goal_type(self.wanted, unit, 0.5, self.first_parameter, None, None)

    def bind(self, copy: WorkingCopy) -> StatisticGoal:
        weights, before = relative(copy.weights), tf.constant(copy.image)
        kind = self.goal(1.0)
        terms = kind.terms(before, before, weighted_mean(before, weights))
        unit = self._scale(weighted_mean(terms, weights).numpy())
        return self.goal_type(
            tf.constant(self.wanted, tf.float32),
            tf.constant(max(unit, self.least), tf.float32),
            tf.constant(self.pivot, tf.float32),
            tf.constant(self.first_parameter, tf.float32),
            before,
            weights,
        )

    def finish(self, canvas: Canvas, transform: Transform) -> Edit:
        return finish_jointly(canvas, transform, [self])

    def finish_beside(
        self, canvas: Canvas, transform: Transform, others: Sequence[Target]
    ) -> Edit | None:
        statistics = [other for other in others if isinstance(other, Statistic)]
        means = [other for other in others if other not in statistics]
        if len(means) > 1 or not all(is_plain(mean) for mean in means):
            return None
        return finish_jointly(canvas, transform, [*statistics, self], *means)

    def contradicts(self, other: Target) -> str | None:
        if not isinstance(other, Statistic):
            return None
        kind, its = type(self).__name__, type(other).__name__
        if kind == its:
            return f"{kind} is asked for twice; leave one out"
        if self.place == other.place:
            return f"{kind} and {its} are reached by the same adjustment; leave one out"
        return None

    def errors(self, image: ImageLike) -> dict[str, float]:
        return {self.name: abs(self.missing(as_canvas(image)))}

    def missing(self, canvas: Canvas) -> float:
        """What an edited picture lacks of the value."""
        assert self.original is not None
        goal = self.goal(max(self.unit, self.least))
        return float(goal.lacking(self._means(canvas, self.original)))

    def _means(self, canvas: Canvas, before: Canvas) -> np.ndarray:
        """Means (k,) of the terms of every visible pixel."""
        goal, centre = self.goal(1.0), tf.constant(canvas.mean_color(), tf.float32)

        def part(span: slice) -> np.ndarray:
            now, was = (c.planes(span, precise=False).T for c in (canvas, before))
            terms = goal.terms(tf.constant(now), tf.constant(was), centre).numpy()
            if before.counted is not None:
                terms = terms[before.counted[span]]
            return np.append(terms.sum(0, dtype=np.float64), len(terms))

        parts = in_threads(part, strips(len(canvas.flat)))
        *sums, count = functools.reduce(np.add, parts)
        return np.array(sums) / count


def is_plain(target: Target) -> bool:
    """Whether it is a mean colour of the whole picture and of all its channels."""
    return isinstance(target, MeanColor) and target.whole
