"""How far the target is."""

from __future__ import annotations

import dataclasses
from typing import Any, ClassVar, Literal

import tensorflow as tf

from ..errors import InputError
from ..typing import ImageTensor, Scalar
from .base import Loss
from .scene import Scene


@dataclasses.dataclass(frozen=True, kw_only=True)
class TargetLoss(Loss):
    """Pulls at the target: the size of the goal's deviation.

    With this term in a sum the target is pulled at during the fit, and no longer reached at every
    step; at the end, exact targets are reached all the same.

    Parameters
    ----------
    norm
        "l2": sum of squared differences; "l1": sum of absolute differences.

    Examples
    --------
    >>> image = np.full((8, 8, 3), 0.5, np.float32)
    >>> round(float(TargetLoss()(image, image, (0.5, 0.5, 0.7))), 3)
    0.04
    """

    name: ClassVar[str] = "target"
    pulls: ClassVar[bool] = True
    norm: Literal["l2", "l1"] = "l2"

    def __post_init__(self) -> None:
        if self.norm not in ("l2", "l1"):
            raise InputError(f"norm is 'l2' or 'l1', not {self.norm!r}")

    def prepare(self, scene: Scene) -> Any:
        return ()

    def value(self, image: ImageTensor, scene: Scene, prepared: Any) -> Scalar:
        deviation = scene.goal.deviation(image)
        size = tf.abs(deviation) if self.norm == "l1" else tf.square(deviation)
        return tf.reduce_sum(size)
