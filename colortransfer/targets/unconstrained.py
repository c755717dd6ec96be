"""No colour is asked for: what is likely, or dreamt, decides."""

from __future__ import annotations

import dataclasses
from typing import ClassVar, NamedTuple

import tensorflow as tf

from ..images.working_copy import WorkingCopy
from ..typing import ImageLike, ImageTensor, Vector
from .base import Target


class UnconstrainedGoal(NamedTuple):
    """What every picture reaches; all that is asked is that its values can be shown."""

    def deviation(self, image: ImageTensor) -> Vector:
        return tf.zeros([0])

    def project(self, image: ImageTensor) -> ImageTensor:
        # The gradient passes, so that pixels beyond the range can return to it.
        return image + tf.stop_gradient(tf.clip_by_value(image, 0.0, 1.0) - image)

    def baseline(self, original: ImageTensor) -> ImageTensor:
        return original


@dataclasses.dataclass(frozen=True)
class Unconstrained(Target):
    """Any colours: only the losses say what changes.

    Examples
    --------
    >>> Unconstrained().errors(np.zeros((4, 4, 3)))
    {}
    """

    exact: ClassVar[bool] = True

    def bind(self, copy: WorkingCopy) -> UnconstrainedGoal:
        return UnconstrainedGoal()

    def errors(self, image: ImageLike) -> dict[str, float]:
        return {}
