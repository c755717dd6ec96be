"""Edits drawn at random: what a generator that undoes edits is shown."""

from __future__ import annotations

import tensorflow as tf

from ..colors import LUMA
from ..rendering import reach_colors, render_table_each
from ..typing import Images
from .table_generator import cosines, lattice

POINTS, WAVES = 9, 6  # of the tables
INSIDE = (0.08, 0.92)  # where the means of edited images lie
GAIN = 1.6  # of colours that are multiplied, so that they move by the shift on average


def random_means(images: Images, seed: tf.Tensor, nearest: float, farthest: float) -> tf.Tensor:
    """Colours (N, 3) in random directions from the images' means, at random distances."""
    seeds = tf.random.split(seed, 2)
    means = tf.reduce_mean(images, [1, 2])
    direction = tf.random.stateless_normal([images.shape[0], 3], seeds[0])
    direction /= tf.norm(direction, axis=-1, keepdims=True)
    distance = tf.random.stateless_uniform([images.shape[0], 1], seeds[1], nearest, farthest)
    return tf.clip_by_value(means + distance * direction, *INSIDE)


def random_edits(
    images: Images, seed: tf.Tensor, *, farthest: float, bend: float, saturation: float
) -> Images:
    """Each image with an edit of its own: a smooth random table, a shift, another saturation.

    The shift is weighted by tone with a random share of mid-tones, proportional to the channel, or
    the same for all, with a chance of a half, a quarter and a quarter.

    Parameters
    ----------
    images
        (N, H, W, 3), float32 in [0, 1], N known.
    seed
        int64 (2,).
    farthest
        Distance of means, at most.
    bend
        Standard deviation of the random table's coefficients, at most.
    saturation
        Standard deviation of the saturation's logarithm.

    Examples
    --------
    >>> images = tf.fill([2, 4, 4, 3], 0.5)
    >>> seed = tf.constant([0, 1], tf.int64)
    >>> random_edits(images, seed, farthest=0.2, bend=0.05, saturation=0.1).shape
    TensorShape([2, 4, 4, 3])
    """
    seeds = tf.random.split(seed, 6)
    each, colors = [images.shape[0], 1, 1], lattice(POINTS).reshape(1, -1, 3)
    targets = random_means(images, seeds[0], 0.0, farthest)
    shift = (targets - tf.reduce_mean(images, [1, 2]))[:, tf.newaxis]
    share = tf.random.stateless_uniform(each, seeds[1])
    kind = tf.random.stateless_uniform(each, seeds[2])
    midtones = 1 - share + share * 4 * colors * (1 - colors)
    weights = tf.where(kind < 0.5, midtones, tf.where(kind < 0.75, GAIN * colors, 1.0))
    coefficients = tf.random.stateless_normal([images.shape[0], WAVES**3, 3], seeds[3])
    coefficients *= tf.random.stateless_uniform(each, seeds[4], 0.0, bend)
    luma = (colors @ LUMA)[..., None].astype("float32")
    colorful = tf.exp(saturation * tf.random.stateless_normal(each, seeds[5])) - 1
    table = weights * shift + colorful * (colors - luma)
    table += tf.einsum("pk,nkc->npc", tf.constant(cosines(POINTS, WAVES)), coefficients)
    tables = tf.reshape(table, [-1, POINTS, POINTS, POINTS, 3])
    return reach_colors(images + render_table_each(images, tables), targets)
