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

    ``white * sum w_W |I - grey(I)|^2 / (sum w_W + 0.01 n) + black * sum w_K |I - I_0|^2 / (...)``
    with grey(I) the mean of a pixel's channels, n the number of pixels, and weights from the
    original's CIELAB values: w_W rises from L* 75 to 85 and falls with chroma from 8 to 16, w_K
    falls from L* 12 to 4. The 0.01 n lets a few stray pixels count for little.

    A cast that tints a cloud or lifts a shadow reaches the target colour, but gives itself away;
    networks trained to ignore casts do not mind.

    Parameters
    ----------
    white, black
        Weights of the two parts.

    Examples
    --------
    >>> white = np.ones((8, 8, 3), np.float32)
    >>> round(float(NeutralsLoss()(white * [1.0, 1.0, 0.4], white, "#ffff66")), 3)
    0.238
    """

    name: ClassVar[str] = "neutrals"
    white: float = 1.0
    black: float = 1.0

    def prepare(self, scene: Scene) -> Any:
        lab = colors.srgb_to_lab(scene.original.numpy())
        chroma = np.hypot(lab[..., 1], lab[..., 2])
        light = np.clip((lab[..., 0] - 75) / 10, 0, 1) * np.clip((16 - chroma) / 8, 0, 1)
        dark = np.clip((12 - lab[..., 0]) / 8, 0, 1)
        counted = np.broadcast_to(scene.weights.numpy()[..., 0], light.shape)
        shares = [self.white * _shares(light, counted), self.black * _shares(dark, counted)]
        return tuple(tf.constant(share, tf.float32) for share in shares)

    def value(self, image: ImageTensor, scene: Scene, prepared: Any) -> Scalar:
        white, black = prepared
        tint = tf.square(image - tf.reduce_mean(image, -1, keepdims=True))
        moved = tf.square(image - scene.original)
        return tf.reduce_sum(white * tint) + tf.reduce_sum(black * moved)


def _shares(weights: np.ndarray, counted: np.ndarray) -> np.ndarray:
    weights = weights * counted
    return (weights / (weights.sum() + 0.01 * float(counted.sum())))[..., None]
