"""Edits within masks."""

from __future__ import annotations

from collections.abc import Sequence

import tensorflow as tf

from ..core.floors import COVERED
from ..typing import Images, Shares
from .luma import at_luma, luma_of


def render_masked(
    images: Images, edited: Sequence[Images], shares: Shares, *, keep_luma: bool = False
) -> Images:
    """Images blended with their edits, each within its mask.

    Parameters
    ----------
    images
        (N, H, W, 3).
    edited
        What becomes of them by each of k edits.
    shares
        The masks (k, H, W) of the edits, in [0, 1]; see `transforms.MaskedTransform`.
    keep_luma
        Whether each pixel keeps its luma.

    Returns
    -------
    tf.Tensor
        (N, H, W, 3) in [0, 1].

    Examples
    --------
    >>> images = tf.zeros([1, 1, 2, 3])
    >>> render_masked(images, [images + 0.5], tf.constant([[[1.0, 0.5]]]))[0, 0, :, 0].numpy()
    array([0.5 , 0.25], dtype=float32)
    """
    masks = tf.convert_to_tensor(shares, tf.float32)[:, tf.newaxis, ..., tf.newaxis]
    total = tf.reduce_sum(masks, 0)
    mixed = tf.reduce_sum(masks * tf.stack(edited), 0) / tf.maximum(total, COVERED)
    inside = at_luma(mixed, luma_of(images)) if keep_luma else tf.clip_by_value(mixed, 0.0, 1.0)
    return images + tf.minimum(total, 1.0) * (inside - images)
