"""The part of a closed-form shift that happens in CIELAB or Oklab."""

from __future__ import annotations

import dataclasses

import numpy as np
from scipy import optimize

from ..images import Canvas
from ..transforms import ShiftTransform
from ..transforms.shift import LIGHTNESS
from ._shift_forms import MULTIPLIES

SAMPLE = 16_384  # pixels that the three parameters are fitted to


def perceptual_shift(canvas: Canvas, goal: np.ndarray, start: ShiftTransform) -> ShiftTransform:
    """The shift like ``start`` whose mean, over a sample and clipped, is nearest to ``goal``.

    Three parameters, three means: solved by least squares, because a mean outside of what the form
    reaches is no error here (the caller adds what is missing).
    """
    forward, backward, _ = LIGHTNESS[start.space]
    # Multiplicative parameters are searched by their logarithm, and stay positive.
    scaled = start.form in MULTIPLIES
    sample = forward(canvas.planes(canvas.sample(SAMPLE)).T).T

    def candidate(searched: np.ndarray) -> ShiftTransform:
        first = np.exp(searched[0]) if scaled else searched[0]
        return dataclasses.replace(start, parameters=np.array([first, *searched[1:]]))

    def missing(searched: np.ndarray) -> np.ndarray:
        moved = backward(candidate(searched).in_space(sample).T).T
        return np.clip(moved, 0, 1).mean(1) - goal

    bound = np.array([20.0 if scaled else 2.0, 2.0, 2.0])
    found = optimize.least_squares(missing, np.zeros(3), bounds=(-bound, bound), xtol=1e-9)
    return candidate(found.x)
