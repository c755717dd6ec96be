"""sum_i 0.9^i |N(D_i(I)) - N(D_i(I_0))|^2: how far the perceived content has moved."""

from __future__ import annotations

from typing import Any, Literal, get_args

import numpy as np
import tensorflow as tf

from ..errors import InputError
from ..exactness import exact_shift
from ..feature_extractors.base import FeatureExtractor, Features
from ..pyramid import octaves_above, pyramid
from .base import Loss
from .tiles import Tiles

Normalisation = Literal["mean", "sum", "relative", "shift"]


class FeatureMatchingLoss(Loss):
    """Content term (section 3.1) over octaves D_i and the layers of an extractor N.

    Parameters
    ----------
    extractor
        The network N.
    octaves
        At most so many; octaves smaller than the extractor's minimum size are dropped.
    decay
        The weight of octave i is ``decay ** i``.
    normalisation
        "mean": squared difference averaged over positions and channels, so that octaves of
        different sizes are comparable; "sum": summed; "relative": summed and divided by
        |N(D_i(I_0))|^2, so that layers of different magnitude are comparable too (each layer's
        value is then 0 for the original and of the order of 1 for an unrelated picture); "shift":
        relative, and then divided by the same distance of the mean shift and multiplied by the
        shift's |C - C_T|^2, so that near and far targets weigh alike beside terms that grow with
        the square of the colour change. Layers are averaged.
    tile
        Look at the picture in tiles of this side, in pixels, so that memory stays bounded at any
        size; None: at once. Value and gradient are the same.
    """

    name = "features"

    def __init__(
        self,
        extractor: FeatureExtractor,
        *,
        octaves: int = 4,
        decay: float = 0.9,
        normalisation: Normalisation = "mean",
        tile: int | None = None,
    ) -> None:
        if octaves < 1:
            raise InputError("octaves must be at least 1")
        if normalisation not in get_args(Normalisation):
            known = ", ".join(get_args(Normalisation))
            raise InputError(f"unknown normalisation {normalisation!r}: {known}")
        self.extractor = extractor
        self.octaves, self.decay, self.normalisation = octaves, decay, normalisation
        self.minimum_size = extractor.minimum_size
        self._tiles = Tiles(extractor, tile) if tile else None

    def remarks(self, height: int, width: int) -> list[str]:
        used = self.octaves_used(height, width)
        if used == self.octaves:
            return []
        return [
            f"{self.name}: {used} of {self.octaves} octaves; the others would be smaller than "
            f"the {self.minimum_size} pixels that {type(self.extractor).__name__} needs"
        ]

    def octaves_used(self, height: int, width: int) -> int:
        """How many octaves an image of this size has."""
        return octaves_above((height, width), self.extractor.minimum_size, self.octaves)

    def prepare(self, original: tf.Tensor, color: tf.Tensor) -> tuple[list[Features], tf.Tensor]:
        look = self._tiles.features if self._tiles else self.extractor
        octaves = self.octaves_used(*original.shape[:2])
        references = [look(level) for level in pyramid(original[tf.newaxis], octaves)]
        scale = tf.constant(1.0)
        if self.normalisation == "shift":
            shift = exact_shift(original.numpy(), color.numpy()).astype(np.float32)
            shifted = tf.clip_by_value(original + shift, 0.0, 1.0)
            size = tf.reduce_sum(tf.square(color - tf.reduce_mean(original, [0, 1])))
            scale = (size + 1e-6) / (self._octaves(shifted, references) + 1e-6)
        return references, scale

    def value(self, current: tf.Tensor, prepared: Any, color: tf.Tensor) -> tf.Tensor:
        references, scale = prepared
        return scale * self._octaves(current, references)

    def _octaves(self, current: tf.Tensor, references: list[Features]) -> tf.Tensor:
        """The sum over octaves, weighted by ``decay ** i``."""
        total = tf.constant(0.0)
        for i, level in enumerate(pyramid(current[tf.newaxis], len(references))):
            # One octave after the other, so that there is one tile at a time.
            with tf.control_dependencies([total] if self._tiles else []):
                total += self.decay**i * self._distance(level, references[i])
        return total

    def _distance(self, level: tf.Tensor, reference: Features) -> tf.Tensor:
        """|N(D_i(I)) - N(D_i(I_0))|^2 of one octave, normalised, averaged over layers."""
        shares = {k: 1.0 / (len(reference) * self._size(v)) for k, v in reference.items()}

        def part(name: str, current: tf.Tensor, original: tf.Tensor) -> tf.Tensor:
            return shares[name] * tf.reduce_sum(tf.square(current - original))

        if self._tiles:
            return self._tiles.distance(level, reference, part)
        features = self.extractor(level)
        return tf.add_n([part(name, features[name], reference[name]) for name in reference])

    def _size(self, original: tf.Tensor) -> tf.Tensor:
        """What a layer's summed squared difference is divided by."""
        if self.normalisation == "mean":
            return tf.cast(tf.size(original), tf.float32)
        if self.normalisation == "sum":
            return tf.constant(1.0)
        return tf.reduce_sum(tf.square(original)) + 1e-6
