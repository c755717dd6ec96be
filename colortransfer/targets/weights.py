"""Means over the pixels that count."""

from __future__ import annotations

import tensorflow as tf


def weighted_mean(values: tf.Tensor, weights: tf.Tensor) -> tf.Tensor:
    """Mean (c,) over the pixels of ``values`` (h, w, c), ``weights`` (h, w, 1) in any unit.

    Where all pixels count alike it is, to the last bit, ``tf.reduce_mean(values, [0, 1])``.

    Examples
    --------
    >>> values = tf.reshape(tf.range(4.0), [2, 2, 1])
    >>> float(weighted_mean(values, tf.reshape([0.0, 1.0, 0.0, 1.0], [2, 2, 1]))[0])
    2.0
    """
    share = weights / tf.reduce_max(weights)
    return tf.reduce_mean(share * values, [0, 1]) / tf.reduce_mean(share)
