"""Affine maps of colours."""

from __future__ import annotations

import tensorflow as tf

from ..typing import Images, Matrices, Offsets


def render_affine(images: Images, matrices: Matrices, offsets: Offsets) -> Images:
    """``matrix @ x + offset`` for every pixel x of each image.

    Parameters
    ----------
    images
        (N, H, W, 3).
    matrices, offsets
        (N, 3, 3) and (N, 3), or (1, 3, 3) and (1, 3) for all images alike.

    Returns
    -------
    tf.Tensor
        (N, H, W, 3).

    Examples
    --------
    >>> half = render_affine(tf.ones([1, 2, 2, 3]), 0.5 * tf.eye(3)[None], tf.zeros([1, 3]))
    >>> float(tf.reduce_max(half))
    0.5
    """
    moved = tf.matmul(images, matrices[:, tf.newaxis], transpose_b=True)
    return moved + offsets[:, tf.newaxis, tf.newaxis]
