"""|B(I) - I|: how rough the image is, B a 3x3 box blur."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from typing import Any, ClassVar

import tensorflow as tf

from ..typing import ImageTensor, MapTensor, Scalar
from .base import Loss
from .scene import Scene


def box_blur(image: MapTensor) -> MapTensor:
    """B(I): mean over 3x3 pixels, edges repeated; (H, W, 3) -> (H, W, 3).

    Examples
    --------
    >>> image = tf.scatter_nd([[1, 1]], tf.ones([1, 3]), [3, 3, 3])
    >>> box_blur(image)[0, 0].numpy().round(3)
    array([0.111, 0.111, 0.111], dtype=float32)
    """
    return _own_gradient(image)


@tf.custom_gradient
def _own_gradient(image: tf.Tensor) -> tuple[tf.Tensor, Callable[[tf.Tensor], tf.Tensor]]:
    """B is a symmetric matrix: its gradient is B. TensorFlow's has a picture for each slice."""
    return _blurred(image), box_blur


def _blurred(image: tf.Tensor) -> tf.Tensor:
    height, width = tf.shape(image)[0], tf.shape(image)[1]
    padded = tf.pad(image, [[1, 1], [1, 1], [0, 0]], "SYMMETRIC")
    rows = tf.add_n([padded[k : k + height] for k in range(3)])
    return tf.add_n([rows[:, k : k + width] for k in range(3)]) / 9.0


@dataclasses.dataclass(frozen=True, kw_only=True)
class BlurLoss(Loss):
    """Smoothness term (section 3.1): mean |B(I) - I|.

    Parameters
    ----------
    relative
        Compare with the original's own texture instead of with none: mean
        |(B(I) - I) - (B(I_0) - I_0)|, which is 0 for the original and for any shift of it, where
        the paper's own term would like every photograph blurred.

    Examples
    --------
    >>> image = photo / 255.0
    >>> float(BlurLoss(relative=True)(image, image, "#5b86b4"))
    0.0
    """

    name: ClassVar[str] = "blur"
    relative: bool = False

    def prepare(self, scene: Scene) -> Any:
        original = scene.original
        return box_blur(original) - original if self.relative else tf.zeros([1, 1, 3])

    def value(self, image: ImageTensor, scene: Scene, prepared: Any) -> Scalar:
        return scene.mean(tf.abs(box_blur(image) - image - prepared))
