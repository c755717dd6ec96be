"""The constraint in TensorFlow: the mean colour of every rendering is the target."""

from __future__ import annotations

import tensorflow as tf

from ..colors import MeanSpace
from ..typing import ImageColors, Images, ImageWeights
from .spaces import srgb_to_linear

ROUNDS = 3  # Newton steps; the mean is then exact to about 1e-3, and the final image to 1e-5


def reach_colors(
    images: Images,
    colors: ImageColors,
    weights: ImageWeights | None = None,
    *,
    space: MeanSpace = "srgb",
) -> Images:
    """Each image shifted and clipped to [0, 1] so that its mean is its colour; differentiable.

    Parameters
    ----------
    images
        (N, H, W, 3); may leave [0, 1].
    colors
        Targets (N, 3), sRGB in [0, 1].
    weights
        (N, H, W, 1), each image's with a sum of 1: how much its pixels count in the mean. None: all
        alike.
    space
        Where the mean is taken: "srgb", or "linear" light.

    Returns
    -------
    tf.Tensor
        (N, H, W, 3) in [0, 1].

    Examples
    --------
    >>> images = tf.random.stateless_uniform([1, 8, 8, 3], [1, 2])
    >>> reached = reach_colors(images, tf.constant([[0.4, 0.5, 0.6]]))
    >>> [round(float(x), 2) for x in tf.reduce_mean(reached, [0, 1, 2])]
    [0.4, 0.5, 0.6]
    """

    def mean(values: tf.Tensor) -> tf.Tensor:
        if weights is None:
            return tf.reduce_mean(values, [1, 2])
        return tf.reduce_sum(weights * values, [1, 2])

    targets = colors if space == "srgb" else srgb_to_linear(colors)
    shift = tf.zeros_like(colors)
    for _ in range(ROUNDS):
        moved = images + shift[:, tf.newaxis, tf.newaxis]
        inside = tf.cast((moved > 0.0) & (moved < 1.0), tf.float32)
        moved = tf.clip_by_value(moved, 0.0, 1.0)
        if space == "linear":
            inside *= 2.4 / 1.055 * tf.pow((moved + 0.055) / 1.055, 1.4)
            moved = srgb_to_linear(moved)
        missing = targets - mean(moved)
        # Where nearly all is clipped the slope says little: steps stay bounded.
        shift += missing / tf.maximum(tf.stop_gradient(mean(inside)), 0.2)
    return tf.clip_by_value(images + shift[:, tf.newaxis, tf.newaxis], 0.0, 1.0)
