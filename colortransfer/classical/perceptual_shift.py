"""The part of a closed-form shift that happens in CIELAB or Oklab."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from scipy import optimize

from .. import colors
from .picture import ColorMap, Picture
from .shift_forms import form_named, midtone

SAMPLE = 16_384  # pixels that the three parameters are fitted to

# To and from each space, and the lightness of white in it.
SPACES = {
    "lab": (colors.srgb_to_lab, colors.lab_to_srgb, 100.0),
    "oklab": (colors.srgb_to_oklab, colors.oklab_to_srgb, 1.0),
}


def perceptual_shift(
    picture: Picture, goal: np.ndarray, form: str, midtone_weight: float, space: str
) -> ColorMap:
    """The change in ``space`` whose mean, over a sample and after clipping, is nearest to ``goal``.

    The form acts on lightness, the colour axes are shifted. Three parameters, three means: solved
    by least squares, because a mean outside of what the form reaches is no error here (the caller
    adds what is missing).
    """
    forward, backward, white = SPACES[space]
    curve = form_named(form, midtone_weight)
    # Multiplicative parameters are searched by their logarithm, and stay positive.
    scaled = curve.neutral == 1.0

    def changed(lab: np.ndarray, parameters: np.ndarray) -> np.ndarray:
        first = float(np.exp(parameters[0])) if scaled else float(parameters[0])
        lightness = np.clip(lab[0] / white, 0, 1)
        weight = midtone(lightness, midtone_weight) if form == "midtone" else 1.0
        moved = np.stack(
            [
                np.clip(curve.curve(lightness, first), 0, 1) * white,
                lab[1] + parameters[1] * white * weight,
                lab[2] + parameters[2] * white * weight,
            ]
        )
        return backward(moved.T).T

    sample = forward(picture.planes(picture.sample(SAMPLE)).T).T

    def missing(parameters: np.ndarray) -> np.ndarray:
        return np.clip(changed(sample, parameters), 0, 1).mean(1) - goal

    bound = np.array([20.0 if scaled else 2.0, 2.0, 2.0])
    fit = optimize.least_squares(missing, np.zeros(3), bounds=(-bound, bound), xtol=1e-9)
    return _pointwise(forward, lambda lab: changed(lab, fit.x))


def _pointwise(
    forward: Callable[[np.ndarray], np.ndarray], changed: Callable[[np.ndarray], np.ndarray]
) -> ColorMap:
    return lambda planes: changed(forward(planes.T).T)
