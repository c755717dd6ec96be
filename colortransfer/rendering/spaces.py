"""Colour spaces in TensorFlow: differentiable, on the tensor's device."""

from __future__ import annotations

import numpy as np
import tensorflow as tf

from .. import colors

TO_XYZ = (colors.RGB_TO_XYZ / colors.WHITE[:, None]).T.astype(np.float32)
KNEE = 6 / 29  # below its cube CIELAB is linear


def srgb_to_lab(images: tf.Tensor) -> tf.Tensor:
    """CIELAB (..., 3), D65, of sRGB (..., 3) in [0, 1]; the twin of ``colors.srgb_to_lab``.

    Examples
    --------
    >>> srgb_to_lab(tf.ones([1, 3])).numpy().round(1).tolist()
    [[100.0, 0.0, 0.0]]
    """
    # Both branches of tf.where are differentiated: neither may have an infinite slope.
    bent = tf.pow((tf.maximum(images, 0.04045) + 0.055) / 1.055, 2.4)
    linear = tf.where(images <= 0.04045, images / 12.92, bent)
    xyz = tf.tensordot(linear, tf.constant(TO_XYZ), 1)
    root = tf.pow(tf.maximum(xyz, KNEE**3), 1 / 3)
    x, y, z = tf.unstack(tf.where(xyz > KNEE**3, root, xyz / (3 * KNEE**2) + 4 / 29), axis=-1)
    return tf.stack([116 * y - 16, 500 * (x - y), 200 * (y - z)], -1)
