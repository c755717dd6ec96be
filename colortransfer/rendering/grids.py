"""Bilateral grids of affine colour maps."""

from __future__ import annotations

import numpy as np
import tensorflow as tf

from ..colors import LUMA
from ..interpolation import interpolation_matrix
from ..typing import Grids, Images

Basis = dict[str, tf.Tensor]
STRIP = 1 << 18  # pixels of an image drawn at a time: each needs 500 bytes with a depth of 8


def luma_tents(images: tf.Tensor, nodes: int) -> tf.Tensor:
    """Share (..., nodes) of each node of luma (Rec. 709) in each pixel (..., 3); their sum is 1.

    Examples
    --------
    >>> luma_tents(tf.fill([1, 3], 0.25), 3).numpy().round(3).tolist()
    [[0.5, 0.5, 0.0]]
    """
    luma = tf.tensordot(images, tf.constant(LUMA, tf.float32), 1)[..., tf.newaxis]
    level = tf.clip_by_value(luma, 0.0, 1.0) * (nodes - 1)
    return tf.nn.relu(1.0 - tf.abs(level - tf.range(nodes, dtype=tf.float32)))


def grid_basis(
    images: Images, size: tuple[int, int, int], *, top: int = 0, height: int | None = None
) -> Basis:
    """All that a grid's edit needs of the images themselves, computed once for many grids.

    Parameters
    ----------
    images
        (N, H, W, 3), with height and width known.
    size
        The grid's rows, columns and depth.
    top, height
        For a strip: its first row, and the height of the whole image.

    Returns
    -------
    dict
        The images; the weights of interpolation over rows and columns; and for each pixel the tents
        of luma times (r, g, b, 1), (N, H, W, depth * 4).

    Examples
    --------
    >>> basis = grid_basis(tf.zeros([1, 20, 30, 3]), (3, 4, 5))
    >>> {name: tuple(tensor.shape) for name, tensor in basis.items() if name != "images"}
    {'down': (20, 3), 'across': (30, 4), 'basis': (1, 20, 30, 20)}
    """
    count, width = images.shape[1:3]
    rows, columns, depth = size
    lines = np.arange(top, top + count)
    homogeneous = tf.concat([images, tf.ones_like(images[..., :1])], -1)
    basis = luma_tents(images, depth)[..., tf.newaxis] * homogeneous[..., tf.newaxis, :]
    return {
        "images": images,
        "down": tf.constant(interpolation_matrix(height or count, rows, pixels=lines)),
        "across": tf.constant(interpolation_matrix(width, columns)),
        "basis": tf.reshape(basis, [-1, count, width, depth * 4]),
    }


def render_basis(basis: Basis, grids: Grids) -> Images:
    """The images of a basis through their grids; see `render_grids`.

    Examples
    --------
    >>> basis = grid_basis(tf.fill([1, 2, 2, 3], 0.25), (1, 1, 1))
    >>> doubled = tf.reshape(tf.eye(3, 4), [1, 1, 1, 3, 4])  # added to the identity
    >>> float(tf.reduce_max(render_basis(basis, doubled)))
    0.5
    """
    rows, columns, depth = grids.shape[-5:-2]
    shape = tf.shape(basis["basis"])
    if rows == columns == 1:  # the same maps everywhere: one small matrix product an image
        flat = tf.reshape(basis["basis"], [-1, shape[1] * shape[2], depth * 4])
        maps = tf.reshape(tf.linalg.matrix_transpose(grids), [-1, depth * 4, 3])
        return basis["images"] + tf.reshape(tf.matmul(flat, maps), tf.shape(basis["images"]))
    # (rows, N * columns * 3 * depth * 4): for each output channel the coefficients of the basis.
    order = [0, 1, 3, 2, 4] if len(grids.shape) == 5 else [1, 0, 2, 4, 3, 5]
    nodes = tf.reshape(tf.transpose(grids, order), [rows, -1])
    lines = tf.reshape(tf.matmul(basis["down"], nodes), [shape[1], -1, columns, 12 * depth])
    coefficients = tf.matmul(basis["across"], tf.transpose(lines, [1, 0, 2, 3]))
    coefficients = tf.reshape(coefficients, [-1, shape[1], shape[2], 3, 4 * depth])
    change = tf.reduce_sum(coefficients * basis["basis"][..., tf.newaxis, :], -1)
    return basis["images"] + change


def render_grids(images: Images, grids: Grids) -> Images:
    """Images through bilateral grids.

    Parameters
    ----------
    images
        (N, H, W, 3), with height and width known.
    grids
        (N, rows, columns, depth, 3, 4), or one of them for all images: affine maps that are added
        to the identity.

    Returns
    -------
    tf.Tensor
        (N, H, W, 3); may leave [0, 1].

    Examples
    --------
    >>> images = tf.fill([2, 20, 30, 3], 0.25)
    >>> drawn = render_grids(images, tf.zeros([2, 3, 4, 5, 3, 4]))
    >>> bool(tf.reduce_all(drawn == images))
    True
    """
    rows, columns, depth = grids.shape[-5:-2]
    height, width = images.shape[1:3]
    step = max(1, STRIP // width)
    strips = [
        render_basis(
            grid_basis(images[:, top : top + step], (rows, columns, depth), top=top, height=height),
            grids,
        )
        for top in range(0, height, step)
    ]
    return strips[0] if len(strips) == 1 else tf.concat(strips, 1)
