"""Colourful things, skin, sky and foliage keep their colours."""

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


@dataclasses.dataclass(frozen=True)
class Gate:
    """A range of CIELAB in which a memory colour lies, with soft borders.

    Attributes
    ----------
    hue, core, reach
        Hue angle in degrees; how far from it a colour counts wholly, and where it ends to count.
    chroma
        At which a colour begins to count, and where it does wholly.
    dull
        Chroma at which it ends to count wholly, and at all.
    light
        The same of L*, from which on it counts.
    """

    hue: float
    core: float
    reach: float
    chroma: tuple[float, float]
    dull: tuple[float, float] = (1e3, 2e3)
    light: tuple[float, float] = (-2.0, -1.0)

    def __call__(self, lab: np.ndarray) -> np.ndarray:
        """How much each colour (..., 3) of CIELAB lies in the range, (...) in [0, 1]."""
        chroma = np.hypot(lab[..., 1], lab[..., 2])
        hue = np.degrees(np.arctan2(lab[..., 2], lab[..., 1]))
        away = np.abs((hue - self.hue + 180) % 360 - 180)
        near = np.clip((self.reach - away) / (self.reach - self.core), 0, 1)
        inside = _rising(chroma, *self.chroma) * (1 - _rising(chroma, *self.dull))
        return near * inside * _rising(lab[..., 0], *self.light)


SKIN = Gate(52.0, 18.0, 34.0, chroma=(8.0, 14.0), dull=(42.0, 58.0))  # of every tone
SKY = Gate(-105.0, 30.0, 50.0, chroma=(5.0, 12.0), light=(35.0, 50.0))
FOLIAGE = Gate(122.0, 22.0, 38.0, chroma=(8.0, 16.0))


@dataclasses.dataclass(frozen=True, kw_only=True)
class MemoryColorsLoss(Loss):
    """Naturalness term: mean of w |(a*, b*) of I - (a*, b*) of I_0|^2 / 50^2.

    Where no mean colour is asked for, but a saturation or a hue, I_0 is the plain edit.

    w rises from 0 to 1 with the original's chroma: who sees a red macaw turn brown, or a face turn
    green, knows that the picture was edited, while a grey wall may have any colour. Skin, sky and
    foliage, which may be less colourful and are minded more, have weights of their own; what has
    their colours (wood and sand that of skin) shares them, as a cost and not as a mask.

    Parameters
    ----------
    start, full
        Chroma of CIELAB at which w begins to rise, and at which it is 1.
    skin, sky, foliage
        w of their colours; 0 does not tell them from others.

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
    start: float = 10.0
    full: float = 35.0
    skin: float = 1.0
    sky: float = 1.0
    foliage: float = 0.3

    def prepare(self, scene: Scene) -> dict[str, tf.Tensor]:
        lab = colors.srgb_to_lab(scene.original.numpy())
        weights = _rising(np.hypot(lab[..., 1], lab[..., 2]), self.start, self.full)
        for gate, weight in ((SKIN, self.skin), (SKY, self.sky), (FOLIAGE, self.foliage)):
            weights = np.maximum(weights, weight * gate(lab))
        expected = colors.srgb_to_lab(scene.kept.numpy())[..., 1:]
        return {
            "chroma": tf.constant(expected, tf.float32),
            "weights": tf.constant(weights[..., None], tf.float32),
        }

    def value(self, image: ImageTensor, scene: Scene, prepared: Any) -> Scalar:
        now = srgb_to_lab(tf.clip_by_value(image, DARKEST, 1.0))[..., 1:]
        moved = tf.square((now - prepared["chroma"]) / SCALE)
        return scene.mean(prepared["weights"] * tf.reduce_sum(moved, -1, keepdims=True))


def _rising(values: np.ndarray, start: float, full: float) -> np.ndarray:
    return np.clip((values - start) / (full - start), 0, 1)
