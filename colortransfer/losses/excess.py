"""No place pays for all the others."""

from __future__ import annotations

import dataclasses
from typing import Any, ClassVar

import tensorflow as tf

from ..typing import ImageTensor, Scalar
from .base import Loss
from .scene import Scene

SMALLEST = 0.03  # distance of means below which a change is not measured in it


@dataclasses.dataclass(frozen=True, kw_only=True)
class ExcessLoss(Loss):
    """Naturalness term: mean of max(0, |I - I_0| / |C_T - C_0| - limit)^2.

    When some things keep their colours the rest has to move farther than the mean does; beyond
    ``limit`` times as far it turns garish.

    Parameters
    ----------
    limit
        In units of the distance of the means.

    Examples
    --------
    >>> image = photo / 255.0
    >>> float(ExcessLoss()(image, image, "#5b86b4"))
    0.0
    """

    name: ClassVar[str] = "excess"
    limit: float = 1.12

    def prepare(self, scene: Scene) -> tf.Tensor:
        return tf.maximum(tf.sqrt(scene.squared_distance), SMALLEST)

    def value(self, image: ImageTensor, scene: Scene, prepared: Any) -> Scalar:
        squared = tf.reduce_sum(tf.square(image - scene.original), -1, keepdims=True)
        # The root of 0 has an infinite slope.
        moved = tf.sqrt(squared + 1e-8) / prepared
        return scene.mean(tf.square(tf.nn.relu(moved - self.limit)))
