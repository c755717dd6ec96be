"""How alike the neighbours of a pixel are in luminance (Levin et al. 2004, equation 2)."""

from __future__ import annotations

import itertools

import numpy as np

from ._checks import check_positive

# Constants of the authors' program, where the paper says "the variance in a window": its share,
# the affinity that the most similar neighbour keeps at least, and the smallest variance.
VARIANCE_SHARE = 0.6
LEAST_AFFINITY = 0.01
LEAST_VARIANCE = 2e-6

Offset = tuple[int, int, int]


def neighbour_affinities(
    luminance: np.ndarray, variance_share: float = VARIANCE_SHARE
) -> tuple[list[Offset], np.ndarray]:
    """Weights w_rs of each pixel's neighbours, which sum to 1.

    Parameters
    ----------
    luminance
        (T, H, W) in [0, 1]: an image (T is 1) or a sequence.
    variance_share
        s_r^2 below is this share of the variance of the window.

    Returns
    -------
    offsets
        (frame, row, column) of K neighbours: the 3x3 window, in a sequence also those of the
        frames before and after, at the same place.
    weights
        float32 (K, T, H, W): ``exp(-(Y(r) - Y(s))^2 / s_r^2)``, normalised over s; 0 where the
        neighbour lies outside.
    """
    check_positive(variance_share, "variance_share")
    reach = (-1, 0, 1) if len(luminance) > 1 else (0,)
    offsets = [o for o in itertools.product(reach, (-1, 0, 1), (-1, 0, 1)) if o != (0, 0, 0)]
    luminance = luminance.astype(np.float32)
    differences = np.full((len(offsets), *luminance.shape), np.nan, np.float32)
    for difference, offset in zip(differences, offsets, strict=True):
        here, there = overlap(luminance.shape, offset)
        difference[here] = luminance[there] - luminance[here]
    inside = np.isfinite(differences)
    np.nan_to_num(differences, copy=False)
    count = inside.sum(0) + 1  # the pixel itself has the difference 0
    mean = differences.sum(0) / count
    variance = (differences**2).sum(0) / count - mean**2
    np.square(differences, out=differences)
    nearest = np.where(inside, differences, np.inf).min(0)
    width = np.maximum(variance_share * variance, nearest / -np.log(LEAST_AFFINITY))
    np.negative(differences, out=differences)
    differences /= np.maximum(width, LEAST_VARIANCE)
    weights = np.exp(differences, out=differences)
    weights *= inside
    weights /= np.maximum(weights.sum(0), 1e-30)  # a picture of one pixel has no neighbours
    return offsets, weights


def overlap(shape: tuple[int, ...], offset: Offset) -> tuple[tuple[slice, ...], tuple[slice, ...]]:
    """Where pixels have a neighbour at ``offset``, and where that neighbour is."""
    here = tuple(slice(max(0, -o), size - max(0, o)) for o, size in zip(offset, shape, strict=True))
    there = tuple(slice(max(0, o), size + min(0, o)) for o, size in zip(offset, shape, strict=True))
    return here, there
