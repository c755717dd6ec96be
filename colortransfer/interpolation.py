"""Linear interpolation from a few nodes to a line of pixels."""

from __future__ import annotations

import numpy as np


def interpolation_matrix(size: int, nodes: int, *, pixels: np.ndarray | None = None) -> np.ndarray:
    """Weights of linear interpolation from nodes that span a line of pixels.

    The first and the last node lie on the line's ends, half a pixel outside the outermost centres.

    Parameters
    ----------
    size
        Pixels of the line.
    nodes
        Nodes, at least 1.
    pixels
        Indices (n,) of the pixels that are wanted; by default all of them.

    Returns
    -------
    ndarray
        float32 (n, nodes); each row adds up to 1.

    Examples
    --------
    >>> interpolation_matrix(2, 2)
    array([[0.75, 0.25],
           [0.25, 0.75]], dtype=float32)
    """
    centres = np.arange(size) if pixels is None else pixels
    position = (centres + 0.5) / size * (nodes - 1)
    return np.maximum(0, 1 - np.abs(position[:, None] - np.arange(nodes))).astype(np.float32)


def area_matrix(size: int, reduced: int) -> np.ndarray:
    """Weights (reduced, size) by which means over equal parts of ``size`` pixels are taken.

    Examples
    --------
    >>> area_matrix(3, 2).astype(float).round(2).tolist()
    [[0.67, 0.33, 0.0], [0.0, 0.33, 0.67]]
    """
    edges = np.linspace(0, size, reduced + 1)[:, None]
    pixels = np.arange(size)
    covered = np.minimum(edges[1:], pixels + 1) - np.maximum(edges[:-1], pixels)
    covered = np.maximum(covered, 0)
    shares: np.ndarray = (covered / covered.sum(1, keepdims=True)).astype(np.float32)
    return shares


def tents(size: int, nodes: int, pixels: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Weights by which a line of ``nodes`` pixels is resized to ``size``: linear, without aliases.

    As wide as a pixel of the coarser of the two lines. What lies beyond the ends is as the ends.

    Parameters
    ----------
    size, nodes
        Pixels of the line that is wanted, and of the one that is there.
    pixels
        Indices (n,) of the wanted ones.

    Returns
    -------
    tuple
        Indices (n, taps) of the pixels that are there, and their weights, float32, whose sum is 1.

    Examples
    --------
    >>> indices, weights = tents(4, 2, np.arange(2))
    >>> indices.tolist(), weights.tolist()
    ([[0, 0], [0, 1]], [[0.25, 0.75], [0.75, 0.25]])
    """
    scale = nodes / size
    reach = max(1.0, scale)
    centres = (pixels + 0.5) * scale - 0.5
    first = np.floor(centres - reach).astype(int) + 1
    indices = first[:, None] + np.arange(int(np.ceil(2 * reach)))
    weights = np.maximum(0, 1 - np.abs(indices - centres[:, None]) / reach)
    weights /= weights.sum(1, keepdims=True)
    return np.clip(indices, 0, nodes - 1), weights.astype(np.float32)
