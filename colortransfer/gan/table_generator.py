"""A generator of look-up tables: the same edit wherever a colour stands, so no patches."""

from __future__ import annotations

import numpy as np
import tensorflow as tf

from ..errors import InputError
from ..rendering import reach_colors, render_table_each
from ..transforms import Lut3D, Transform
from .grid import area_means
from .networks import LEAK, Generator, constant_maps

WIDTHS = (24, 48, 72, 96)  # of the convolutions, each of which halves the size
HIDDEN = 128
SHORTEST = 0.01  # distance of means in whose units the table of an unchanged mean is learned


class TableGenerator(Generator):
    """A table of what is added to each colour, predicted from a small copy and the target.

    The table is the shift from the mean colour to the target, plus what the network has learned
    times the length of the shift: so that an image that already has the target colour stays as it
    is, and the start of the training is the mean shift. What is learned are coefficients of the
    lowest cosines over the cube, higher ones scaled down, which makes it smooth. The mean colour is
    exact by construction, and no colour has two edits.

    Parameters
    ----------
    points
        Lattice points of the table in each direction.
    waves
        Cosines in each direction.
    size
        Side, in pixels, of the square copy that the network sees; a multiple of 16.

    Notes
    -----
    Tables that depend on the image: Zeng, Cai, Li, Cao, Zhang, "Learning Image-Adaptive 3D Lookup
    Tables for High Performance Photo Enhancement in Real-Time", PAMI 2020.

    Examples
    --------
    >>> generator = TableGenerator(size=16)
    >>> images, colors = tf.fill([1, 32, 48, 3], 0.25), tf.constant([[0.5, 0.25, 0.25]])
    >>> edited = generator(images, colors, tf.zeros([1, 0]))
    >>> tf.reduce_mean(edited, [1, 2]).numpy().round(2)
    array([[0.5 , 0.25, 0.25]], dtype=float32)
    """

    kind = "table"
    noise_size = 0  # one answer to each question

    def __init__(self, *, points: int = 9, waves: int = 6, size: int = 64, seed: int = 0) -> None:
        super().__init__(seed=seed)
        if not 2 <= waves <= points or size < 16 or size % 16:
            raise InputError("a table needs 2 <= waves <= points, and size 16, 32, 48...")
        self.points, self.size = points, size
        self.options = {"points": points, "waves": waves, "size": size}
        given = 3 + 3  # colour, its distance from the mean
        channels = 3 + given
        self.convolutions = []
        for index, width in enumerate(WIDTHS, 1):
            self.convolutions.append(self.convolution(f"conv{index}", channels, width, 3, stride=2))
            channels = width
        self.residual = [
            self.convolution("residual1", channels, channels, 3),
            self.convolution("residual2", channels, channels, 3, gain=0.0),
        ]
        self.hidden = [
            self.dense("dense1", 2 * channels + given, HIDDEN),
            self.dense("dense2", HIDDEN, HIDDEN),
        ]
        # The last layer starts at zero: before training there is the shift alone.
        self.waves = self.dense("waves", HIDDEN, 3 * waves**3, gain=0.0)
        self._cosines = tf.constant(cosines(points, waves))
        self._compiled = tf.function(self.tables, reduce_retracing=True)

    def tables(self, images: tf.Tensor, colors: tf.Tensor) -> tf.Tensor:
        """What is added to colours (N, n, n, n, 3), for images (N, H, W, 3) of any one size."""
        shift = colors - tf.reduce_mean(images, [1, 2])
        if images.shape[1:3] != (self.size, self.size):
            images = area_means(images, self.size, self.size)
        given = tf.concat([2.0 * colors - 1.0, 4.0 * shift], -1)
        x = tf.concat([2.0 * images - 1.0, constant_maps(given, images)], -1)
        for convolution in self.convolutions:
            x = tf.nn.leaky_relu(convolution(x), LEAK)
        x += self.residual[1](tf.nn.leaky_relu(self.residual[0](x), LEAK))
        y = tf.concat([tf.reduce_mean(x, [1, 2]), tf.reduce_max(x, [1, 2]), given], -1)
        for dense in self.hidden:
            y = tf.nn.leaky_relu(dense(y), LEAK)
        coefficients = tf.reshape(self.waves(y), [-1, self._cosines.shape[1], 3])
        learned = tf.einsum("pk,nkc->npc", self._cosines, coefficients)
        length = tf.sqrt(tf.reduce_sum(tf.square(shift), -1) + SHORTEST**2)
        added = shift[:, tf.newaxis] + length[:, tf.newaxis, tf.newaxis] * learned
        return tf.reshape(added, [-1, self.points, self.points, self.points, 3])

    def call_with_penalty(
        self, images: tf.Tensor, colors: tf.Tensor, noise: tf.Tensor
    ) -> tuple[tf.Tensor, tf.Tensor]:
        """The images, and the mean squared difference of neighbouring points of the tables."""
        tables = self.tables(images, colors)
        edited = images + render_table_each(images, tables)
        steps = [tables[:, 1:] - tables[:, :-1], tables[:, :, 1:] - tables[:, :, :-1]]
        steps.append(tables[:, :, :, 1:] - tables[:, :, :, :-1])
        roughness = tf.add_n([tf.reduce_mean(tf.square(step)) for step in steps])
        return reach_colors(edited, colors), roughness

    def edit(
        self, images: tf.Tensor, colors: tf.Tensor, noise: tf.Tensor
    ) -> Transform | np.ndarray:
        small = area_means(images, self.size, self.size)
        return Lut3D(lattice(self.points) + self._compiled(small, colors).numpy()[0])


def lattice(points: int) -> np.ndarray:
    """The colours (n, n, n, 3), float32, at the points of a table."""
    axis = np.linspace(0, 1, points, dtype=np.float32)
    return np.stack(np.meshgrid(axis, axis, axis, indexing="ij"), -1)


def cosines(points: int, waves: int) -> np.ndarray:
    """The lowest cosines over the cube, (points^3, waves^3), scaled by 1 / (1 + frequency)."""
    frequencies = np.arange(waves)
    along = np.cos(np.pi * frequencies * (np.arange(points)[:, np.newaxis] + 0.5) / points)
    along /= np.sqrt(np.mean(np.square(along), 0))
    cube = np.einsum("ai,bj,ck->abcijk", along, along, along).reshape(points**3, waves**3)
    total = np.add.outer(np.add.outer(frequencies, frequencies), frequencies).ravel()
    return np.asarray(cube / (1 + total), np.float32)
