"""Look-up tables of colours."""

from __future__ import annotations

import numpy as np
import tensorflow as tf

from ..typing import Images, Table


def table_corners(images: tf.Tensor, size: int) -> tuple[tf.Tensor, tf.Tensor]:
    """Where the colours lie in a table of ``size`` points a side.

    Parameters
    ----------
    images
        (..., 3); clamped to [0, 1].
    size
        Points a side, at least 2.

    Returns
    -------
    tuple of tensors
        For each pixel the indices (..., 8) of the corners of its cell in the flattened table, int32
        and their weights (..., 8) in trilinear interpolation.

    Examples
    --------
    >>> indices, weights = table_corners(tf.constant([0.0, 0.0, 0.25]), 2)
    >>> indices.numpy()[:2].tolist(), weights.numpy()[:2].tolist()
    ([0, 1], [0.75, 0.25])
    """
    position = tf.clip_by_value(images, 0.0, 1.0) * (size - 1)
    corner = tf.minimum(tf.cast(position, tf.int32), size - 2)
    share = position - tf.cast(corner, position.dtype)
    strides = tf.constant([size**2, size, 1])
    indices, weights = [], []
    for offset in np.ndindex(2, 2, 2):
        indices.append(tf.reduce_sum((corner + tf.constant(offset)) * strides, -1))
        weights.append(tf.reduce_prod(tf.where(np.array(offset) == 1, share, 1 - share), -1))
    return tf.stack(indices, -1), tf.stack(weights, -1)


def weigh_corners(table: Table, indices: tf.Tensor, weights: tf.Tensor) -> tf.Tensor:
    """Values (..., 3) of a table (n, n, n, 3) where ``table_corners`` said.

    Examples
    --------
    >>> table = tf.reshape(tf.range(24, dtype=tf.float32), [2, 2, 2, 3])
    >>> weigh_corners(table, *table_corners(tf.constant([0.0, 0.0, 1.0]), 2)).numpy().tolist()
    [3.0, 4.0, 5.0]
    """
    corners = tf.gather(tf.reshape(table, [-1, 3]), indices)
    return tf.reduce_sum(weights[..., tf.newaxis] * corners, -2)


def render_tables(images: Images, table: Table) -> Images:
    """Each colour's entry in a table (n, n, n, 3), indexed [red, green, blue], trilinear.

    Parameters
    ----------
    images
        (N, H, W, 3).
    table
        (n, n, n, 3), the same for all images.

    Returns
    -------
    tf.Tensor
        (N, H, W, 3).

    Examples
    --------
    >>> grey = render_tables(tf.zeros([1, 2, 2, 3]), tf.fill([5, 5, 5, 3], 0.5))
    >>> float(tf.reduce_max(grey))
    0.5
    """
    return weigh_corners(table, *table_corners(images, table.shape[0]))


def render_table_each(images: Images, tables: tf.Tensor) -> Images:
    """Each image's colours in its own table.

    Parameters
    ----------
    images
        (N, H, W, 3).
    tables
        (N, n, n, n, 3), indexed [red, green, blue].

    Returns
    -------
    tf.Tensor
        (N, H, W, 3).

    Examples
    --------
    >>> tables = tf.reshape(tf.constant([0.25, 0.75]), [2, 1, 1, 1, 1]) * tf.ones([2, 5, 5, 5, 3])
    >>> render_table_each(tf.zeros([2, 2, 2, 3]), tables)[:, 0, 0, 0].numpy().tolist()
    [0.25, 0.75]
    """
    indices, weights = table_corners(images, tables.shape[1])
    count = tf.shape(tables)[0]
    flat = tf.reshape(tables, [count, -1, 3])
    corners = tf.gather(flat, tf.reshape(indices, [count, -1, 8]), batch_dims=1)
    added = tf.reduce_sum(tf.reshape(weights, [count, -1, 8, 1]) * corners, 2)
    return tf.reshape(added, tf.shape(images))
