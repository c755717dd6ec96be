"""Colorization using optimization (Levin, Lischinski, Weiss 2004)."""

from __future__ import annotations

from typing import Any

from ._affinity import VARIANCE_SHARE, neighbour_affinities
from ._diffusion import diffuse
from ._scribbles import open_drawing


def levin(grey: Any, scribbles: Any, *, variance_share: float = VARIANCE_SHARE) -> Any:
    """Colour a grey picture, or a sequence, from scribbles.

    Every pixel that is not drawn on takes the mean chrominance of its neighbours, weighted by how
    alike they are in luminance::

        U(r) = sum_s w_rs U(s),    w_rs ~ exp(-(Y(r) - Y(s))^2 / s_r^2)

    the paper's equations 1 and 2, in YIQ. s_r^2 is 0.6 times the variance of the luminance in the
    3x3 window around r, the share of the authors' program.

    Parameters
    ----------
    grey
        The grey picture (one channel, or RGB whose luminance counts), or a list of frames.
    scribbles
        The same with colour drawn on it, RGB; transparent pixels are not drawn. For a sequence
        a list as long, with None for frames without scribbles.
    variance_share
        Positive; 2 is the paper's equation as printed. The larger, the more colour crosses edges;
        without limit this is plain diffusion.

    Returns
    -------
    ndarray or tensor, or a list of them
        The coloured picture, of the type, dtype and shape of ``scribbles``. Its luminance is that
        of ``grey``, unless a colour lies outside the gamut.

    Raises
    ------
    InputError
        If sizes differ, nothing is drawn, or an image cannot be used.

    Notes
    -----
    In a sequence a pixel's neighbours are also those around its place in the frames before and
    after. The paper follows the motion there; here it must be small from frame to frame.
    Memory about 1 kB a pixel; linear time.

    Reference: Levin, Lischinski, Weiss, "Colorization using optimization", SIGGRAPH 2004.

    Examples
    --------
    >>> import numpy as np
    >>> from colortransfer import classical
    >>> grey = np.full((8, 9, 3), 0.5)
    >>> scribbles = grey.copy()
    >>> scribbles[3:5, 3:6] = 0.7, 0.4, 0.4
    >>> red, green, blue = classical.levin(grey, scribbles)[0, 0]
    >>> bool(red > green)
    True
    """
    drawing = open_drawing(grey, scribbles)
    offsets, weights = neighbour_affinities(drawing.luminance, variance_share)
    spread = diffuse(offsets, weights, drawing.marked, drawing.chrominance)
    return drawing.colored(spread)
