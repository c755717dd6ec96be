"""Gain and offset of each channel of a colour space, for several swatches."""

from __future__ import annotations

import numpy as np
import tensorflow as tf

from ..core.floors import DISTANCE
from .precision import in_double
from .spaces import SPACES


@in_double
def render_reinhard(
    images: tf.Tensor,
    gain: np.ndarray,
    offset: np.ndarray,
    mean: np.ndarray,
    deviation: np.ndarray,
    added: np.ndarray,
    *,
    space: str,
) -> tf.Tensor:
    """Each pixel moved by all swatches, blended by its distance from them: Reinhard's transfer.

    Parameters
    ----------
    images
        float32 (N, H, W, 3), sRGB in [0, 1].
    gain, offset, mean, deviation
        float64 (K, 3), of the channels of the space; see ``ReinhardTransform``.
    added
        float64 (3,): what is added in sRGB afterwards.
    space
        "lalphabeta", "lab" or "srgb".

    Returns
    -------
    tf.Tensor
        float32 (N, H, W, 3); may leave [0, 1].

    Examples
    --------
    >>> half, none, all_ = np.full((1, 3), 0.5), np.zeros((1, 3)), np.ones((1, 3))
    >>> white = tf.ones([1, 1, 1, 3])
    >>> render_reinhard(white, half, none, none, all_, none[0], space="srgb").numpy().tolist()
    [[[[0.5, 0.5, 0.5]]]]
    """
    forward, backward = SPACES[space]
    channels = forward(images)
    total, weights = tf.zeros_like(channels), tf.zeros_like(channels[..., :1])
    for k in range(len(gain)):
        away = tf.square((channels - mean[k]) / deviation[k])
        # The root of 0 has an infinite slope.
        distance = tf.sqrt(tf.maximum(tf.reduce_sum(away, -1, keepdims=True), DISTANCE**2))
        total += (channels * gain[k] + offset[k]) / distance
        weights += 1 / distance
    channels = total / weights
    if space == "lab":  # keeps the colour of highlights that are driven beyond white
        lightness = tf.clip_by_value(channels[..., :1], 0.0, 100.0)
        channels = tf.concat([lightness, channels[..., 1:]], -1)
    return backward(channels) + added
