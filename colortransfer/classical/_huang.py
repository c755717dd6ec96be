"""Colorization with edges that stop the colour (Huang et al. 2005)."""

from __future__ import annotations

from typing import Any

import numpy as np
from scipy import ndimage

from ._affinity import Offset, neighbour_affinities, overlap
from ._checks import check_positive
from ._diffusion import diffuse
from ._scribbles import open_drawing

WINDOW = 31  # pixels a side of the neighbourhood that decides what is an edge
LEAST_GRADIENT = 0.02  # of the luminance over a pixel: less is noise
ACROSS = 1e-3  # what is left of the affinity of two pixels on different sides of an edge


def huang(grey: Any, scribbles: Any, *, sensitivity: float = 1.0) -> Any:
    """Colour a grey picture, or a sequence, from scribbles, with less bleeding over edges.

    The method of :func:`levin`, but edges are detected first, and pixels on different sides of one
    hardly influence each other. An edge pixel is where the gradient (Sobel) is a local maximum
    along its own direction and exceeds the mean of its neighbourhood by ``1 / sensitivity``
    deviations: the threshold adapts to contrast and texture.

    Parameters
    ----------
    grey
        The grey picture (one channel, or RGB whose luminance counts), or a list of frames: arrays
        or tensors, uint8, uint16, or floats in [0, 1].
    scribbles
        The same with colour drawn on it, RGB; transparent pixels are not drawn. For a sequence
        a list as long, with None for frames without scribbles.
    sensitivity
        Positive: higher finds more edges.

    Returns
    -------
    ndarray or tensor, or a list of them
        The coloured picture, of the type, dtype and shape of ``scribbles``. Its luminance is that
        of ``grey``, unless a colour lies outside the gamut.

    Raises
    ------
    InputError
        If sizes differ, nothing is drawn, an image cannot be used, or the parameter is out of
        range.

    Notes
    -----
    After the idea of Huang, Tung, Chen, Wang, Wu, "An adaptive edge detection based colorization
    algorithm and its applications", ACM Multimedia 2005: adaptive edges, then propagation that
    does not cross them. The constants are this implementation's.

    Examples
    --------
    >>> import numpy as np
    >>> from colortransfer import classical
    >>> grey = np.full((8, 9, 3), 0.5)
    >>> scribbles = grey.copy()
    >>> scribbles[3:5, 3:6] = 0.7, 0.4, 0.4
    >>> red, green, blue = classical.huang(grey, scribbles)[0, 0]
    >>> bool(red > green)
    True
    """
    sensitivity = check_positive(sensitivity, "sensitivity")
    drawing = open_drawing(grey, scribbles)
    offsets, weights = neighbour_affinities(drawing.luminance)
    edges = np.stack([adaptive_edges(frame, sensitivity) for frame in drawing.luminance])
    blocked = _cut(offsets, weights, edges, drawing.luminance)
    spread = diffuse(offsets, blocked, drawing.marked, drawing.chrominance)
    return drawing.colored(spread)


def adaptive_edges(luminance: np.ndarray, sensitivity: float = 1.0) -> np.ndarray:
    """Where thin edges run: bool (H, W) from a luminance (H, W) in [0, 1]."""
    down, right = (ndimage.sobel(luminance, axis) / 8 for axis in (0, 1))
    strength = np.hypot(down, right)
    mean = ndimage.uniform_filter(strength, WINDOW, mode="nearest")
    spread = np.sqrt(
        np.maximum(ndimage.uniform_filter(strength**2, WINDOW, mode="nearest") - mean**2, 0)
    )
    strong = strength > np.maximum(mean + spread / sensitivity, LEAST_GRADIENT)
    # A ridge across the nearer of the two axes: not weaker than one neighbour, stronger than the
    # other, so that of two equal pixels one stays.
    padded = np.pad(strength, 1, mode="edge")
    upright = np.abs(down) > np.abs(right)
    before = np.where(upright, padded[:-2, 1:-1], padded[1:-1, :-2])
    after = np.where(upright, padded[2:, 1:-1], padded[1:-1, 2:])
    return strong & (strength >= before) & (strength > after)


def _cut(
    offsets: list[Offset], weights: np.ndarray, edges: np.ndarray, luminance: np.ndarray
) -> np.ndarray:
    """The weights with the influence across edges taken away, normalised again.

    An edge pixel belongs to the side whose luminance is nearer: of the pairs that touch an edge
    only those are kept that differ by less than half of the contrast across it.
    """
    high, low = (f(luminance, (1, 3, 3)) for f in (ndimage.maximum_filter, ndimage.minimum_filter))
    contrast = np.where(edges, high - low, np.inf)
    result = weights.copy()
    for weight, offset in zip(result, offsets, strict=True):
        here, there = overlap(edges.shape, offset)
        limit = 0.5 * np.minimum(contrast[here], contrast[there])
        apart = np.abs(luminance[here] - luminance[there]) > limit
        weight[here] *= np.where(apart, np.float32(ACROSS), np.float32(1))
    return result / np.maximum(result.sum(0), 1e-30)
