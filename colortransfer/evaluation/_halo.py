"""Halos: colour that spills over strong edges, or over- and undershoots beside them."""

from __future__ import annotations

from typing import Any

import numpy as np
from scipy import ndimage

from ._cells import cell_starts, cell_sums
from ._measured import Measured, measured_pair

EDGE_SIGMA = 1.5  # pixels
EDGE_SHARE = 95.0  # an edge's slope is above this percentile of the picture's slopes ...
EDGE_SLOPE = 0.04  # ... and above this, in luma per pixel: that of a step of 0.15
REACH = 1 / 48  # a halo's width, as a share of the longer side
RIDGE = 0.2  # squared levels: less variation than 8-bit rounding has explains no change


def halo(original: Any, edited: Any) -> float:
    """Unexplained low-frequency colour change beside strong edges, less that away from them.

    An edit that acts on colours alone changes a pixel beside an edge as it changes pixels of the
    same colour a little farther away. So the change d = edited - original (sRGB) is explained,
    around each place, by an affine function of the original's colour, fitted by least squares
    under a Gaussian window (sigma four times the reach). What remains is averaged over cells of
    half the reach, separately for pixels within the reach of an edge (but not on it) and for all
    pixels beyond: halo = mean |r_near| - mean |r_beyond|. Edges are where the original's luma is
    steepest (the steepest 5 %, and 0.04 per pixel at least); the reach is 1/48 of the longer side.

    Parameters
    ----------
    original, edited
        Images of one size.

    Returns
    -------
    float
        8-bit levels (1/255), lower is better: 0 for identical pictures, without edges, and for
        every edit that is an affine map of sRGB values. Clipping and other bends of the map raise
        it, mostly below 0.5, so compare with the mean shift's; halos that are plain to see, to
        several levels. Below 0 where the edit is less regular away from edges than beside them.

    Notes
    -----
    The project's own. The local affine model is that of K. He, J. Sun and X. Tang, Guided image
    filtering, ECCV 2010.

    Examples
    --------
    >>> halo(photo, photo)
    0.0
    """
    first, second = measured_pair(original, edited)
    height, width = first.rgb.shape[:2]
    reach = max(2.0, REACH * max(height, width))
    near, beyond = _beside_edges(first, reach)
    if not near.any():
        return 0.0
    cell = max(1, round(reach / 2))
    rows, columns = (cell_starts(size, -(-size // cell)) for size in (height, width))
    # Around the mean, the moments lose fewer digits.
    x = 255 * (first.rgb - first.count(first.rgb).mean(0))
    change = 255 * (second.rgb - first.rgb)
    slope, offset = _local_affine(x, change, first.mask, rows, columns, 4 * reach / cell)
    remains = []
    for mask in (near, beyond):
        chosen = mask[..., None]
        pixels = cell_sums(mask, rows, columns)
        explained = np.einsum("hwd,hwdc->hwc", cell_sums(x * chosen, rows, columns), slope)
        explained += offset * pixels[..., None]
        left = np.linalg.norm(cell_sums(change * chosen, rows, columns) - explained, axis=-1)
        remains.append(left.sum() / max(pixels.sum(), 1))
    return float(remains[0] - remains[1])


def _beside_edges(shown: Measured, reach: float) -> tuple[np.ndarray, np.ndarray]:
    """Masks (H, W): pixels within the reach of an edge but not on it, and pixels beyond."""
    slope = ndimage.gaussian_gradient_magnitude(shown.luma, EDGE_SIGMA)
    steep = max(EDGE_SLOPE, float(np.percentile(shown.count(slope), EDGE_SHARE)))
    edges = shown.mask & (slope >= steep)
    if not edges.any():
        return edges, shown.mask
    distance = ndimage.distance_transform_edt(~edges)
    near = (distance > EDGE_SIGMA) & (distance <= reach)
    return near & shown.mask, (distance > reach) & shown.mask


def _local_affine(
    x: np.ndarray,
    change: np.ndarray,
    mask: np.ndarray,
    rows: np.ndarray,
    columns: np.ndarray,
    sigma: float,
) -> tuple[np.ndarray, np.ndarray]:
    """Slope (h, w, 3, 3) and offset (h, w, 3) of ``change`` as a function of ``x``, per cell."""

    def windowed(values: np.ndarray) -> np.ndarray:
        sums = cell_sums(values, rows, columns)
        return ndimage.gaussian_filter(sums, (sigma, sigma, 0), truncate=6)

    chosen = mask[..., None].astype(x.dtype)
    # Cells that see no visible pixel have nothing to explain, and must not divide by 0.
    weight = np.maximum(windowed(chosen), 1e-12)
    x, change = x * chosen, change * chosen
    mean_x, mean_change = windowed(x) / weight, windowed(change) / weight
    both = np.concatenate([x, change], -1)
    mean_both = np.concatenate([mean_x, mean_change], -1)
    moments = np.stack([windowed(x[..., i : i + 1] * both) / weight for i in range(3)], -2)
    moments -= mean_x[..., :, None] * mean_both[..., None, :]
    slope = np.linalg.solve(moments[..., :3] + RIDGE * np.eye(3), moments[..., 3:])
    return slope, mean_change - np.einsum("hwd,hwdc->hwc", mean_x, slope)
