"""The mean colour of an image."""

from __future__ import annotations

from typing import Literal

import numpy as np

from ..typing import Color, Pixels, PixelWeights, Values
from .spaces import LUMA, linear_to_srgb, srgb_to_linear

MeanSpace = Literal["srgb", "linear"]


def mean_color(
    rgb: Pixels, weights: PixelWeights | None = None, space: MeanSpace = "srgb"
) -> Color:
    """Mean colour C of an image.

    Parameters
    ----------
    rgb
        Floats (H, W, 3), sRGB.
    weights
        bool or floats from 0, (H, W): how much each pixel counts; None when all count alike.
    space
        "srgb", or "linear": the mean is taken in linear light, and expressed in sRGB.

    Returns
    -------
    numpy.ndarray
        float64 (3,), sRGB.

    Examples
    --------
    >>> black_and_white = np.zeros((1, 2, 3)) + [[[0.0], [1.0]]]
    >>> mean_color(black_and_white).tolist()
    [0.5, 0.5, 0.5]
    >>> mean_color(black_and_white, space="linear").round(3).tolist()
    [0.735, 0.735, 0.735]
    """
    light, count = summed_light(rgb, weights, space)
    return from_light(light / count, space)


def goal_of(color: Color, *, grey: bool) -> Color:
    """What the mean of an image can reach of ``color`` (3,): of a grey one, that of the same luma.

    Examples
    --------
    >>> goal_of(np.array([1.0, 0.0, 0.0]), grey=True).tolist()
    [0.2126, 0.2126, 0.2126]
    """
    return np.full(3, LUMA @ color) if grey else color


def summed_light(
    rgb: Pixels, weights: PixelWeights | None, space: MeanSpace
) -> tuple[Color, float]:
    """Sum (3,) of an image's values in ``space``, weighted, and the sum of the weights: float64.

    What `mean_color` divides; of the strips of a picture these can be added.

    Examples
    --------
    >>> image = np.array([[[0.2, 0.4, 0.6], [0.4, 0.4, 0.4]]])
    >>> total, count = summed_light(image, None, "srgb")
    >>> total.round(3), count
    (array([0.6, 0.8, 1. ]), 2.0)
    """
    if weights is not None and weights.dtype == bool:
        rgb, weights = rgb[weights][None], None
    light = to_light(rgb, space)
    count = float(light.shape[0] * light.shape[1])
    if weights is not None:
        light, count = light * weights[..., None], float(weights.sum(dtype=np.float64))
    # Row by row: numpy is many times slower at summing an axis of three.
    return light.sum(0, dtype=np.float64).sum(0), count


def to_light(rgb: Values, space: MeanSpace) -> Values:
    """sRGB values as those that a mean is taken of.

    Examples
    --------
    >>> to_light(np.array([0.5, 0.5, 0.5]), "linear").round(3)
    array([0.214, 0.214, 0.214])
    """
    return rgb if space == "srgb" else srgb_to_linear(rgb)


def from_light(light: Values, space: MeanSpace) -> Values:
    """The inverse of :func:`to_light`.

    Examples
    --------
    >>> from_light(np.array([0.214, 0.214, 0.214]), "linear").round(3)
    array([0.5, 0.5, 0.5])
    """
    return light if space == "srgb" else linear_to_srgb(light)
