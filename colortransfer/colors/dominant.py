"""Dominant colours: the centres of soft clusters in CIELAB."""

from __future__ import annotations

import numpy as np
from scipy.cluster import vq

from ..typing import Centres, ColorList

FUZZINESS = 1.5  # Bezdek's m: 1 would be k-means, whose clusters have hard borders
NEAR = 1.0  # CIELAB units that are hardly told apart
ROUNDS = 60
STILL = 0.01  # CIELAB units by which no centre moves any more


def dominant_colors(
    lab: ColorList, count: int, *, seed: int = 0, start: Centres | None = None
) -> Centres:
    """At most ``count`` dominant colours of some pixels, in a fixed order.

    The centres of fuzzy c-means (Bezdek 1981): a pixel belongs to all clusters, by the shares of
    `cluster_shares`, and each centre is the mean of the pixels weighted by their shares to the
    power m.

    Parameters
    ----------
    lab
        CIELAB (N, 3) of pixels.
    count
        Of the clusters.
    seed
        Of the k-means from which the centres start.
    start
        Centres (count, 3) to start from instead; then the order is theirs.

    Returns
    -------
    ndarray
        CIELAB (k, 3), k at most ``count``: pixels of fewer colours have those.

    Examples
    --------
    >>> lab = np.repeat([[20.0, 0.0, 0.0], [80.0, 0.0, 0.0]], 50, 0)
    >>> dominant_colors(lab, 2).round(1).tolist()
    [[20.0, 0.0, 0.0], [80.0, 0.0, 0.0]]
    """
    centres = clusters(lab, count, seed) if start is None else np.asarray(start, np.float64)
    if start is None and len(centres) < count:
        return centres
    for _ in range(ROUNDS):
        weights = cluster_shares(lab, centres) ** FUZZINESS
        following = weights.T @ lab / np.maximum(weights.sum(0), 1e-12)[:, None]
        moved, centres = np.abs(following - centres).max(), following
        if moved < STILL:
            break
    return centres if start is not None else centres[np.lexsort(centres.T[::-1])]


def cluster_shares(lab: ColorList, centres: Centres) -> np.ndarray:
    """How much of each colour (N, 3) belongs to each of the clusters: (N, k), with a sum of 1.

    In proportion to d^(-2 / (m - 1)), d the distance from a centre and m = 1.5, where a unit of
    CIELAB is added to the squared distances.

    Examples
    --------
    >>> cluster_shares(np.array([[50.0, 0.0, 0.0]]), np.array([[40.0, 0, 0], [60.0, 0, 0]]))
    array([[0.5, 0.5]])
    """
    squared = np.square(lab[:, None] - centres).sum(-1) + NEAR**2
    closeness = (squared.min(1, keepdims=True) / squared) ** (1 / (FUZZINESS - 1))
    shares: np.ndarray = closeness / closeness.sum(1, keepdims=True)
    return shares


def clusters(points: np.ndarray, count: int, seed: int) -> np.ndarray:
    """At most ``count`` cluster centres of points (N, D) by k-means, in a fixed order.

    Examples
    --------
    >>> clusters(np.array([[0.0], [1.0], [9.0]]), 2, 0)
    array([[0.5],
           [9. ]])
    """
    different = np.unique(points.round(3), axis=0)
    if len(different) <= count:
        return different
    centres, _ = vq.kmeans(points, count, iter=3, rng=np.random.default_rng(seed))
    return np.asarray(centres[np.lexsort(centres.T[::-1])])
