"""One curve a channel."""

from __future__ import annotations

import tensorflow as tf

from ..typing import Curves, Images
from .precision import in_double


@in_double
def render_curves(images: Images, curves: Curves) -> Images:
    """Each channel through its curve over [0, 1], linear between points, level outside.

    Parameters
    ----------
    images
        float32 (N, H, W, 3).
    curves
        float64 (3, P): values at P evenly spaced points, at least 2.

    Returns
    -------
    tf.Tensor
        float32 (N, H, W, 3).

    Examples
    --------
    >>> negative = np.array([[1.0, 0.0]] * 3)
    >>> float(tf.reduce_max(render_curves(tf.fill([1, 2, 2, 3], 0.25), negative)))
    0.75
    """
    return along_curves(images, tf.constant(curves))


def along_curves(images: tf.Tensor, curves: tf.Tensor) -> tf.Tensor:
    """What `render_curves` draws, in the precision of what it is given.

    Examples
    --------
    >>> along_curves(tf.constant([[0.25, 0.25, 0.25]]), tf.constant([[1.0, 0.0]] * 3)).numpy()
    array([[0.75, 0.75, 0.75]], dtype=float32)
    """
    points = curves.shape[1]
    position = tf.clip_by_value(images, 0.0, 1.0) * (points - 1)
    left = tf.minimum(tf.cast(position, tf.int32), points - 2)
    share = position - tf.cast(left, position.dtype)
    index = left + points * tf.range(3)  # into the three curves, one behind the other
    flat = tf.reshape(curves, [-1])
    below, above = tf.gather(flat, index), tf.gather(flat, index + 1)
    return (1.0 - share) * below + share * above
