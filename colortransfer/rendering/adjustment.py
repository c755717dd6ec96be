"""Brightness, contrast, saturation and hue in TensorFlow: twins of those in ``transforms``."""

from __future__ import annotations

import functools

import numpy as np
import tensorflow as tf

from ..colors import LUMA
from ..core.floors import ROOM
from ..typing import Images
from .precision import in_double
from .spaces import oklab_to_srgb, srgb_to_oklab


@in_double
def render_adjustment(
    images: Images, parameters: np.ndarray, pivot: np.ndarray, offset: np.ndarray
) -> Images:
    """What `transforms.AdjustmentTransform` of these arrays gives.

    Parameters
    ----------
    images
        float32 (N, H, W, 3).
    parameters, pivot, offset
        (4,), () and (3,).

    Returns
    -------
    tf.Tensor
        float32 (N, H, W, 3).

    Examples
    --------
    >>> images, nothing = tf.fill([1, 1, 1, 3], 0.25), np.array([0.0, 1.0, 1.0, 0.0])
    >>> float(render_adjustment(images, nothing, np.array(0.5), np.ones(3))[0, 0, 0, 0])
    1.25
    """
    values = tf.clip_by_value(images, 0.0, 1.0)
    brightness, contrast, saturation, hue = map(float, parameters)
    constant = functools.partial(tf.constant, dtype=values.dtype)
    if brightness != 0:
        values = brightened(values, constant(brightness))
    if contrast != 1:
        values = contrasted(values, constant(contrast), constant(float(pivot)))
    if saturation != 1:
        values = saturated(values, constant(saturation))
    if hue != 0:
        values = turned(values, constant(hue))
    return values + constant(offset)


def brightened(values: tf.Tensor, parameter: tf.Tensor) -> tf.Tensor:
    """The odds of every value in [0, 1] times exp(``parameter``).

    Examples
    --------
    >>> float(brightened(tf.constant(0.5), tf.math.log(3.0)))
    0.75
    """
    factor = tf.exp(parameter)
    return factor * values / (1 + (factor - 1) * values)


def contrasted(values: tf.Tensor, factor: tf.Tensor, pivot: tf.Tensor) -> tf.Tensor:
    """Values in [0, 1] nearer to the pivot by ``factor``, or farther from it in their odds.

    Examples
    --------
    >>> float(contrasted(tf.constant(0.25), tf.constant(0.5), tf.constant(0.75)))
    0.5
    """
    odds = _logit(tf.clip_by_value(values, ROOM, 1 - ROOM))
    more = tf.maximum(factor, 1.0)
    steeper = tf.sigmoid(more * odds + (1 - more) * _logit(pivot))
    return tf.where(factor <= 1, pivot + factor * (values - pivot), steeper)


def saturated(values: tf.Tensor, factor: tf.Tensor) -> tf.Tensor:
    """Colours (..., 3) in [0, 1] with their distance from the grey of their luma scaled.

    Examples
    --------
    >>> saturated(tf.constant([1.0, 0.0, 0.0]), tf.constant(0.0)).numpy().round(3)
    array([0.213, 0.213, 0.213], dtype=float32)
    """
    grey, away, share = _from_grey(values)
    return grey + away * (factor / (1 + tf.maximum(factor - 1, 0.0) * share))


def turned(values: tf.Tensor, angle: tf.Tensor) -> tf.Tensor:
    """Colours (..., 3) in [0, 1] with another hue of Oklab; ``angle`` in radians.

    Examples
    --------
    >>> turned(tf.constant([0.5, 0.5, 0.5]), tf.constant(1.0)).numpy().round(3).tolist()
    [0.5, 0.5, 0.5]
    """
    lightness, a, b = tf.unstack(srgb_to_oklab(values), axis=-1)
    cosine, sine = tf.cos(angle), tf.sin(angle)
    oklab = tf.stack([lightness, cosine * a - sine * b, sine * a + cosine * b], -1)
    grey, away, share = _from_grey(oklab_to_srgb(oklab))
    return grey + away / tf.maximum(share, 1.0)


def _logit(values: tf.Tensor) -> tf.Tensor:
    return tf.math.log(values) - tf.math.log1p(-values)


def _from_grey(values: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor, tf.Tensor]:
    """The grey of the same luma (..., 1), what is away from it, its share of the way (..., 1)."""
    luma = tf.reduce_sum(values * tf.constant(LUMA, values.dtype), -1, keepdims=True)
    grey = tf.clip_by_value(luma, 0.0, 1.0)
    away = values - grey
    room = tf.maximum(tf.where(away > 0, 1 - grey, grey), ROOM)
    return grey, away, tf.reduce_max(tf.abs(away) / room, -1, keepdims=True)
