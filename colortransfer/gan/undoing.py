"""Learning to recolour by undoing edits: natural pictures are their own answers.

An edit is made of a natural picture, and the generator is asked for the picture's own mean colour:
what comes out should be the picture. Half of the edits are drawn at random; the others are the
generator's own (its running average's), at another mean: so that it is asked of natural pictures,
as when it is used, and answers what can be undone. There is no critic.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import numpy as np
import tensorflow as tf

from ..errors import InputError
from ..rendering import reach_colors
from ..rendering.spaces import srgb_to_oklab
from ..training import (
    Callback,
    GuardedAdam,
    History,
    Options,
    Phase,
    RunningAverage,
    Schedule,
    array_digest,
    train,
)
from ..typing import Images, Scalar
from .networks import Generator
from .random_edits import random_edits, random_means

SMALLEST = 16  # side of images in pixels
DARKEST = 1e-4  # where the cube root of Oklab is still smooth


@dataclasses.dataclass(frozen=True, kw_only=True)
class UndoingRecipe:
    """Every constant of the training.

    Attributes
    ----------
    steps, batch, seed
        As everywhere; half of a batch has random edits, half the generator's own.
    alone
        Steps before the generator's own edits are used.
    learning_rate, warmup, clip_norm, average
        Adam's rate, its rise, the norm to which gradients are scaled down, and the decay of the
        running average, which is what is kept.
    nearest, farthest
        Distances of the means of the generator's own edits; of random edits from 0 on.
    bend, saturation
        Standard deviations of a random table's coefficients, at most, and of the logarithm of a
        random saturation.
    chroma
        Weight of Oklab's a and b beside L.
    roughness
        Weight of the generator's own penalty.
    """

    steps: int = 6_000
    batch: int = 24
    alone: int = 800
    learning_rate: float = 1e-3
    warmup: int = 200
    clip_norm: float = 1.0
    average: float = 0.998
    nearest: float = 0.03
    farthest: float = 0.28
    bend: float = 0.05
    saturation: float = 0.08
    chroma: float = 2.0
    roughness: float = 0.05
    seed: int = 0

    def __post_init__(self) -> None:
        if self.batch < 2 or self.batch % 2:
            raise InputError(f"a batch has two halves, so that it must be even, not {self.batch}")


class UndoingTraining:
    """A generator with its optimizer, images and recipe, and one compiled step.

    Parameters
    ----------
    generator
        What is trained; left as it is, see `arrays`.
    images
        uint8 (N, H, W, 3), natural pictures.
    recipe
        Constants.

    Attributes
    ----------
    state : dict
        All variables that the next step depends on, by name.

    Examples
    --------
    >>> images = np.random.default_rng(0).integers(0, 256, (8, 16, 16, 3), dtype=np.uint8)
    >>> recipe = UndoingRecipe(steps=2, batch=2)
    >>> from colortransfer.gan import TableGenerator
    >>> training = UndoingTraining(TableGenerator(size=16), images, recipe)
    >>> train_undoing(training).reason
    'steps'
    """

    def __init__(
        self, generator: Generator, images: np.ndarray, recipe: UndoingRecipe | None = None
    ) -> None:
        if images.ndim != 4 or images.dtype != np.uint8 or min(images.shape[1:3]) < SMALLEST:
            raise InputError(f"images must be uint8 (N, H, W, 3), from {SMALLEST} pixels a side")
        self.images, self.recipe = images, recipe or UndoingRecipe()
        kind, options = type(generator), generator.options
        self.generator, self._kept = kind(**options), kind(**options)
        for network in (self.generator, self._kept):
            network.assign(generator.arrays())
        weights = {v.path: v.value for v in self.generator.weights}
        self._adam = GuardedAdam(weights, clip_norm=self.recipe.clip_norm)
        self._average = RunningAverage(weights, self.recipe.average)
        self.state = {
            **{f"weights/{k}": v for k, v in weights.items()},
            **{f"adam/{k}": v for k, v in self._adam.state.items()},
            **{f"kept/{k}": v for k, v in self._average.state.items()},
        }
        self.step = tf.function(self._step)

    def batches(self, start: int, stop: int) -> Iterator[tf.Tensor]:
        """For each of these steps a batch, half of it mirrored: uint8 (batch, H, W, 3)."""
        for number in range(start, stop):
            rng = np.random.default_rng([self.recipe.seed, number])
            chosen = self.images[rng.integers(0, len(self.images), self.recipe.batch)]
            mirrored = rng.random(self.recipe.batch) < 0.5
            yield tf.constant(np.where(mirrored[:, None, None, None], chosen[:, :, ::-1], chosen))

    def arrays(self) -> dict[str, np.ndarray]:
        """The average's weights, as ``Generator.assign`` takes them."""
        return self._average.arrays()

    def _step(
        self, number: tf.Tensor, rate: tf.Tensor, batch: tf.Tensor
    ) -> Mapping[str, tf.Tensor]:
        recipe = self.recipe
        seed = tf.stack([tf.constant(recipe.seed, tf.int64), tf.cast(number, tf.int64)])
        images = tf.ensure_shape(batch, [recipe.batch, *self.images.shape[1:]])
        images = tf.cast(images, tf.float32) / 255
        means = tf.reduce_mean(images, [1, 2])
        for weight in self._kept.weights:
            weight.value.assign(self._average.averages[weight.path])
        edited = self._edited(images, seed, number)
        noise = tf.zeros([recipe.batch, self.generator.noise_size])
        with tf.GradientTape() as tape:
            undone, penalty = self.generator.call_with_penalty(edited, means, noise)
            distance = self.distance(undone, images)
            loss = distance + recipe.roughness * penalty
        weights = self._adam.variables
        gradients = dict(zip(weights, tape.gradient(loss, list(weights.values())), strict=True))
        made = self._adam.apply(gradients, rate * recipe.learning_rate, tf.math.is_finite(loss))
        self._average.update(made)
        shifted = edited + (means - tf.reduce_mean(edited, [1, 2]))[:, tf.newaxis, tf.newaxis]
        share = distance / self.distance(reach_colors(shifted, means), images)
        return {"loss": loss, "of_shift": share, "rejected": tf.cast(~made, tf.float32)}

    def _edited(self, images: Images, seed: tf.Tensor, number: tf.Tensor) -> Images:
        """Half of them at random, half by the generator's own average, rounded to 8 bits."""
        recipe = self.recipe
        seeds = tf.random.split(seed, 3)
        drawn = random_edits(
            images,
            seeds[0],
            farthest=recipe.farthest,
            bend=recipe.bend,
            saturation=recipe.saturation,
        )
        half = recipe.batch // 2
        colors = random_means(images[half:], seeds[1], recipe.nearest, recipe.farthest)
        own = self._kept(images[half:], colors, tf.zeros([half, self._kept.noise_size]))
        own = tf.where(number < recipe.alone, drawn[half:], own)
        return tf.round(255 * tf.concat([drawn[:half], own], 0)) / 255

    def distance(self, images: Images, others: Images) -> Scalar:
        """Mean absolute difference in Oklab, its a and b weighted by ``chroma``."""
        first, second = (srgb_to_oklab(tf.clip_by_value(x, DARKEST, 1.0)) for x in (images, others))
        weights = tf.constant([1.0, self.recipe.chroma, self.recipe.chroma])
        return tf.reduce_mean(weights * tf.abs(first - second))


def train_undoing(
    training: UndoingTraining,
    *,
    folder: str | Path | None = None,
    checkpoint_every: int = 250,
    callbacks: Sequence[Callback] = (),
    progress: bool = False,
) -> History:
    """Train to the recipe's end; a folder's checkpoint is resumed, exactly.

    Parameters
    ----------
    training
        What is trained.
    folder, checkpoint_every, callbacks, progress
        As in `colortransfer.training.Options`.

    Returns
    -------
    History
        The log. ``of_shift`` is the distance to the natural pictures as a share of the shift's.

    Raises
    ------
    FileError
        If the folder's checkpoint is damaged, or of another training.
    """
    recipe = training.recipe
    options = Options(
        folder=None if folder is None else Path(folder),
        checkpoint_every=checkpoint_every,
        schedule=Schedule(warmup=recipe.warmup, cooldown=0.9),
        callbacks=callbacks,
        progress=progress,
        fingerprint={
            **dataclasses.asdict(recipe),
            "generator": [training.generator.kind, training.generator.options],
            "images": array_digest(training.images),
        },
    )
    phase = Phase("undoing", recipe.steps, training.step)
    return train([phase], training.batches, training.state, options)
