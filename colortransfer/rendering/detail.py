"""Fine detail in TensorFlow: twins of what is in ``transforms.detail``."""

from __future__ import annotations

from typing import Any

import tensorflow as tf

from ..colors import LUMA
from ..fine_detail import LEAST, SHARE, TRUNCATE
from ..typing import Images
from .luma import luma_of


def render_detail(images: Images, gains: Any) -> Images:
    """What `transforms.DetailTransform` of these gains gives.

    Parameters
    ----------
    images
        (N, H, W, 3).
    gains
        (2, tones).

    Returns
    -------
    tf.Tensor
        (N, H, W, 3).

    Examples
    --------
    >>> images = tf.random.stateless_uniform([1, 16, 16, 3], [1, 2])
    >>> soft = render_detail(images, tf.zeros([2, 1]))
    >>> bool(tf.math.reduce_std(soft) < 0.5 * tf.math.reduce_std(images))
    True
    """
    bands, tones = detail_bands(images)
    return images + detail_change(bands, tones, tf.convert_to_tensor(gains, tf.float32))


def detail_bands(images: Images) -> tuple[tf.Tensor, tf.Tensor]:
    """The bands (N, H, W, 3, 2), the finer one first, and the luma (N, H, W, 1) without them.

    Examples
    --------
    >>> bands, tones = detail_bands(tf.random.stateless_uniform([1, 16, 16, 3], [1, 2]))
    >>> bands.shape, tones.shape
    (TensorShape([1, 16, 16, 3, 2]), TensorShape([1, 16, 16, 1]))
    """
    sigma = _deviation(images)
    middle, coarse = blurred(images, sigma / 2), blurred(images, sigma)
    return tf.stack([images - middle, middle - coarse], -1), luma_of(coarse)


def detail_change(bands: tf.Tensor, tones: tf.Tensor, gains: tf.Tensor) -> tf.Tensor:
    """What gains (2, tones) add to a picture with these bands.

    Examples
    --------
    >>> bands, tones = detail_bands(tf.random.stateless_uniform([1, 16, 16, 3], [1, 2]))
    >>> float(tf.reduce_max(tf.abs(detail_change(bands, tones, tf.ones([2, 3])))))
    0.0
    """
    nodes = tf.shape(gains)[1]
    places = tf.clip_by_value(tones, 0.0, 1.0) * tf.cast(nodes - 1, tf.float32)
    tents = tf.maximum(1.0 - tf.abs(places - tf.cast(tf.range(nodes), tf.float32)), 0.0)
    more = tf.einsum("nhwt,kt->nhwk", tents, gains)[..., tf.newaxis, :] - 1.0
    luma = tf.reduce_sum(bands * tf.constant(LUMA[:, None], bands.dtype), -2, keepdims=True)
    return tf.reduce_sum(tf.minimum(more, 0.0) * bands + tf.maximum(more, 0.0) * luma, -1)


def fine(images: tf.Tensor) -> tf.Tensor:
    """All of the detail of maps (N, H, W, C): what the coarser Gaussian takes away.

    Examples
    --------
    >>> float(tf.reduce_max(tf.abs(fine(tf.fill([1, 4, 5, 1], 0.5))))) < 1e-6
    True
    """
    return images - blurred(images, _deviation(images))


def blurred(images: tf.Tensor, sigma: tf.Tensor) -> tf.Tensor:
    """A Gaussian of maps (N, H, W, C), mirrored beyond their ends."""
    reach = tf.cast(tf.floor(TRUNCATE * sigma + 0.5), tf.int32)
    steps = tf.cast(tf.range(-reach, reach + 1), tf.float32)
    taps = tf.exp(-0.5 * tf.square(steps / sigma))
    taps = (taps / tf.reduce_sum(taps))[:, tf.newaxis, tf.newaxis, tf.newaxis]
    shape = tf.shape(images)
    maps = tf.transpose(images, [0, 3, 1, 2])  # one channel at a time
    maps = tf.reshape(maps, [-1, shape[1], shape[2], 1])
    maps = tf.nn.conv2d(mirrored(maps, 1, reach), taps, 1, "VALID")
    across = tf.transpose(taps, [1, 0, 2, 3])
    maps = tf.nn.conv2d(mirrored(maps, 2, reach), across, 1, "VALID")
    maps = tf.reshape(maps, [shape[0], -1, shape[1], shape[2]])
    result = tf.transpose(maps, [0, 2, 3, 1])
    return tf.ensure_shape(result, images.shape)


def mirrored(maps: tf.Tensor, axis: int, more: Any) -> tf.Tensor:
    """Maps (N, H, W, C) continued by ``more`` pixels at both ends of an axis, mirrored.

    Examples
    --------
    >>> mirrored(tf.reshape(tf.range(3.0), [1, 3, 1, 1]), 1, 2)[0, :, 0, 0].numpy().tolist()
    [1.0, 0.0, 0.0, 1.0, 2.0, 2.0, 1.0]
    """
    size = tf.shape(maps)[axis]
    places = tf.math.floormod(tf.range(-more, size + more), 2 * size)
    return tf.gather(maps, tf.minimum(places, 2 * size - 1 - places), axis=axis)


def _deviation(images: tf.Tensor) -> tf.Tensor:
    longest = tf.reduce_max(tf.shape(images)[1:3])
    return tf.maximum(tf.cast(longest, tf.float32) * SHARE, LEAST)
