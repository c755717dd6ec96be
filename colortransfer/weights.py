"""How much each pixel counts, and means over those that do.

Weights are float32 (h, w, 1), relative to the pixel that counts most: 1 for a pixel that is there,
0 for one that is transparent, masked out, or was added. Where all pixels count alike, one weight
(1, 1, 1) stands for all: that costs nothing, and is known while a graph is made.
"""

from __future__ import annotations

import numpy as np
import tensorflow as tf


def relative(weights: np.ndarray) -> tf.Tensor:
    """Weights (h, w, 1) in any unit, relative to the largest; (1, 1, 1) where all are alike.

    Examples
    --------
    >>> relative(np.full((4, 5, 1), 0.05, np.float32)).shape
    TensorShape([1, 1, 1])
    """
    if np.ptp(weights) == 0:
        return tf.ones([1, 1, 1])
    return tf.constant(weights / weights.max(), tf.float32)


def all_alike(weights: tf.Tensor) -> bool:
    """Whether one weight stands for all pixels."""
    return weights.shape == (1, 1, 1)


def weighted_mean(values: tf.Tensor, weights: tf.Tensor) -> tf.Tensor:
    """Mean (c,) over the pixels of ``values`` (h, w, c).

    Examples
    --------
    >>> values = tf.reshape(tf.range(4.0), [2, 2, 1])
    >>> float(weighted_mean(values, tf.reshape([0.0, 1.0, 0.0, 1.0], [2, 2, 1]))[0])
    2.0
    """
    if all_alike(weights):
        return tf.reduce_mean(values, [0, 1])
    return tf.reduce_mean(weights * values, [0, 1]) / tf.reduce_mean(weights)
