"""Colour spaces in TensorFlow: differentiable, on the tensor's device, in the tensor's precision.

Each is the twin of the numpy function of that name; slopes are finite everywhere. Both branches of
`tf.where` are differentiated, so neither may have an infinite slope where the other is taken.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import tensorflow as tf

from .. import colors

KNEE = 6 / 29  # below its cube CIELAB is linear
FAINTEST = 1e-21  # the cube root of less counts as 0, where its slope would be infinite


def srgb_to_linear(rgb: tf.Tensor) -> tf.Tensor:
    """sRGB to linear light (IEC 61966-2-1); negative values keep their sign.

    Examples
    --------
    >>> srgb_to_linear(tf.constant([0.0, 0.5, 1.0], tf.float64)).numpy().round(3).tolist()
    [0.0, 0.214, 1.0]
    """
    bent = tf.pow((tf.maximum(tf.abs(rgb), 0.04045) + 0.055) / 1.055, 2.4)
    return tf.where(tf.abs(rgb) <= 0.04045, rgb / 12.92, tf.sign(rgb) * bent)


def linear_to_srgb(linear: tf.Tensor) -> tf.Tensor:
    """The inverse of `srgb_to_linear`.

    Examples
    --------
    >>> linear_to_srgb(tf.constant([0.0, 0.25, 1.0], tf.float64)).numpy().round(3).tolist()
    [0.0, 0.537, 1.0]
    """
    bent = 1.055 * tf.pow(tf.maximum(tf.abs(linear), 0.0031308), 1 / 2.4) - 0.055
    return tf.where(tf.abs(linear) <= 0.0031308, 12.92 * linear, tf.sign(linear) * bent)


def srgb_to_lab(rgb: tf.Tensor) -> tf.Tensor:
    """CIELAB (..., 3), D65, of sRGB (..., 3).

    Examples
    --------
    >>> srgb_to_lab(tf.ones([1, 3])).numpy().round(1).tolist()
    [[100.0, 0.0, 0.0]]
    """
    xyz = _combine(colors.RGB_TO_XYZ / colors.WHITE[:, None], srgb_to_linear(rgb))
    root = tf.pow(tf.maximum(xyz, KNEE**3), 1 / 3)
    x, y, z = tf.unstack(tf.where(xyz > KNEE**3, root, xyz / (3 * KNEE**2) + 4 / 29), axis=-1)
    return tf.stack([116 * y - 16, 500 * (x - y), 200 * (y - z)], -1)


def lab_to_srgb(lab: tf.Tensor) -> tf.Tensor:
    """The inverse of `srgb_to_lab`; colours outside the gamut leave [0, 1].

    Examples
    --------
    >>> lab_to_srgb(tf.constant([[100.0, 0.0, 0.0]])).numpy().round(3).tolist()
    [[1.0, 1.0, 1.0]]
    """
    lightness, a, b = tf.unstack(lab, axis=-1)
    y = (lightness + 16) / 116
    roots = tf.stack([y + a / 500, y, y - b / 200], -1)
    xyz = tf.where(roots > KNEE, roots**3, 3 * KNEE**2 * (roots - 4 / 29))
    return linear_to_srgb(_combine(np.linalg.inv(colors.RGB_TO_XYZ) * colors.WHITE, xyz))


def srgb_to_oklab(rgb: tf.Tensor) -> tf.Tensor:
    """Oklab (..., 3) of sRGB (..., 3), after Ottosson 2020.

    Examples
    --------
    >>> srgb_to_oklab(tf.ones([1, 3])).numpy().round(3).tolist()
    [[1.0, 0.0, 0.0]]
    """
    responses = _combine(colors.OKLAB_LMS, srgb_to_linear(rgb))
    roots = tf.sign(responses) * tf.pow(tf.maximum(tf.abs(responses), FAINTEST), 1 / 3)
    return _combine(colors.OKLAB_LAB, roots)


def oklab_to_srgb(oklab: tf.Tensor) -> tf.Tensor:
    """The inverse of `srgb_to_oklab`; colours outside the gamut leave [0, 1].

    Examples
    --------
    >>> oklab_to_srgb(tf.constant([[1.0, 0.0, 0.0]])).numpy().round(3).tolist()
    [[1.0, 1.0, 1.0]]
    """
    responses = _combine(np.linalg.inv(colors.OKLAB_LAB), oklab) ** 3
    return linear_to_srgb(_combine(np.linalg.inv(colors.OKLAB_LMS), responses))


def srgb_to_lalphabeta(rgb: tf.Tensor) -> tf.Tensor:
    """Ruderman's axes (..., 3) of natural logarithms of cone responses, as Reinhard takes them.

    Examples
    --------
    >>> srgb_to_lalphabeta(tf.zeros([1, 3], tf.float64)).numpy().round(3).tolist()
    [[-1.732, 0.0, 0.0]]
    """
    responses = _combine(colors.RGB_TO_LMS / colors.DARKEST, rgb)
    bright = tf.maximum(responses, 1.0)
    return _combine(colors.LOG_LMS_TO_LALPHABETA, responses - bright + tf.math.log(bright))


def lalphabeta_to_srgb(channels: tf.Tensor) -> tf.Tensor:
    """The inverse of `srgb_to_lalphabeta`.

    Examples
    --------
    >>> lalphabeta_to_srgb(srgb_to_lalphabeta(tf.ones([1, 3]))).numpy().round(3).tolist()
    [[1.0, 1.0, 1.0]]
    """
    logs = _combine(np.linalg.inv(colors.LOG_LMS_TO_LALPHABETA), channels)
    # Channels of no real colour could grow without limit; exp(50) is far outside the gamut.
    bright = tf.clip_by_value(logs, 0.0, 50.0)
    responses = logs - bright + tf.exp(bright)
    return _combine(np.linalg.inv(colors.RGB_TO_LMS) * colors.DARKEST, responses)


def _combine(matrix: np.ndarray, values: tf.Tensor) -> tf.Tensor:
    """``matrix @ x`` for every x (3,) of values (..., 3)."""
    return tf.tensordot(values, tf.constant(matrix.T, values.dtype), 1)


# To and from each space.
SPACES: dict[str, tuple[Callable[[tf.Tensor], tf.Tensor], Callable[[tf.Tensor], tf.Tensor]]] = {
    "srgb": (tf.identity, tf.identity),
    "linear": (srgb_to_linear, linear_to_srgb),
    "lab": (srgb_to_lab, lab_to_srgb),
    "oklab": (srgb_to_oklab, oklab_to_srgb),
    "lalphabeta": (srgb_to_lalphabeta, lalphabeta_to_srgb),
}
