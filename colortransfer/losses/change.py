"""The squared change of pixels, plain or as the first layer of a network takes it."""

from __future__ import annotations

import dataclasses
from typing import Any, ClassVar

import tensorflow as tf

from ..typing import ImageTensor, Scalar
from .base import Loss
from .scene import Scene

PIVOT = 0.45  # the mean of ImageNet's channels is between 0.41 and 0.49


@dataclasses.dataclass(frozen=True, kw_only=True)
class ChangeLoss(Loss):
    """Trust in the start: mean over pixels of |r(I) - r(I_0)|^2, summed over channels.

    With a pivot m, r(x) = (max(x - m, 0), max(m - x, 0)): what passes the first rectifiers of a
    network whose inputs are centred at m. A change that crosses m is then seen in two parts, whose
    squares are less than the square of their sum. Without a pivot r(x) = x, and of all images with
    the mean C_T the shifted one has the smallest value, |C_T - C_0|^2 before clipping.

    Beside a feature distance this term says that a change which one network does not see is
    a change all the same: it is what other networks' early layers see.

    Parameters
    ----------
    pivot
        m, in [0, 1]; by default the middle of photographs' colours, about which classifiers centre
        their inputs. None: no rectification.

    Examples
    --------
    >>> image = np.full((8, 8, 3), 0.5, np.float32)
    >>> round(float(ChangeLoss(pivot=None)(image + 0.1, image, "#5b86b4")), 3)
    0.03
    """

    name: ClassVar[str] = "change"
    pivot: float | None = PIVOT

    def _seen(self, image: tf.Tensor) -> tf.Tensor:
        if self.pivot is None:
            return image
        centred = image - self.pivot
        return tf.concat([tf.nn.relu(centred), tf.nn.relu(-centred)], -1)

    def prepare(self, scene: Scene) -> tf.Tensor:
        return self._seen(scene.original)

    def value(self, image: ImageTensor, scene: Scene, prepared: Any) -> Scalar:
        squared = tf.square(self._seen(image) - prepared)
        return scene.mean(tf.reduce_sum(squared, -1, keepdims=True))
