"""What the bundled networks learn on: images, the batches drawn from them, and every constant."""

from __future__ import annotations

import dataclasses

import numpy as np
import tensorflow as tf

from ..training import Schedule
from .augmentation import blur, random_casts, random_edits, random_resized_crops

CROPS, CLASS_CROPS = 0.3, 0.6  # smallest side; an object cut to a third of it is hard to name


@dataclasses.dataclass(frozen=True, kw_only=True)
class Recipe:
    """Every constant of the training.

    Examples
    --------
    >>> Recipe(steps=100, warmup=10).schedule.factor(4, steps=100)
    0.5
    """

    steps: int = 3_000
    batch: int = 16  # images, each with an edit of it
    contrast_batch: int = 8  # of these, so many with a cast and a blur besides
    class_batch: int = 160  # other images, for the classes
    learning_rate: float = 2e-3
    warmup: int = 300
    cooldown: float = 0.7  # share of the steps over which the rate falls to zero, linearly
    clip_norm: float = 1.0
    average: float = 0.998  # decay of the running average of the weights, which is what is kept
    start_share: float = 0.35  # share in it of the weights that the training went on from, if any
    change_weight: float = 2.0
    distance_weight: float = 0.3
    contrast_weight: float = 1.0
    least_contrast: float = 4.0  # blur over cast, on crops; on photographs twice as much
    class_weight: float = 1.0
    soft_class_weight: float = 0.5
    seed: int = 0

    @property
    def schedule(self) -> Schedule:
        """Of the learning rate."""
        return Schedule(warmup=self.warmup, cooldown=self.cooldown)


@dataclasses.dataclass(frozen=True, eq=False)
class TrainingData:
    """Images, their labels, and a teacher's scores of their classes.

    Attributes
    ----------
    images
        uint8 (N, H, W, 3).
    labels
        int32 (N,).
    scores
        float16 (N, K); see `class_scores`.

    Examples
    --------
    >>> data = TrainingData(
    ...     images=np.zeros((8, 32, 32, 3), np.uint8),
    ...     labels=np.arange(8, dtype=np.int32),
    ...     scores=np.zeros((8, 5), np.float16),
    ... )
    >>> recipe = Recipe(batch=4, contrast_batch=2, class_batch=6)
    >>> batch = next(iter(data.batches(recipe, 0, 1)))
    >>> batch["views"].shape, batch["others"].shape
    (TensorShape([12, 32, 32, 3]), TensorShape([6, 32, 32, 3]))
    """

    images: np.ndarray
    labels: np.ndarray
    scores: np.ndarray

    def batches(self, recipe: Recipe, start: int, stop: int) -> tf.data.Dataset:
        """For each of these steps a batch as ``Distillation.losses`` takes it."""
        side = self.images.shape[1:]

        def draw(count: int, seed: tf.Tensor) -> tf.Tensor:
            return tf.random.stateless_uniform([count], seed, 0, len(self.images), tf.int32)

        def taken(index: tf.Tensor, array: np.ndarray) -> tf.Tensor:
            rows = tf.numpy_function(lambda i: array[i], [index], tf.as_dtype(array.dtype))
            rows.set_shape([index.shape[0], *array.shape[1:]])
            return rows

        def make(step: tf.Tensor) -> dict[str, tf.Tensor]:
            seeds = tf.random.split(tf.stack([tf.constant(recipe.seed, tf.int64), step]), 7)
            index = draw(recipe.batch, seeds[0])
            raw = tf.cast(taken(index, self.images), tf.float32) / 255.0
            originals = random_resized_crops(raw, seeds[1], CROPS)
            some = originals[: recipe.contrast_batch]
            views = [
                originals,
                random_edits(originals, seeds[2]),
                random_casts(some, seeds[3]),
                blur(some),
            ]
            index = draw(recipe.class_batch, seeds[4])
            others = tf.cast(taken(index, self.images), tf.float32) / 255.0
            return {
                "views": tf.ensure_shape(tf.concat(views, 0), [None, *side]),
                "others": random_resized_crops(others, seeds[5], CLASS_CROPS),
                "labels": taken(index, self.labels),
                "scores": tf.cast(taken(index, self.scores), tf.float32),
            }

        steps = tf.data.Dataset.range(start, stop)
        return steps.map(make, num_parallel_calls=1).prefetch(2)
