"""The default generator: it predicts a bilateral grid, so that it knows any resolution."""

from __future__ import annotations

import numpy as np
import tensorflow as tf

from ..colors import LUMA
from ..errors import InputError
from ..rendering import luma_tents, reach_colors, render_grids
from ..transforms import BilateralGridTransform, Transform
from .grid import area_means
from .networks import LEAK, Generator, constant_maps

WIDTHS = (16, 32, 64, 64)  # of the 3x3 convolutions, each of which halves the size
LEVELS = 16  # of the histogram of luma that the network is shown
CONTRASTS = (-0.5, 0.5)  # limits of k: flat and black pictures hold more noise than contrast
FACTORS = 4  # of what is learned: the three parts of the shift, and its length


class GridGenerator(Generator):
    """A bilateral grid of affine colour maps, predicted from a small copy of the image.

    The grid is a closed form plus what the network has learned, which are four grids: one for each
    channel of the shift from the mean colour to the target, times it, and one times its length. So
    an image that already has the target colour stays as it is, and the last layer's biases alone
    can already learn every edit that is linear in the shift. The mean colour is exact by
    construction. Content cannot be invented, moved or smeared: pixels only pass through smooth
    curves of colour.

    The closed form is ``x + p_l w(m) + p_c w(n) + c k (l - s)``. Here p_l is the luma of the shift
    p, p_c the rest of it, l the luma of x, and s its mean. w(m) = 1 - m + m 4 l (1 - l) lets blacks
    stay black and whites white. k + 1 = sqrt(t (1 - t) / (s (1 - s))), with the mean luma t after
    the edit, gives dark and bright pictures the lower contrast that they have in nature.

    Parameters
    ----------
    rows, columns, depth
        Nodes over height, width and luma. One row and column is one edit for the whole picture.
    size
        Side, in pixels, of the square copy that the network sees; a multiple of 16.
    noise_size
        Numbers of noise per image.
    midtones, chroma_midtones, contrast
        m, n and c above; with all of them 0 the start is the mean shift.

    Examples
    --------
    >>> generator = GridGenerator(depth=4, size=16)
    >>> images, colors = tf.fill([1, 32, 48, 3], 0.25), tf.constant([[0.5, 0.25, 0.25]])
    >>> edited = generator(images, colors, tf.zeros([1, 8]))
    >>> tf.reduce_mean(edited, [1, 2]).numpy().round(2)
    array([[0.5 , 0.25, 0.25]], dtype=float32)
    """

    kind = "grid"

    def __init__(
        self,
        *,
        rows: int = 1,
        columns: int = 1,
        depth: int = 8,
        size: int = 64,
        noise_size: int = 8,
        midtones: float = 0.7,
        chroma_midtones: float = 0.2,
        contrast: float = 1.0,
        seed: int = 0,
    ) -> None:
        super().__init__(seed=seed)
        if min(rows, columns) < 1 or depth < 2 or size < 16 or size % 16:
            raise InputError("a grid needs rows, columns >= 1, depth >= 2, and size 16, 32, 48...")
        self.grid_shape = (rows, columns, depth, 3, 4)
        self.size, self.noise_size = size, noise_size
        self.options = {
            "rows": rows,
            "columns": columns,
            "depth": depth,
            "size": size,
            "noise_size": noise_size,
            "midtones": midtones,
            "chroma_midtones": chroma_midtones,
            "contrast": contrast,
        }
        given = 3 + 3 + noise_size  # colour, its distance from the mean, noise
        channels = 3 + given
        self.convolutions = []
        for index, width in enumerate(WIDTHS, 1):
            self.convolutions.append(self.convolution(f"conv{index}", channels, width, 3, stride=2))
            channels = width
        self.hidden = [
            self.dense("dense1", channels + given + LEVELS, 64),
            self.dense("dense2", 64, 64),
        ]
        # The last layer starts at zero: before training there is the closed form alone.
        self.maps = self.dense("maps", 64, depth * 12 * FACTORS, gain=0.0)
        if rows * columns > 1:
            self.places = self.dense("places", channels + 64, depth * 12 * FACTORS, gain=0.0)
        self._compiled = tf.function(self.grids, reduce_retracing=True)

    def grids(self, images: tf.Tensor, colors: tf.Tensor, noise: tf.Tensor) -> tf.Tensor:
        """Grids (N, rows, columns, depth, 3, 4) for images (N, H, W, 3) of any one size."""
        shift = colors - tf.reduce_mean(images, [1, 2])
        return self._start(images, shift) + self._learned(images, colors, noise, shift)

    def _start(self, images: tf.Tensor, shift: tf.Tensor) -> tf.Tensor:
        """The closed form as a grid."""
        rows, columns, depth = self.grid_shape[:3]
        weights = tf.constant(LUMA[:, np.newaxis], tf.float32)
        before = tf.matmul(tf.reduce_mean(images, [1, 2]), weights)
        shift_luma = tf.matmul(shift, weights)  # (N, 1), as before
        spread = [x * (1.0 - x) for x in (_inside(before + shift_luma), _inside(before))]
        gain = tf.clip_by_value(tf.sqrt(spread[0] / spread[1]) - 1.0, *CONTRASTS)
        gain *= self.options["contrast"]
        offsets = (
            shift_luma[..., tf.newaxis] * self._curve("midtones")
            + (shift - shift_luma)[:, tf.newaxis] * self._curve("chroma_midtones")
            - (gain * before)[..., tf.newaxis]
        )
        matrix = tf.ones([depth, 3, 1]) * tf.reshape(weights, [1, 1, 3])
        matrix = gain[..., tf.newaxis, tf.newaxis] * matrix
        maps = tf.concat([matrix, offsets[..., tf.newaxis]], -1)
        return tf.tile(maps[:, tf.newaxis, tf.newaxis], [1, rows, columns, 1, 1, 1])

    def _curve(self, option: str) -> np.ndarray:
        """w of the nodes of luma (depth, 1)."""
        luma = np.linspace(0, 1, self.grid_shape[2], dtype=np.float32)[:, np.newaxis]
        share = np.float32(self.options[option])
        return 1 - share + share * 4 * luma * (1 - luma)

    def _learned(
        self, images: tf.Tensor, colors: tf.Tensor, noise: tf.Tensor, shift: tf.Tensor
    ) -> tf.Tensor:
        if images.shape[1:3] != (self.size, self.size):
            images = area_means(images, self.size, self.size)
        given = tf.concat([colors, 4.0 * shift, noise], -1)
        x = tf.concat([images - 0.5, constant_maps(given, images)], -1)
        for convolution in self.convolutions:
            x = tf.nn.leaky_relu(convolution(x), LEAK)
        histogram = tf.reduce_mean(luma_tents(images, LEVELS), [1, 2]) * float(LEVELS)
        y = tf.concat([tf.reduce_mean(x, [1, 2]), given, histogram], -1)
        for dense in self.hidden:
            y = tf.nn.leaky_relu(dense(y), LEAK)
        rows, columns = self.grid_shape[:2]
        maps = self.maps(y)[:, tf.newaxis, tf.newaxis]
        if rows * columns > 1:
            places = area_means(x, rows, columns)
            places = tf.concat([places, constant_maps(y, places)], -1)
            flat = tf.reshape(places, [-1, places.shape[-1]])
            local = self.places(flat)
            maps += tf.reshape(local, [-1, rows, columns, local.shape[-1]])
        maps = tf.reshape(maps, [-1, rows * columns, self.grid_shape[2] * 12, FACTORS])
        length = tf.sqrt(tf.reduce_sum(tf.square(shift), -1, keepdims=True) + 1e-12)
        factors = tf.concat([shift, length], -1)
        learned = tf.reduce_sum(maps * factors[:, tf.newaxis, tf.newaxis], -1)
        return tf.reshape(learned, [-1, *self.grid_shape])

    def call_with_penalty(
        self, images: tf.Tensor, colors: tf.Tensor, noise: tf.Tensor
    ) -> tuple[tf.Tensor, tf.Tensor]:
        """The images, and the mean squared difference of the grids from the closed form."""
        shift = colors - tf.reduce_mean(images, [1, 2])
        learned = self._learned(images, colors, noise, shift)
        edited = render_grids(images, self._start(images, shift) + learned)
        return reach_colors(edited, colors), tf.reduce_mean(tf.square(learned))

    def edit(
        self, images: tf.Tensor, colors: tf.Tensor, noise: tf.Tensor
    ) -> Transform | np.ndarray:
        small = area_means(images, self.size, self.size)
        return BilateralGridTransform(self._compiled(small, colors, noise).numpy()[0])


def _inside(luma: tf.Tensor) -> tf.Tensor:
    return tf.clip_by_value(luma, 0.02, 0.98)
