"""What comes to the ends of the range is lost."""

from __future__ import annotations

import dataclasses
from typing import Any, ClassVar

import tensorflow as tf

from ..typing import ImageTensor, Scalar
from .base import Loss
from .scene import Scene


@dataclasses.dataclass(frozen=True, kw_only=True)
class ClippingLoss(Loss):
    """Naturalness term: mean of max(0, e(I) - e(I_0))^2, e how far a value lies beyond the margins.

    e(x) = max(0, margin - x, x - 1 + margin). Values that are at the ends of the range already may
    stay there.

    Parameters
    ----------
    margin
        How near the ends of the range a value begins to cost.

    Examples
    --------
    >>> grey = np.full((4, 4, 3), 0.5, np.float32)
    >>> round(float(ClippingLoss(margin=0.1)(grey + 0.6, grey, "white")), 3)
    0.04
    """

    name: ClassVar[str] = "clipping"
    margin: float = 0.03

    def value(self, image: ImageTensor, scene: Scene, prepared: Any) -> Scalar:
        beyond = self._beyond(image) - self._beyond(scene.original)
        return scene.mean(tf.square(tf.nn.relu(beyond)))

    def _beyond(self, image: tf.Tensor) -> tf.Tensor:
        return tf.nn.relu(tf.abs(image - 0.5) - (0.5 - self.margin))
