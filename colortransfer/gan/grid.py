"""Means over areas for batches of images, differentiable."""

from __future__ import annotations

import numpy as np
import tensorflow as tf


def area_means(maps: tf.Tensor, rows: int, columns: int) -> tf.Tensor:
    """Maps (N, H, W, C) as (N, rows, columns, C): means over equal areas, which may share pixels.

    Enlarging repeats pixels. `tf.image.resize` has this method too, but without a gradient.
    """
    down, across = (_shares(n, m) for n, m in zip(maps.shape[1:3], (rows, columns), strict=True))
    return tf.einsum("rh,nhwc,sw->nrsc", down, maps, across)


def _shares(size: int, cells: int) -> tf.Tensor:
    """Share (cells, size) of each pixel in the mean of each cell."""
    edges = np.linspace(0, size, cells + 1)
    pixels = np.arange(size)
    overlap = np.minimum(edges[1:, None], pixels + 1) - np.maximum(edges[:-1, None], pixels)
    return tf.constant(np.maximum(overlap, 0) * cells / size, tf.float32)
