"""One thing has one cast."""

from __future__ import annotations

import dataclasses
from typing import Any, ClassVar

import tensorflow as tf

from ..typing import ImageTensor, Scalar
from .base import Loss
from .neighbours import apart, counted, neighbours, shares
from .scene import Scene


@dataclasses.dataclass(frozen=True, kw_only=True)
class EvennessLoss(Loss):
    """Naturalness term: sum over octaves j of mean w |∇ log G|^2, G the relative gains of channels.

    G = (I + faintest) / (I_0 + faintest), and log G, less its mean over channels and averaged over
    2^j pixels, is the cast that a place has received. Another light, or another dye, gives a thing
    the same gains wherever it is lit or shaded; a dusk sky whose dark corner keeps its blue while
    the rest turns olive has two. w is ``exp(-|∇I_0|^2 / edge^2)``, so that other things may have
    other casts, times the squared brightness, as a cast is seen less the darker the place is.

    Parameters
    ----------
    octaves
        Neighbours are 1, 2, 4... pixels apart.
    edge
        Difference of neighbours in I_0 that parts two things.
    faintest
        Of values near 0 gains say little.

    Notes
    -----
    The project's own. Weights that fall with the picture's gradient are those of edge-aware
    smoothing (Lischinski et al. 2006).

    Examples
    --------
    >>> image = photo / 255.0
    >>> float(EvennessLoss()(image, image, "#5b86b4"))
    0.0
    """

    name: ClassVar[str] = "evenness"
    octaves: int = 5
    edge: float = 0.06
    faintest: float = 0.1

    def prepare(self, scene: Scene) -> list[tuple[tf.Tensor, tf.Tensor]]:
        return [self._weights(level) for level in self._levels(counted(scene))]

    def value(self, image: ImageTensor, scene: Scene, prepared: Any) -> Scalar:
        gain = (tf.nn.relu(image) + self.faintest) / (scene.original + self.faintest)
        cast = tf.math.log(gain)
        levels = self._levels(cast - tf.reduce_mean(cast, -1, keepdims=True))
        return tf.add_n(
            [
                tf.reduce_sum(weights * tf.square(after - before))
                for level, both in zip(levels, prepared, strict=True)
                for weights, (before, after) in zip(both, neighbours(level), strict=True)
            ]
        )

    def _levels(self, maps: tf.Tensor) -> list[tf.Tensor]:
        """Maps (h, w, c) averaged over squares of 1, 2, 4... pixels, each (1, h', w', c)."""
        sides = [2**octave for octave in range(self.octaves)]
        return [tf.nn.avg_pool2d(maps[tf.newaxis], side, side, "SAME") for side in sides]

    def _weights(self, level: tf.Tensor) -> tuple[tf.Tensor, ...]:
        """Of all pairs of neighbours, down and across."""
        return tuple(self._pairs(*sides) for sides in neighbours(level))

    def _pairs(self, *sides: tf.Tensor) -> tf.Tensor:
        """Weights (1, h, w, 1) of neighbours (1, h, w, 4): colours, and how much they count."""
        light = [tf.reduce_mean(x[..., :3], -1, keepdims=True) + self.faintest for x in sides]
        weights = tf.exp(-apart(*sides) / self.edge**2) * tf.square(tf.minimum(*light))
        return shares(weights, *sides)
