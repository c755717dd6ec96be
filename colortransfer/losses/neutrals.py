"""Keeps whites white and blacks black: what the eye takes as its reference."""

from __future__ import annotations

import dataclasses
from typing import Any, ClassVar

import numpy as np
import tensorflow as tf

from .. import colors
from ..typing import ImageTensor, Scalar
from .base import Loss
from .scene import Scene


@dataclasses.dataclass(frozen=True, kw_only=True)
class NeutralsLoss(Loss):
    """Naturalness term: near-white pixels stay neutral, near-black pixels stay where they are.

    ``white * sum w_W |I - grey(I)|^2 / (sum w_W + few n) + black * sum w_K |I - I_0|^2 / (...)``
    with grey(I) the mean of a pixel's channels, n the number of pixels, and weights from the
    original's CIELAB values: w_W rises with L* over ``light`` and falls with chroma from 8 to 16,
    w_K falls as L* does over ``dark``.

    A cast that tints a cloud or lifts a shadow reaches the target colour, but gives itself away;
    networks trained to ignore casts do not mind.

    Parameters
    ----------
    white, black
        Weights of the two parts.
    light, dark
        L* at which a pixel begins to count as white, and where it does wholly; the same for black.
    few
        Share of the picture that counts as few pixels: where there are less, they count for less.

    Examples
    --------
    >>> white = np.ones((8, 8, 3), np.float32)
    >>> round(float(NeutralsLoss()(white * [1.0, 1.0, 0.4], white, "#ffff66")), 3)
    0.238
    """

    name: ClassVar[str] = "neutrals"
    white: float = 1.0
    black: float = 1.0
    light: tuple[float, float] = (75.0, 85.0)
    dark: tuple[float, float] = (12.0, 4.0)
    few: float = 0.01

    def prepare(self, scene: Scene) -> Any:
        lab = colors.srgb_to_lab(scene.original.numpy())
        chroma = np.hypot(lab[..., 1], lab[..., 2])
        light = _ramp(lab[..., 0], *self.light) * _ramp(chroma, 16.0, 8.0)
        dark = _ramp(lab[..., 0], *self.dark)
        counted = np.broadcast_to(scene.weights.numpy()[..., 0], light.shape)
        white = self.white * self._shares(light * counted, counted)
        black = self.black * self._shares(dark * counted, counted)
        return tf.constant(white, tf.float32), tf.constant(black, tf.float32)

    def value(self, image: ImageTensor, scene: Scene, prepared: Any) -> Scalar:
        white, black = prepared
        tint = tf.square(image - tf.reduce_mean(image, -1, keepdims=True))
        moved = tf.square(image - scene.original)
        return tf.reduce_sum(white * tint) + tf.reduce_sum(black * moved)

    def _shares(self, weights: np.ndarray, counted: np.ndarray) -> np.ndarray:
        return (weights / (weights.sum() + self.few * float(counted.sum())))[..., None]


def _ramp(values: np.ndarray, start: float, full: float) -> np.ndarray:
    """0 at ``start`` and before, 1 at ``full`` and after, whichever of the two is larger."""
    if full > start:
        return np.clip((values - start) / (full - start), 0, 1)
    return np.clip((start - values) / (start - full), 0, 1)
