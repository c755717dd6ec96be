"""Feature distances of pictures too large to be seen at once.

The picture is cut into tiles with a margin (``halo``) that covers the network's field of view; each
tile counts the feature positions of its own core only. Value and gradient are those of the whole
picture, up to rounding, and memory is that of one tile.
"""

from __future__ import annotations

from collections.abc import Callable

import tensorflow as tf

from ..errors import InputError
from ..feature_extractors.base import FeatureExtractor, Features

# (layer, features of a tile's core, the original's) -> the core's part of the distance.
Part = Callable[[str, tf.Tensor, tf.Tensor], tf.Tensor]


class Tiles:
    """How an extractor's pictures are cut.

    Parameters
    ----------
    extractor
        One whose ``halo`` is known.
    tile
        Side of a tile's core in pixels; rounded up to the extractor's stride.
    """

    def __init__(self, extractor: FeatureExtractor, tile: int) -> None:
        if extractor.halo is None or extractor.padding:
            raise InputError(
                f"{type(extractor).__name__} with these layers or this padding cannot be cut into "
                "tiles; use tile=None"
            )
        self.extractor, self.halo = extractor, extractor.halo
        self.tile = -(-tile // extractor.stride) * extractor.stride
        self.strides = self._strides()

    def _strides(self) -> dict[str, int]:
        """Pixels from one position to the next, by layer: from how many a picture gains."""
        step, side = self.extractor.stride, 2 * self.halo
        with tf.init_scope():
            small = self.extractor(tf.zeros([1, side, self.extractor.minimum_size, 3]))
            large = self.extractor(tf.zeros([1, side + step, self.extractor.minimum_size, 3]))
        return {k: step // (large[k].shape[1] - small[k].shape[1]) for k in small}

    def _core(self, image: tf.Tensor, number: tf.Tensor) -> tuple[list[tf.Tensor], list[tf.Tensor]]:
        """Top and left of tile ``number``'s core, and the four sides of the tile."""
        height, width = tf.unstack(tf.shape(image)[1:3])
        columns = -(-width // self.tile)
        top, left = number // columns * self.tile, number % columns * self.tile
        sides = [
            tf.maximum(0, top - self.halo),
            tf.minimum(height, top + self.tile + self.halo),
            tf.maximum(0, left - self.halo),
            tf.minimum(width, left + self.tile + self.halo),
        ]
        return [top, left], sides

    def count(self, image: tf.Tensor) -> tf.Tensor:
        """How many tiles an image (1, H, W, 3) has."""
        height, width = tf.unstack(tf.shape(image)[1:3])
        return -(-height // self.tile) * -(-width // self.tile)

    def _cut(
        self, name: str, features: tf.Tensor, core: list[tf.Tensor], origin: list[tf.Tensor]
    ) -> tf.Tensor:
        """The part of a layer (from ``origin`` on, in pixels) that belongs to a core."""
        stride = self.strides[name]
        first = [(c - o) // stride for c, o in zip(core, origin, strict=True)]
        last = [f + self.tile // stride for f in first]
        return features[:, first[0] : last[0], first[1] : last[1]]

    def features(self, image: tf.Tensor) -> Features:
        """Features of the whole image (1, H, W, 3), tile by tile; not differentiable."""
        columns = -(-image.shape[2] // self.tile)
        rows: dict[str, list[tf.Tensor]] = {name: [] for name in self.strides}
        line: dict[str, list[tf.Tensor]] = {name: [] for name in self.strides}
        for number in range(int(self.count(image))):
            core, (top, bottom, left, right) = self._core(image, tf.constant(number))
            found = self.extractor(image[:, top:bottom, left:right])
            for name, values in found.items():
                line[name].append(self._cut(name, values, core, [top, left]))
                if number % columns == columns - 1:
                    rows[name].append(tf.concat(line[name], 2))
                    line[name] = []
        return {name: tf.concat(parts, 1) for name, parts in rows.items()}

    def distance(self, image: tf.Tensor, reference: Features, part: Part) -> tf.Tensor:
        """Sum over tiles and layers of ``part``, differentiable with respect to ``image``."""

        @tf.custom_gradient
        def total(whole: tf.Tensor) -> tuple[tf.Tensor, Callable[[tf.Tensor], tf.Tensor]]:
            def step(
                number: tf.Tensor, value: tf.Tensor, gradient: tf.Tensor
            ) -> tuple[tf.Tensor, tf.Tensor, tf.Tensor]:
                added, sides, slope = self._tile(whole, number, reference, part)
                top, bottom, left, right = sides
                wide = tf.pad(slope[0], [[0, 0], [left, tf.shape(whole)[2] - right], [0, 0]])
                # In place, where adding a padded slope would need two more of the whole picture.
                rows = tf.range(top, bottom)[:, tf.newaxis]
                return number + 1, value + added, tf.tensor_scatter_nd_add(gradient, rows, wide)

            _, value, gradient = tf.while_loop(
                lambda number, *_: number < self.count(whole),
                step,
                (tf.constant(0), tf.constant(0.0), tf.zeros_like(whole[0])),
                parallel_iterations=1,
            )
            return value, lambda upstream: upstream * gradient[tf.newaxis]

        return total(image)

    def _tile(
        self, whole: tf.Tensor, number: tf.Tensor, reference: Features, part: Part
    ) -> tuple[tf.Tensor, list[tf.Tensor], tf.Tensor]:
        """One tile's part of the distance, its sides, and the gradient inside them."""
        core, sides = self._core(whole, number)
        top, bottom, left, right = sides
        crop = whole[:, top:bottom, left:right]
        zero = tf.constant(0)
        with tf.GradientTape() as tape:
            tape.watch(crop)
            parts = [
                part(
                    name,
                    self._cut(name, values, core, [top, left]),
                    self._cut(name, reference[name], core, [zero, zero]),
                )
                for name, values in self.extractor(crop).items()
            ]
            value = tf.add_n(parts)
        return value, sides, tape.gradient(value, crop)
