"""Batches for the training of a GAN: every one a function of (seed, step) alone."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import tensorflow as tf

from ..errors import InputError

SMALLEST = 8  # pixels a side


def check_images(images: np.ndarray, name: str = "images") -> np.ndarray:
    """The array itself, if it is uint8 (N, H, W, 3) of at least two images of 8 pixels a side.

    Raises
    ------
    InputError
        Otherwise.
    """
    if not isinstance(images, np.ndarray) or images.dtype != np.uint8 or images.ndim != 4:
        raise InputError(f"{name} must be a uint8 array (N, H, W, 3); see datasets.load_images")
    if images.shape[3] != 3 or len(images) < 2 or min(images.shape[1:3]) < SMALLEST:
        raise InputError(
            f"{name} has shape {images.shape}; it takes (N, H, W, 3) with N of at least 2 and "
            f"{SMALLEST} pixels a side"
        )
    return images


def training_batches(
    images: np.ndarray, *, start: int, stop: int, parts: int, batch: int, crop: int, seed: int
) -> tf.data.Dataset:
    """Steps ``start`` to ``stop``: for each images to edit, and real images.

    The target colours of the images to edit are the mean colours of the real ones, so that the
    colours of edited and real images have one distribution, and a critic learns something else.

    Parameters
    ----------
    images
        uint8 (N, H, W, 3).
    parts
        Batches in a step: one for each critic step and one for the generator.
    batch
        Images of each kind in each.
    crop
        Side of the random square crops, half of which are flipped.

    Returns
    -------
    tf.data.Dataset
        Of twice uint8 (parts, batch, crop, crop, 3).
    """
    check_images(images)
    if crop > min(images.shape[1:3]):
        raise InputError(f"crops of {crop} pixels do not fit in images {images.shape[1:3]}")
    shape = (2, parts, batch, crop, crop, 3)

    def draw(step: int) -> np.ndarray:
        rng = np.random.default_rng([seed, int(step)])
        return random_crops(images, rng, 2 * parts * batch, crop).reshape(shape)

    def make(step: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
        drawn = tf.ensure_shape(tf.numpy_function(draw, [step], tf.uint8), shape)
        return drawn[0], drawn[1]

    return tf.data.Dataset.range(start, stop).map(make, num_parallel_calls=1).prefetch(2)


def crops_of_each(
    sets: Sequence[np.ndarray],
    *,
    start: int,
    stop: int,
    parts: int,
    batch: int,
    crop: int,
    seed: int,
) -> tf.data.Dataset:
    """Steps ``start`` to ``stop``: of each set uint8 (parts, batch, crop, crop, 3), drawn anew."""
    for images in sets:
        check_images(images)
        if crop > min(images.shape[1:3]):
            raise InputError(f"crops of {crop} pixels do not fit in images {images.shape[1:3]}")
    shape = (len(sets), parts, batch, crop, crop, 3)

    def draw(step: int) -> np.ndarray:
        rng = np.random.default_rng([seed, int(step)])
        return np.stack([random_crops(x, rng, parts * batch, crop) for x in sets]).reshape(shape)

    def make(step: tf.Tensor) -> tuple[tf.Tensor, ...]:
        return tuple(tf.unstack(tf.ensure_shape(tf.numpy_function(draw, [step], tf.uint8), shape)))

    return tf.data.Dataset.range(start, stop).map(make, num_parallel_calls=1).prefetch(2)


def random_crops(images: np.ndarray, rng: np.random.Generator, count: int, crop: int) -> np.ndarray:
    """``count`` square crops (count, crop, crop, 3) of random images; half of them are flipped."""
    which = rng.integers(0, len(images), count)
    top = rng.integers(0, images.shape[1] - crop + 1, count)[:, None, None]
    left = rng.integers(0, images.shape[2] - crop + 1, count)[:, None, None]
    across = np.where(rng.random((count, 1, 1)) < 0.5, np.arange(crop), np.arange(crop)[::-1])
    return images[which[:, None, None], top + np.arange(crop)[:, None], left + across]
