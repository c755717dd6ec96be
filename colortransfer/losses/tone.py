"""Shadows stay deep and lights bright: changes cost what they cost the eye."""

from __future__ import annotations

import dataclasses
from typing import Any, ClassVar

import numpy as np
import tensorflow as tf

from .. import colors
from ..core.floors import COVERED
from .base import Loss
from .scene import Scene

LIGHT, WHITE = 70.0, 95.0  # L* at which a pixel begins to count as light, and where it does wholly
DEEPEST = 0.12  # share of ``dark`` below which a pixel is not darker still


@dataclasses.dataclass(frozen=True, kw_only=True)
class ToneLoss(Loss):
    """Naturalness term: mean of the squared change, weighted by tone and by direction.

    The change I - I_0 is taken apart into luma y (Rec. 709) and colour c = I - I_0 - y::

        g (1 + tint h) |c|^2 + 3 (g max(y, 0)^2 + (1 + grey h) min(y, 0)^2)

    g is 1 for pixels with an L* of ``dark`` or more and grows as its inverse square below, h rises
    from 0 to 1 with L* between 70 and 95. So a cast fades out towards black, as it does where the
    light has changed and not the film; shadows may deepen, but are not veiled; lights may brighten,
    but neither become grey nor tinted.

    Where nearly all is dark there is no lighter place for a change to go to, and the little that is
    light would turn garish. So all g are lowered alike where their mean over the picture would be
    more than ``heaviest``; within masks g is relative to its mean within each.

    Parameters
    ----------
    dark
        L* below which changes become dear.
    heaviest
        The most that g is on average.
    tint, grey
        How much dearer a tint of lights is, and their greying.

    Notes
    -----
    The project's own. What observers mind first in an image that was shifted to another mean are
    veiled and tinted shadows; see docs/naturalness.

    Examples
    --------
    >>> image = photo / 255.0
    >>> float(ToneLoss()(image, image, "#5b86b4"))
    0.0
    """

    name: ClassVar[str] = "tone"
    dark: float = 28.0
    heaviest: float = 6.0
    tint: float = 1.5
    grey: float = 2.0

    def prepare(self, scene: Scene) -> dict[str, tf.Tensor]:
        lightness = colors.srgb_to_lab(scene.original.numpy())[..., :1]
        depth = np.clip(lightness / self.dark, DEEPEST, 1) ** -2.0
        places = scene.places.numpy()
        if scene.covered < 1 or places.shape[-1] > 1:
            depth /= _own_means(depth, places)
        else:
            depth /= max(1.0, depth.mean() / self.heaviest)
        light = np.clip((lightness - LIGHT) / (WHITE - LIGHT), 0, 1)
        return {"depth": tf.constant(depth, tf.float32), "light": tf.constant(light, tf.float32)}

    def value(self, image: tf.Tensor, scene: Scene, prepared: Any) -> tf.Tensor:
        depth, light = prepared["depth"], prepared["light"]
        change = image - scene.original
        luma = tf.tensordot(change, tf.constant(colors.LUMA[:, None], tf.float32), 1)
        cast = tf.reduce_sum(tf.square(change - luma), -1, keepdims=True)
        raised, lowered = tf.square(tf.nn.relu(luma)), tf.square(tf.nn.relu(-luma))
        tinted = depth * (1 + self.tint * light) * cast
        moved = depth * raised + (1 + self.grey * light) * lowered
        return scene.mean(tinted + 3 * moved)


def _own_means(values: np.ndarray, places: np.ndarray) -> np.ndarray:
    """At each pixel, the mean of ``values`` (h, w, 1) over its place, of (h, w, k): (h, w, 1)."""
    means = (values * places).sum((0, 1)) / np.maximum(places.sum((0, 1)), COVERED)
    total = places.sum(-1, keepdims=True)
    found: np.ndarray = (places @ means[:, None]) / np.maximum(total, COVERED)
    return np.where(found > 0, found, 1)
