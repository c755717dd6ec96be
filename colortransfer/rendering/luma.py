"""Colours at a luma that is given, in TensorFlow."""

from __future__ import annotations

import tensorflow as tf

from ..colors import LUMA


def luma_of(rgb: tf.Tensor) -> tf.Tensor:
    """Rec. 709 luma (..., 1) of sRGB values (..., 3); the twin of `colors.luma_of`.

    Examples
    --------
    >>> luma_of(tf.constant([1.0, 0.0, 1.0])).numpy().round(4)
    array([0.2848], dtype=float32)
    """
    return tf.reduce_sum(rgb * tf.constant(LUMA, rgb.dtype), -1, keepdims=True)


def at_luma(rgb: tf.Tensor, luma: tf.Tensor) -> tf.Tensor:
    """Colours (..., 3) with the luma (..., 1), inside of sRGB; the twin of `colors.at_luma`.

    Examples
    --------
    >>> at_luma(tf.constant([0.9, 0.1, 0.1]), tf.constant([0.5])).numpy().round(3)
    array([1.   , 0.365, 0.365], dtype=float32)
    """
    chroma = rgb - luma_of(rgb)
    return luma + chroma_scale(rgb, luma) * chroma


def chroma_scale(rgb: tf.Tensor, luma: tf.Tensor) -> tf.Tensor:
    """What the chroma of colours (..., 3) at a luma (..., 1) is multiplied by, at most 1: (..., 1).

    Examples
    --------
    >>> chroma_scale(tf.constant([0.9, 0.1, 0.1]), tf.constant([0.5])).numpy().round(3)
    array([0.794], dtype=float32)
    """
    chroma = rgb - luma_of(rgb)
    room = tf.where(chroma > 0.0, 1.0 - luma, luma) / tf.maximum(tf.abs(chroma), 1e-6)
    return tf.minimum(tf.reduce_min(room, -1, keepdims=True), 1.0)
