"""The colours between which probabilities are interpolated: a lattice over a* and b*."""

from __future__ import annotations

import numpy as np
import tensorflow as tf

# Finer near grey, where eyes are; the same for a* and b*.
NODES = np.array([-90, -62, -42, -27, -15, -6, 0, 6, 15, 27, 42, 62, 90], np.float32)
COUNT = len(NODES)
# Area of a node's cell, in a*b* units: probabilities over areas are densities.
_WIDTHS = np.gradient(NODES)
LOG_AREAS = np.log(_WIDTHS[:, None] * _WIDTHS[None, :]).astype(np.float32)


def tents(values: tf.Tensor) -> tf.Tensor:
    """Weights (..., 13) of the nodes in linear interpolation at ``values`` (...), a* or b*.

    Values beyond the outermost nodes count as these.

    Examples
    --------
    >>> tents(tf.constant(3.0)).numpy()[5:9].tolist()
    [0.0, 0.5, 0.5, 0.0]
    """
    values = tf.clip_by_value(values, NODES[0], NODES[-1])[..., tf.newaxis]
    nodes = tf.constant(NODES)
    left = tf.concat([nodes[:1] - 1, nodes[:-1]], 0)
    right = tf.concat([nodes[1:], nodes[-1:] + 1], 0)
    rising, falling = (values - left) / (nodes - left), (right - values) / (right - nodes)
    return tf.nn.relu(tf.minimum(rising, falling))
