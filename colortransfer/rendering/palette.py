"""Moves of dominant colours in TensorFlow."""

from __future__ import annotations

from typing import Any

import tensorflow as tf

from ..colors.dominant import FUZZINESS, NEAR
from ..typing import Images
from .spaces import srgb_to_lab


def render_palette(images: Images, centres: Any, moves: Any) -> Images:
    """What `transforms.PaletteTransform` of these arrays adds.

    Parameters
    ----------
    images
        (N, H, W, 3).
    centres, moves
        (k, 3): CIELAB, sRGB.

    Returns
    -------
    tf.Tensor
        (N, H, W, 3).

    Examples
    --------
    >>> alone = render_palette(tf.fill([1, 2, 2, 3], 0.5), [[50.0, 0.0, 0.0]], [[0.25, 0.0, 0.0]])
    >>> alone[0, 0, 0].numpy()
    array([0.25, 0.  , 0.  ], dtype=float32)
    """
    centres, moves = (tf.convert_to_tensor(x, tf.float32) for x in (centres, moves))
    lab = srgb_to_lab(images)[..., tf.newaxis, :]
    squared = tf.reduce_sum(tf.square(lab - centres), -1) + NEAR**2
    nearest = tf.reduce_min(squared, -1, keepdims=True)
    closeness = tf.pow(nearest / squared, 1 / (FUZZINESS - 1))
    return tf.tensordot(closeness / tf.reduce_sum(closeness, -1, keepdims=True), moves, 1)
