"""Colorization by chrominance blending (Yatziv and Sapiro 2006)."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..errors import InputError
from ._checks import check_positive
from ._geodesic import geodesic_distances
from ._scribbles import Drawing, open_drawing

COLORS = 32  # different chrominances that are told apart
STEEPEST = 64  # exponent; the nearest colour is taken alone long before
CELL = 1 / 64  # chrominances nearer than this are one


def yatziv_sapiro(grey: Any, scribbles: Any, *, exponent: float = 4.0) -> Any:
    """Colour a grey picture, or a sequence, by blending the scribbles' chrominances.

    A pixel takes ``sum_c W(d_c) c / sum_c W(d_c)`` over the chrominances c that were drawn, with
    ``W(d) = d^(-exponent)`` of its intrinsic distance to each: the least sum of changes in
    luminance along a path to a pixel drawn with c.

    Parameters
    ----------
    grey
        The grey picture (one channel, or RGB whose luminance counts), or a list of frames: arrays
        or tensors, uint8, uint16, or floats in [0, 1].
    scribbles
        The same with colour drawn on it, RGB; transparent pixels are not drawn. For a sequence
        a list as long, with None for frames without scribbles.
    exponent
        Positive, at most 64; between 1 and 6 in the paper. Higher blends less.

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
    Distances are found by sweeps over rows in both directions until they settle, not by a queue;
    a small length is added to every step, so that flat regions are divided by the distance on the
    picture. In a sequence paths also lead through the same place in the next frame. More than 32
    different chrominances are reduced to the most frequent ones.

    Reference: Yatziv and Sapiro, "Fast image and video colorization using chrominance blending",
    IEEE Transactions on Image Processing 15(5), 2006.

    Examples
    --------
    >>> import numpy as np
    >>> from colortransfer import classical
    >>> grey = np.full((8, 9, 3), 0.5)
    >>> scribbles = grey.copy()
    >>> scribbles[3:5, 3:6] = 0.7, 0.4, 0.4
    >>> red, green, blue = classical.yatziv_sapiro(grey, scribbles)[0, 0]
    >>> bool(red > green)
    True
    """
    if check_positive(exponent, "exponent") > STEEPEST:
        raise InputError(f"exponent must be at most {STEEPEST}, not {exponent!r}")
    drawing = open_drawing(grey, scribbles)
    palette, label = drawn_palette(drawing)
    distances = geodesic_distances(drawing.luminance, drawing.marked, label, len(palette))
    nearest = np.maximum(distances.min(2, keepdims=True), 1e-12)
    # Relative to the nearest one: powers of small distances would overflow.
    weights = (nearest / np.maximum(distances, nearest)) ** np.float32(exponent)
    weights /= weights.sum(2, keepdims=True)
    blended = np.einsum("thcw,ck->thwk", weights, palette)
    result = np.where(drawing.marked[..., None], drawing.chrominance, blended)
    return drawing.colored(result)


def drawn_palette(drawing: Drawing) -> tuple[np.ndarray, np.ndarray]:
    """The different chrominances (C, 2), and which of them each marked pixel has (M,)."""
    drawn = drawing.chrominance[drawing.marked]
    cells, label, count = np.unique(
        np.rint(drawn / CELL).astype(np.int64), axis=0, return_inverse=True, return_counts=True
    )
    label = label.ravel()
    if len(cells) > COLORS:
        frequent = np.argsort(-count, kind="stable")[:COLORS]
        apart = ((cells[:, None] - cells[frequent]) ** 2).sum(-1)
        label = apart.argmin(1)[label]
    total = np.bincount(label)
    palette = np.stack([np.bincount(label, drawn[:, c]) / np.maximum(total, 1) for c in (0, 1)], -1)
    return palette.astype(np.float32), label
