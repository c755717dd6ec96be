"""Colours that are likely where they stand: what a network has learned from photographs."""

from __future__ import annotations

import dataclasses
from typing import Any, ClassVar

import tensorflow as tf

from ..color_prior import (
    ColorPrior,
    at_places,
    bundled_prior,
    log_likelihoods,
    reduced,
    reduction,
)
from ..typing import ImageTensor, Scalar
from .base import Loss
from .scene import Scene

SHARPNESS = 4.0  # of the bend at 0, per unit of the logarithm


@dataclasses.dataclass(frozen=True, kw_only=True, eq=False)
class ColorPriorLoss(Loss):
    """Naturalness term: mean over places of -log p(a*b* of I | I_0 in grey, C_T).

    The prior knows which things could have had another colour (a suit, a wall, what is out of
    focus) and which could not (snow, skin, foliage), and what a picture with the mean C_T shows
    there. Its likeliest colour is a dull one, though: a ``relative`` part of the term only minds
    colours that are less likely than the original's own, ``max(0, log p(I_0) - log p(I))`` with a
    rounded corner, and asks for nothing where the original was unlikely already.

    Parameters
    ----------
    prior
        What is known of colours; None: the bundled network.
    relative
        Share of the relative part, in [0, 1].
    size
        Longest side, in pixels, of the copy that the prior sees; it was taught on 64 to 128.

    Examples
    --------
    >>> image = photo / 255.0
    >>> round(float(ColorPriorLoss(relative=1.0)(image, image, "#5b86b4")), 3)
    0.173
    """

    name: ClassVar[str] = "color_prior"
    prior: ColorPrior | None = None
    relative: float = 1.0
    size: int = 128

    def prepare(self, scene: Scene) -> dict[str, tf.Tensor]:
        prior = bundled_prior() if self.prior is None else self.prior
        height, width = scene.original.shape[:2]
        matrices = reduction(height, width, size=self.size)
        small = reduced(scene.original, *matrices)
        everywhere = tf.broadcast_to(scene.weights, [height, width, 1])
        counted = at_places(reduced(everywhere, *matrices))[..., 0]
        densities = prior.log_densities(small, scene.expected)
        return {
            "rows": matrices[0],
            "columns": matrices[1],
            "densities": densities,
            "own": log_likelihoods(densities, small),
            "counted": counted / tf.reduce_sum(counted),
        }

    def signature(self, prepared: dict[str, tf.Tensor]) -> dict[str, tf.TensorSpec]:
        return {
            name: tf.TensorSpec([None, None, *tensor.shape[2:]], tensor.dtype)
            for name, tensor in prepared.items()
        }

    def value(self, image: ImageTensor, scene: Scene, prepared: Any) -> Scalar:
        small = reduced(image, prepared["rows"], prepared["columns"])
        found = log_likelihoods(prepared["densities"], small)
        worse = tf.nn.softplus(SHARPNESS * (prepared["own"] - found)) / SHARPNESS
        places = self.relative * worse - (1 - self.relative) * found
        return tf.reduce_sum(prepared["counted"] * places)
