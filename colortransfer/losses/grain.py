"""Noise stays as faint as it was."""

from __future__ import annotations

import dataclasses
from typing import Any, ClassVar

import tensorflow as tf

from ..typing import ImageTensor, Scalar
from .base import Loss
from .neighbours import apart, counted, neighbours, shares
from .scene import Scene


@dataclasses.dataclass(frozen=True, kw_only=True)
class GrainLoss(Loss):
    """Naturalness term: sum over distances d of mean w max(0, |∇_d I|^2 - |∇_d I_0|^2).

    ∇_d are the differences of pixels that lie 1, 2... pixels apart, down and across, and w is
    ``exp(-|∇_d I_0|^2 / edge^2)``, so that only what was faint counts: grain, the blocks of a
    compressed picture, a smooth sky. An edit that keeps shadows black and changes what is a little
    lighter is steep in between, and brings them out.

    Parameters
    ----------
    distances
        Neighbours are 1, 2... up to so many pixels apart.
    edge
        Difference of neighbours in I_0 that is no grain any more.

    Notes
    -----
    The project's own. Observers named blocks in the shadows of a compressed photograph; see
    docs/naturalness.

    Examples
    --------
    >>> image = photo / 255.0
    >>> float(GrainLoss()(image, image, "#5b86b4"))
    0.0
    """

    name: ClassVar[str] = "grain"
    distances: int = 2
    edge: float = 0.07

    def prepare(self, scene: Scene) -> list[tuple[tf.Tensor, tf.Tensor]]:
        return [self._faint(*sides) for sides in self._pairs(counted(scene)[tf.newaxis])]

    def value(self, image: ImageTensor, scene: Scene, prepared: Any) -> Scalar:
        pairs = self._pairs(image[tf.newaxis])
        return tf.add_n(
            [
                tf.reduce_sum(weights * tf.nn.relu(apart(*sides) - before))
                for sides, (weights, before) in zip(pairs, prepared, strict=True)
            ]
        )

    def _pairs(self, maps: tf.Tensor) -> list[tuple[tf.Tensor, tf.Tensor]]:
        """Of all distances, neighbours down and across."""
        return [both for step in range(1, self.distances + 1) for both in neighbours(maps, step)]

    def _faint(self, first: tf.Tensor, second: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
        """How much neighbours (1, h, w, 4) count, and their squared difference: (1, h, w, 1)."""
        before = apart(first, second)
        return shares(tf.exp(-before / self.edge**2), first, second), before
