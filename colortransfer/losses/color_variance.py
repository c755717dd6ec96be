"""|V(I) - V(I_0)|^2: keeps the spread of colours, and with it the saturation."""

from __future__ import annotations

import dataclasses
from typing import Any, ClassVar

import tensorflow as tf

from ..typing import ColorTensor, ImageTensor, Scalar, TensorWeights
from ..weights import weighted_mean
from .base import Loss
from .scene import Scene


def color_variance(image: ImageTensor, *, weights: TensorWeights | None = None) -> ColorTensor:
    """V(I) = mean[sqrt(|I - C|)]^2 for each channel, C the mean colour.

    Parameters
    ----------
    image
        (H, W, 3).
    weights
        (H, W, 1) or (1, 1, 1): how much each pixel counts in both means. None: all alike.

    Returns
    -------
    tf.Tensor
        (3,).

    Examples
    --------
    >>> halves = tf.constant([[[0.0] * 3, [0.5] * 3]])
    >>> color_variance(halves).numpy().round(3)
    array([0.25, 0.25, 0.25], dtype=float32)
    """
    weights = tf.ones([1, 1, 1]) if weights is None else weights
    deviation = tf.abs(image - weighted_mean(image, weights))
    # The root's slope is infinite at 0, where a pixel equals the mean: a floor keeps it finite.
    return tf.square(weighted_mean(tf.sqrt(tf.maximum(deviation, 1e-6)), weights))


@dataclasses.dataclass(frozen=True)
class ColorVarianceLoss(Loss):
    """Saturation term (section 3.1, optional there): |V(I) - V(I_0)|^2, summed over channels.

    Examples
    --------
    >>> image = photo / 255.0
    >>> float(ColorVarianceLoss()(image, image, "#5b86b4"))
    0.0
    """

    name: ClassVar[str] = "color_variance"

    def prepare(self, scene: Scene) -> Any:
        return color_variance(scene.original, weights=scene.weights)

    def value(self, image: ImageTensor, scene: Scene, prepared: Any) -> Scalar:
        return tf.reduce_sum(tf.square(color_variance(image, weights=scene.weights) - prepared))
