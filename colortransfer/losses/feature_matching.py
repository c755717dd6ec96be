"""sum_i 0.9^i |N(D_i(I)) - N(D_i(I_0))|^2: how far the perceived content has moved."""

from __future__ import annotations

import dataclasses
import functools
from typing import Any, ClassVar, Literal, get_args

import tensorflow as tf

from ..errors import InputError
from ..feature_extractors.base import FeatureExtractor, Features, reflect
from ..pyramid import octaves_above, pyramid
from ..typing import ImageTensor, Scalar
from ..weights import all_alike
from .base import Loss
from .scene import Scene
from .tiles import Tiles

Normalisation = Literal["mean", "sum", "relative", "shift"]


@dataclasses.dataclass(frozen=True)
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
        relative, and then divided by the same distance of the baseline, which is the mean shift,
        and multiplied by its |C - C_T|^2, so that near and far targets weigh alike beside terms
        that grow with the square of the colour change. Layers are averaged.
    tile
        Look at the picture in tiles of this side, in pixels, so that memory stays bounded at any
        size; None: at once. Value and gradient are the same.

    Examples
    --------
    >>> from colortransfer.feature_extractors import PlainNet
    >>> term = FeatureMatchingLoss(PlainNet(layers=("conv1_1",)), octaves=2)
    >>> image = photo / 255.0
    >>> float(term(image, image, "#5b86b4")), term.octaves_used(40, 56)
    (0.0, 2)
    """

    name: ClassVar[str] = "features"
    extractor: FeatureExtractor
    octaves: int = dataclasses.field(default=4, kw_only=True)
    decay: float = dataclasses.field(default=0.9, kw_only=True)
    normalisation: Normalisation = dataclasses.field(default="mean", kw_only=True)
    tile: int | None = dataclasses.field(default=None, kw_only=True)

    def __post_init__(self) -> None:
        if self.octaves < 1:
            raise InputError("octaves must be at least 1")
        if self.normalisation not in get_args(Normalisation):
            known = ", ".join(get_args(Normalisation))
            raise InputError(f"unknown normalisation {self.normalisation!r}: {known}")
        _ = self._tiles  # which refuses extractors that cannot be cut

    @functools.cached_property
    def _tiles(self) -> Tiles | None:
        return Tiles(self.extractor, self.tile) if self.tile else None

    @property
    def minimum_size(self) -> int:  # type: ignore[override]
        return self.extractor.minimum_size

    def warnings(self, height: int, width: int) -> list[str]:
        used = self.octaves_used(height, width)
        if used == self.octaves:
            return []
        return [
            f"{self.name}: {used} of {self.octaves} octaves; the others would be smaller than "
            f"the {self.minimum_size} pixels that {type(self.extractor).__name__} needs"
        ]

    def octaves_used(self, height: int, width: int) -> int:
        """How many octaves an image of this size has."""
        return octaves_above((height, width), self.minimum_size, self.octaves)

    def prepare(self, scene: Scene) -> tuple[list[Features], list[Features], tf.Tensor]:
        look = self._tiles.features if self._tiles else self.extractor
        octaves = self.octaves_used(*scene.original.shape[:2])
        references = [look(level) for level in pyramid(scene.original[tf.newaxis], octaves)]
        counted = [self._counted(reference, scene.weights) for reference in references]
        scale = tf.constant(1.0)
        if self.normalisation == "shift":
            moved = scene.squared_distance
            if moved.shape != (1, 1, 1):
                moved = scene.mean(moved)
            distance = self._octaves(scene.baseline, references, counted)
            scale = (tf.reshape(moved, []) + 1e-6) / (distance + 1e-6)
        return references, counted, scale

    def value(self, image: ImageTensor, scene: Scene, prepared: Any) -> Scalar:
        references, counted, scale = prepared
        return scale * self._octaves(image, references, counted)

    def _counted(self, reference: Features, weights: tf.Tensor) -> Features:
        """How much each feature position counts, up to 1, (1, rows, columns, 1) for each layer.

        Nothing at all where every pixel counts alike: then every position does.
        """
        if all_alike(weights):
            return {}
        share = weights[tf.newaxis]
        if self.extractor.padding:
            share = reflect(share, self.extractor.padding)
        return {k: tf.image.resize(share, v.shape[1:3], "area") for k, v in reference.items()}

    def _octaves(
        self, image: tf.Tensor, references: list[Features], counted: list[Features]
    ) -> tf.Tensor:
        """The sum over octaves, weighted by ``decay ** i``."""
        total = tf.constant(0.0)
        for i, level in enumerate(pyramid(image[tf.newaxis], len(references))):
            # One octave after the other, so that there is one tile at a time.
            with tf.control_dependencies([total] if self._tiles else []):
                total += self.decay**i * self._distance(level, references[i], counted[i])
        return total

    def _distance(self, level: tf.Tensor, reference: Features, counted: Features) -> tf.Tensor:
        """|N(D_i(I)) - N(D_i(I_0))|^2 of one octave, normalised, averaged over layers."""
        shares = {
            k: 1.0 / (len(reference) * self._size(v, counted.get(k))) for k, v in reference.items()
        }

        def part(
            name: str, current: tf.Tensor, original: tf.Tensor, weights: tf.Tensor | None
        ) -> tf.Tensor:
            return shares[name] * _sum(tf.square(current - original), weights)

        if self._tiles:
            return self._tiles.distance(level, reference, counted, part)
        features = self.extractor(level)
        return tf.add_n(
            [part(name, features[name], reference[name], counted.get(name)) for name in reference]
        )

    def _size(self, original: tf.Tensor, weights: tf.Tensor | None) -> tf.Tensor:
        """What a layer's summed squared difference is divided by."""
        if self.normalisation == "mean":
            return (
                _sum(tf.ones_like(original), weights)
                if weights is not None
                else tf.cast(tf.size(original), tf.float32)
            )
        if self.normalisation == "sum":
            return tf.constant(1.0)
        return _sum(tf.square(original), weights) + 1e-6


def _sum(values: tf.Tensor, weights: tf.Tensor | None) -> tf.Tensor:
    return tf.reduce_sum(values if weights is None else weights * values)
