"""What is added to each pixel."""

from __future__ import annotations

import tensorflow as tf

from ..typing import Images, Residuals


def render_residuals(images: Images, residuals: Residuals) -> Images:
    """Images plus residuals, which are enlarged bilinearly where their size is another one.

    Parameters
    ----------
    images
        (N, H, W, 3).
    residuals
        (N, h, w, 3), or (1, h, w, 3) for all images alike.

    Returns
    -------
    tf.Tensor
        (N, H, W, 3).

    Examples
    --------
    >>> lighter = render_residuals(tf.fill([1, 4, 6, 3], 0.25), tf.fill([1, 2, 3, 3], 0.5))
    >>> float(tf.reduce_max(lighter))
    0.75
    """
    if images.shape[1:3] != residuals.shape[1:3]:
        residuals = tf.image.resize(residuals, tf.shape(images)[1:3], "bilinear")
    return images + residuals
