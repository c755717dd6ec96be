"""Feature distances of pictures too large to be seen at once.

The picture is cut into tiles with a margin (``halo``) that covers the network's field of view; each
tile counts the feature positions of its own core only. Value and gradient are those of the whole
picture, up to rounding, and memory is that of one tile.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import tensorflow as tf

from ..errors import InputError
from ..feature_extractors.base import FeatureExtractor, Features

# (layer, features of a tile's core, the original's, how much each position counts or None)
# -> the core's part of the distance.
Part = Callable[[str, tf.Tensor, tf.Tensor, tf.Tensor | None], tf.Tensor]
Span = tuple[tf.Tensor, tf.Tensor]  # the first pixel, and the one after the last
Area = tuple[Span, Span]  # rows and columns


class Tiles:
    """How an extractor's pictures are cut.

    Parameters
    ----------
    extractor
        One whose ``halo`` is known.
    tile
        Side of a tile's core in pixels, without the margins; rounded up to the extractor's stride.
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

    def _windows(self, size: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
        """How many tiles there are along a side of ``size`` pixels, and how long each of them is.

        All are of one length, the tile's with both margins and what the side has beyond a multiple
        of the stride: for every new shape TensorFlow prepares, and keeps, each convolution anew.
        """
        whole = self.tile + 2 * self.halo
        length = tf.minimum(size, whole + (size - whole) % self.extractor.stride)
        return 1 - -(size - length) // self.tile, length

    def _along(self, size: tf.Tensor, number: tf.Tensor) -> tuple[Span, Span]:
        """Tile ``number`` of a side: first and last of its core, and of all that it sees.

        Tiles follow each other at ``tile`` pixels, but for the last, which ends with the side.
        """
        count, length = self._windows(size)
        start = tf.minimum(number * self.tile, size - length)
        first = tf.where(number == 0, 0, number * self.tile + self.halo)
        last = tf.where(number == count - 1, size, (number + 1) * self.tile + self.halo)
        return (first, last), (start, start + length)

    def _place(self, image: tf.Tensor, number: tf.Tensor) -> tuple[Area, Area]:
        """Rows and columns of tile ``number``'s core, and of all that it sees."""
        height, width = tf.unstack(tf.shape(image)[1:3])
        columns, _ = self._windows(width)
        rows, seen_rows = self._along(height, number // columns)
        across, seen_across = self._along(width, number % columns)
        return (rows, across), (seen_rows, seen_across)

    def count(self, image: tf.Tensor) -> tf.Tensor:
        """How many tiles an image (1, H, W, 3) has."""
        height, width = tf.unstack(tf.shape(image)[1:3])
        return self._windows(height)[0] * self._windows(width)[0]

    def positions(self, image: tf.Tensor) -> dict[str, tf.Tensor]:
        """How many a whole image (1, H, W, 3) has, by layer: two strips along its sides say so."""
        side, (height, width) = self.extractor.minimum_size, tf.unstack(tf.shape(image)[1:3])

        def of(rows: Any, columns: Any) -> Features:
            strip = tf.zeros(tf.stack([1, rows, columns, 3]))
            return self.extractor(tf.ensure_shape(strip, [1, None, None, 3]))

        down, across = of(height, side), of(side, width)
        return {k: tf.shape(down[k])[1] * tf.shape(across[k])[2] for k in self.strides}

    def _cut(
        self, name: str, features: tf.Tensor, core: Area, origin: list[tf.Tensor]
    ) -> tf.Tensor:
        """The part of a layer (from ``origin`` on, in pixels) that belongs to a core."""
        stride = self.strides[name]
        rows, columns = (
            # The last core's end need not be a position.
            slice((first - o) // stride, -((o - last) // stride))
            for (first, last), o in zip(core, origin, strict=True)
        )
        return features[:, rows, columns]

    def features(self, image: tf.Tensor) -> Features:
        """Features of the whole image (1, H, W, 3), tile by tile; not differentiable."""
        columns = int(self._windows(tf.constant(image.shape[2]))[0])
        rows: dict[str, list[tf.Tensor]] = {name: [] for name in self.strides}
        line: dict[str, list[tf.Tensor]] = {name: [] for name in self.strides}
        for number in range(int(self.count(image))):
            core, ((top, bottom), (left, right)) = self._place(image, tf.constant(number))
            found = self.extractor(image[:, top:bottom, left:right])
            for name, values in found.items():
                line[name].append(self._cut(name, values, core, [top, left]))
                if number % columns == columns - 1:
                    rows[name].append(tf.concat(line[name], 2))
                    line[name] = []
        return {name: tf.concat(parts, 1) for name, parts in rows.items()}

    def distance(
        self, image: tf.Tensor, reference: Features, counted: Features, part: Part
    ) -> tf.Tensor:
        """Sum over tiles and layers of ``part``, differentiable with respect to ``image``."""

        @tf.custom_gradient
        def total(whole: tf.Tensor) -> tuple[tf.Tensor, Callable[[tf.Tensor], tf.Tensor]]:
            def step(
                number: tf.Tensor, value: tf.Tensor, gradient: tf.Tensor
            ) -> tuple[tf.Tensor, tf.Tensor, tf.Tensor]:
                added, seen, slope = self._tile(whole, number, (reference, counted), part)
                (top, bottom), (left, right) = seen
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
        self, whole: tf.Tensor, number: tf.Tensor, known: tuple[Features, Features], part: Part
    ) -> tuple[tf.Tensor, Area, tf.Tensor]:
        """One tile's part of the distance, the area that it sees, and the gradient there."""
        core, seen = self._place(whole, number)
        (top, bottom), (left, right) = seen
        crop = whole[:, top:bottom, left:right]

        def cut(features: Features, name: str) -> tf.Tensor | None:
            zero = tf.constant(0)
            return self._cut(name, features[name], core, [zero, zero]) if features else None

        with tf.GradientTape() as tape:
            tape.watch(crop)
            parts = [
                part(
                    name,
                    self._cut(name, values, core, [top, left]),
                    *(cut(features, name) for features in known),
                )
                for name, values in self.extractor(crop).items()
            ]
            value = tf.add_n(parts)
        return value, seen, tape.gradient(value, crop)
