"""Two targets at once."""

from __future__ import annotations

import dataclasses
from typing import Any, NamedTuple

import numpy as np
import tensorflow as tf

from ..edit import Edit
from ..images.canvas import Canvas
from ..images.working_copy import WorkingCopy
from ..names import numbered
from ..transforms import Transform
from .base import Target


class BothGoals(NamedTuple):
    """Two goals; what reaches the second is done to what reaches the first."""

    first: Any
    second: Any

    @property
    def color(self) -> tf.Tensor | None:
        return _named(self)

    def deviation(self, image: tf.Tensor) -> tf.Tensor:
        return tf.concat([self.first.deviation(image), self.second.deviation(image)], 0)

    def project(self, image: tf.Tensor) -> tf.Tensor:
        return self.second.project(self.first.project(image))

    def baseline(self, original: tf.Tensor) -> tf.Tensor:
        return self.second.baseline(self.first.baseline(original))


@dataclasses.dataclass(frozen=True, eq=False)
class Both(Target):
    """Two targets at once, written ``first & second``; also of more, as each may be a `Both`.

    The second is reached after the first. Where one undoes the other, ``errors`` says by how much.

    Parameters
    ----------
    first, second
        Targets.

    Examples
    --------
    >>> from colortransfer.targets import MeanColor
    >>> upper = np.zeros((40, 56), bool)
    >>> upper[:20] = True
    >>> both = MeanColor("#5b86b4", mask=upper) & MeanColor("#806040", mask=~upper)
    >>> both.exact, both.errors(photo).keys()
    (True, dict_keys(['color', 'color_2']))
    """

    first: Target
    second: Target

    @property
    def exact(self) -> bool:  # type: ignore[override]
        return self.first.exact and self.second.exact

    @property
    def color(self) -> np.ndarray | None:
        return _named(self)

    def resolved(self, canvas: Canvas) -> Both:
        return Both(self.first.resolved(canvas), self.second.resolved(canvas))

    def bind(self, copy: WorkingCopy) -> BothGoals:
        return BothGoals(self.first.bind(copy), self.second.bind(copy))

    def start(self, original: tf.Tensor, goal: Any) -> tf.Tensor:
        return self.first.start(original, goal.first) + self.second.start(original, goal.second)

    def finish(self, canvas: Canvas, transform: Transform) -> Edit:
        edit = self.first.finish(canvas, transform)
        assert edit.transform is not None
        edit = self.second.finish(canvas, edit.transform)
        return dataclasses.replace(edit, errors=self.errors(edit.image))

    def errors(self, image: Any) -> dict[str, float]:
        found = [*self.first.errors(image).items(), *self.second.errors(image).items()]
        names = numbered(name for name, _ in found)
        return dict(zip(names, (error for _, error in found), strict=True))


def _named(pair: Any) -> Any:
    """The colour of the first of the two that names one."""
    color = getattr(pair.first, "color", None)
    return getattr(pair.second, "color", None) if color is None else color
