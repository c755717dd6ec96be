"""How the colour prior is taught: to colour pictures whose grey and mean colour it is given."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import keras
import numpy as np
import tensorflow as tf

from ..errors import InputError
from ..rendering.spaces import srgb_to_lab
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
from ..training.guarded_adam import assign_if
from .network import MULTIPLE, REDUCTION, WIDTHS, build, folded
from .nodes import COUNT, tents


@dataclasses.dataclass(frozen=True, kw_only=True)
class Recipe:
    """Every constant of the training.

    Attributes
    ----------
    steps, batch, seed
        As everywhere.
    learning_rate, warmup, cooldown, clip_norm, average
        Adam's rate and its schedule, the norm to which gradients are scaled down, and the decay of
        the running average, which is what is kept.
    known
        Share of the pictures whose mean colour the network is told.
    widths
        Channels of the network's four levels.
    gamma
        Standard deviation of the logarithm of the exponent by which lightness is bent.
    """

    steps: int = 6_500
    batch: int = 32
    learning_rate: float = 1e-3
    warmup: int = 200
    cooldown: float = 0.9
    clip_norm: float = 5.0
    average: float = 0.998
    known: float = 0.75
    gamma: float = 0.25
    widths: tuple[int, ...] = WIDTHS
    seed: int = 0

    @property
    def schedule(self) -> Schedule:
        """Of the learning rate."""
        return Schedule(warmup=self.warmup, cooldown=self.cooldown)


class PriorTraining:
    """The network with its optimizer, images and recipe, and one compiled step.

    Parameters
    ----------
    images
        uint8 (N, H, W, 3), sides multiples of 8.
    recipe
        Constants.

    Attributes
    ----------
    state : dict
        All variables that the next step depends on, by name.
    """

    def __init__(self, images: np.ndarray, recipe: Recipe | None = None) -> None:
        if (
            images.ndim != 4
            or images.dtype != np.uint8
            or any(side % MULTIPLE for side in images.shape[1:3])
        ):
            raise InputError(f"images must be uint8 (N, H, W, 3), sides multiples of {MULTIPLE}")
        self.images, self.recipe = images, recipe or Recipe()
        keras.utils.set_random_seed(self.recipe.seed)
        self.model = build(normalized=True, widths=self.recipe.widths)
        trained = {str(i): w.value for i, w in enumerate(self.model.trainable_weights)}
        every = {str(i): w.value for i, w in enumerate(self.model.weights)}
        self._adam = GuardedAdam(trained, clip_norm=self.recipe.clip_norm)
        self._average = RunningAverage(every, self.recipe.average)
        self.state = {
            **{f"weights/{k}": v for k, v in every.items()},
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
            chosen = np.where(mirrored[:, None, None, None], chosen[:, :, ::-1], chosen)
            yield tf.constant(chosen)

    def loss(
        self, images: tf.Tensor, known: tf.Tensor, gamma: tf.Tensor, training: bool
    ) -> tf.Tensor:
        """Cross-entropy of the colours of places, shared among four nodes, in nats.

        Parameters
        ----------
        images
            float32 (N, H, W, 3), sRGB in [0, 1].
        known
            (N,): 1 where the network is told the mean colour, 0 where not.
        gamma
            (N,): exponents by which the lightness that it sees is bent.
        training
            Whether normalisation takes the batch's statistics.
        """
        lab = srgb_to_lab(images)
        bent = tf.pow(tf.clip_by_value(lab[..., :1] / 100, 0, 1), gamma[:, None, None, None])
        mean = srgb_to_lab(tf.reduce_mean(images, [1, 2]))[:, 1:] / 30
        told = tf.concat([mean, tf.ones_like(mean[:, :1])], -1) * known[:, None]
        scores = self.model([2 * bent - 1, told], training=training)
        colors = tf.nn.avg_pool2d(lab[..., 1:], REDUCTION, REDUCTION, "VALID")
        a, b = tents(colors[..., 0]), tents(colors[..., 1])
        wanted = tf.reshape(a[..., :, None] * b[..., None, :], [*colors.shape[:3], COUNT**2])
        return tf.reduce_mean(tf.nn.softmax_cross_entropy_with_logits(wanted, scores))

    def _step(
        self, number: tf.Tensor, rate: tf.Tensor, batch: tf.Tensor
    ) -> Mapping[str, tf.Tensor]:
        recipe = self.recipe
        images = tf.cast(batch, tf.float32) / 255
        seeds = tf.random.split(tf.stack([tf.constant(recipe.seed, tf.int64), number]), 2)
        drawn = tf.random.stateless_uniform([recipe.batch], seeds[0])
        bend = tf.random.stateless_normal([recipe.batch], seeds[1], stddev=recipe.gamma)
        # Normalisation notes statistics on the way, also those of a step that is then rejected.
        noted = [(w.value, tf.identity(w.value)) for w in self.model.non_trainable_weights]
        with tf.GradientTape() as tape:
            known = tf.cast(drawn < recipe.known, tf.float32)
            loss = self.loss(images, known, tf.exp(bend), training=True)
        weights = self._adam.variables
        gradients = dict(zip(weights, tape.gradient(loss, list(weights.values())), strict=True))
        made = self._adam.apply(gradients, rate * recipe.learning_rate, tf.math.is_finite(loss))
        for variable, before in noted:
            assign_if(~made, variable, before)
        self._average.update(made)
        return {"loss": loss, "rejected": tf.cast(~made, tf.float32)}

    def kept(self) -> keras.Model:
        """A network with the running average of the weights."""
        model = build(normalized=True, widths=self.recipe.widths)
        averages = self._average.arrays()
        model.set_weights([averages[str(i)] for i in range(len(averages))])
        return model

    def arrays(self) -> dict[str, np.ndarray]:
        """The average's weights as `ColorPrior` takes them."""
        return folded(self.kept())


def train_prior(
    training: PriorTraining,
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

    Raises
    ------
    FileError
        If the folder's checkpoint is damaged, or of another training.
    """
    recipe = training.recipe
    options = Options(
        folder=None if folder is None else Path(folder),
        checkpoint_every=checkpoint_every,
        schedule=recipe.schedule,
        callbacks=callbacks,
        progress=progress,
        fingerprint={
            **dataclasses.asdict(dataclasses.replace(recipe, steps=0)),
            "images": array_digest(training.images),
        },
    )
    phase = Phase("color prior", recipe.steps, training.step)
    return train([phase], training.batches, training.state, options)
