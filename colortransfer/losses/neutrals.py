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
    falls from L* 12 to 4. The 0.01 n lets a few stray pixels count for little. Of several regions
    each has these sums of its own, and their share of the pixels as its weight.

    A cast that tints a cloud or lifts a shadow reaches the target colour, but gives itself away;
    networks trained to ignore casts do not mind.

    Parameters
    ----------
    white, black
        Weights of the two parts.
    keep_tint
        Whether whites keep the faint tint that they have, instead of losing it: grey(I) is then
        that and I_0 - grey(I_0). A smooth edit that takes a tint from warm whites gives the other
        one, lilac, to those that have none.

    Examples
    --------
    >>> white = np.ones((8, 8, 3), np.float32)
    >>> round(float(NeutralsLoss()(white * [1.0, 1.0, 0.4], white, "#ffff66")), 3)
    0.238
    """

    name: ClassVar[str] = "neutrals"
    white: float = 1.0
    black: float = 1.0
    keep_tint: bool = False

    def prepare(self, scene: Scene) -> Any:
        lab = colors.srgb_to_lab(scene.original.numpy())
        chroma = np.hypot(lab[..., 1], lab[..., 2])
        light = np.clip((lab[..., 0] - 75) / 10, 0, 1) * np.clip((16 - chroma) / 8, 0, 1)
        dark = np.clip((12 - lab[..., 0]) / 8, 0, 1)
        places = scene.places.numpy()
        counted = np.broadcast_to(places, (*light.shape, places.shape[-1]))
        shares = [self.white * _shares(light, counted), self.black * _shares(dark, counted)]
        tint = [_tint(scene.original)] if self.keep_tint else []
        return tuple(tf.constant(share, tf.float32) for share in shares + tint)

    def value(self, image: ImageTensor, scene: Scene, prepared: Any) -> Scalar:
        white, black, *own = prepared
        tint = _tint(image)
        if own:
            tint -= own[0]
        moved = tf.square(image - scene.original)
        return tf.reduce_sum(white * tf.square(tint)) + tf.reduce_sum(black * moved)


def _tint(image: tf.Tensor) -> tf.Tensor:
    return image - tf.reduce_mean(image, -1, keepdims=True)


def _shares(weights: np.ndarray, counted: np.ndarray) -> np.ndarray:
    """Weights (h, w), relative to the sum in each place, ``counted`` (h, w, k): (h, w, 1)."""
    found = np.zeros((*weights.shape, 1))
    for place in np.moveaxis(counted, -1, 0):
        size = float(place.sum())
        if size > 0:
            own = weights * place
            share = size / float(counted.sum())
            found += (share * own / (own.sum() + 0.01 * size))[..., None]
    return found
