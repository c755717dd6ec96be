"""Colourful things, and skin, keep their colours."""

from __future__ import annotations

import dataclasses
from typing import Any, ClassVar

import numpy as np
import tensorflow as tf

from .. import colors
from ..rendering.spaces import srgb_to_lab
from ..typing import ImageTensor, Scalar
from .base import Loss
from .scene import Scene

SCALE = 50.0  # of a* and b*: a change by as much counts as 1
DARKEST = 1e-4  # below, and above 1, CIELAB's slope is no guide

# Skin of every tone lies about one hue of CIELAB; degrees and chroma at which it begins and ends.
SKIN_HUE, SKIN_CORE, SKIN_REACH = 52.0, 18.0, 34.0
SKIN_CHROMA = (8.0, 14.0, 42.0, 58.0)


@dataclasses.dataclass(frozen=True, kw_only=True)
class MemoryColorsLoss(Loss):
    """Naturalness term: mean of w |(a*, b*) of I - (a*, b*) of I_0|^2 / 50^2.

    w rises from 0 to 1 with the original's chroma: who sees a red macaw turn brown, or a face turn
    green, knows that the picture was edited, while a grey wall may have any colour. Skin, which is
    less colourful and minded more, has a weight of its own; what has skin's colour (wood, sand)
    shares it, as a cost and not as a mask.

    Parameters
    ----------
    start, full
        Chroma of CIELAB at which w begins to rise, and at which it is 1.
    skin
        w of skin's colours; 0 does not tell them from others.

    Notes
    -----
    The project's own; "memory colours" are those that people know by heart (Bartleson 1960). What
    people mind most in edited photographs are hues that leave the original's (de Ridder,
    Blommaert, Fedorovskaya 1995).

    Examples
    --------
    >>> image = photo / 255.0
    >>> round(float(MemoryColorsLoss()(image, image, "#5b86b4")), 3)
    0.0
    """

    name: ClassVar[str] = "memory_colors"
    start: float = 15.0
    full: float = 45.0
    skin: float = 1.0

    def prepare(self, scene: Scene) -> dict[str, tf.Tensor]:
        lab = colors.srgb_to_lab(scene.original.numpy())
        chroma = np.hypot(lab[..., 1], lab[..., 2])
        weights = np.clip((chroma - self.start) / (self.full - self.start), 0, 1)
        weights = np.maximum(weights, self.skin * _skin(lab, chroma))
        return {
            "chroma": tf.constant(lab[..., 1:], tf.float32),
            "weights": tf.constant(weights[..., None], tf.float32),
        }

    def value(self, image: ImageTensor, scene: Scene, prepared: Any) -> Scalar:
        now = srgb_to_lab(tf.clip_by_value(image, DARKEST, 1.0))[..., 1:]
        moved = tf.square((now - prepared["chroma"]) / SCALE)
        return scene.mean(prepared["weights"] * tf.reduce_sum(moved, -1, keepdims=True))


def _skin(lab: np.ndarray, chroma: np.ndarray) -> np.ndarray:
    """How much each pixel has a colour of skin, in [0, 1]."""
    hue = np.degrees(np.arctan2(lab[..., 2], lab[..., 1]))
    near = np.clip((SKIN_REACH - np.abs(hue - SKIN_HUE)) / (SKIN_REACH - SKIN_CORE), 0, 1)
    low, from_, to, high = SKIN_CHROMA
    colourful = np.clip((chroma - low) / (from_ - low), 0, 1)
    colourful *= np.clip((high - chroma) / (high - to), 0, 1)
    return near * colourful
