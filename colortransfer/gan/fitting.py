"""What `ColorGAN.fit` does: networks, phases, batches and validation for the training loop."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import tensorflow as tf

from .. import images as image_files
from ..errors import InputError
from . import losses
from .adversarial import AdversarialStep
from .datasets import check_images, image_digest, training_batches
from .networks import Generator
from .recipes import MakeCritic, Recipe
from .training import Batches, History, Options, Phase, Row, train

VALIDATION_IMAGES = 256
SHEET_IMAGES = 8


class Training:
    """A training of a copy of a generator; see `ColorGAN.fit` for the parameters."""

    def __init__(
        self,
        generator: Generator,
        make_critic: MakeCritic,
        recipe: Recipe,
        images: np.ndarray,
        strategy: tf.distribute.Strategy | None = None,
    ) -> None:
        self._images, self._recipe = check_images(images), recipe
        self._crop = recipe.crop or min(images.shape[1:3])
        self._start = generator.arrays()
        with (strategy or tf.distribute.get_strategy()).scope():
            self._generator: Generator = type(generator)(**generator.options)
            self._generator.assign(self._start)
            critic = make_critic(self._crop, recipe)
            self._step = AdversarialStep(self._generator, critic, recipe, strategy=strategy)

    def run(
        self, steps: int, options: Options, validation: np.ndarray | None
    ) -> tuple[History, dict[str, np.ndarray]]:
        """The history, and the averaged weights of the generator."""
        if steps < 1:
            raise InputError("steps must be at least 1")
        options = dataclasses.replace(options, fingerprint=self._fingerprint(steps))
        if validation is not None:
            validate = self._validation(check_images(validation, "validation"), options.folder)
            options = dataclasses.replace(options, validate=validate)
        history = train(self._phases(steps), self._batches(), self._step.state, options)
        return history, {name: v.numpy() for name, v in self._step.averages.items()}

    def _phases(self, steps: int) -> list[Phase]:
        """First the critic alone, so that its first advice is worth following; then both."""

        def run(train_generator: float) -> Callable[..., Any]:
            def one(number: tf.Tensor, images: tf.Tensor, real: tf.Tensor) -> Any:
                rate = tf.constant(self._recipe.rate(int(number), steps))
                return self._step.run(number, images, real, rate, tf.constant(train_generator))

            return one

        alone = min(self._recipe.critic_warmup, steps)
        return [Phase("critic", alone, run(0.0)), Phase("both", steps - alone, run(1.0))]

    def _batches(self) -> Batches:
        recipe = self._recipe
        return lambda start, stop: training_batches(
            self._images,
            start=start,
            stop=stop,
            parts=recipe.critic_steps + 1,
            batch=recipe.batch,
            crop=self._crop,
            seed=recipe.seed,
        )

    def _fingerprint(self, steps: int) -> dict[str, Any]:
        """What the training depends on. The number of replicas is not in it: it changes nothing."""
        return {
            "recipe": dataclasses.asdict(self._recipe),
            "generator": [self._generator.kind, self._generator.options],
            "start": [float(np.abs(array).sum(dtype=np.float64)) for array in self._start.values()],
            "images": image_digest(self._images),
            "steps": steps,
        }

    def _validation(self, images: np.ndarray, folder: Path | None) -> Callable[[int], Row]:
        """What the log gets from validation images; each takes the mean colour of the next."""
        crop = self._crop
        if crop > min(images.shape[1:3]):
            raise InputError(f"validation images are smaller than the crops of {crop} pixels")
        top, left = ((side - crop) // 2 for side in images.shape[1:3])
        shown = images[:VALIDATION_IMAGES, top : top + crop, left : left + crop]
        pixels = tf.constant(shown.astype(np.float32) / 255)
        targets = tf.roll(tf.reduce_mean(pixels, [1, 2]), 1, 0)
        noise = tf.random.stateless_normal([len(shown), self._generator.noise_size], [0, 0])
        averaged = self._generator.with_weights(self._step.averages)

        def validate(done: int) -> Row:
            edited = averaged(pixels, targets, noise)
            if folder is not None:
                patches = tf.broadcast_to(targets[:, tf.newaxis, tf.newaxis], pixels.shape)
                _save_sheet(folder / f"samples-{done}.png", pixels, patches, edited)
            return {
                "validation_color_error": float(losses.color_loss(edited, targets)),
                "validation_structure": 1 - float(losses.structure_loss(pixels, edited)),
            }

        return validate


def _save_sheet(path: Path, *rows: tf.Tensor) -> None:
    """The first images of each row side by side, rows one below the other, as a PNG."""
    lines = [np.concatenate(list(row[:SHEET_IMAGES].numpy()), 1) for row in rows]
    image_files.save(path, np.rint(np.concatenate(lines) * 255).astype(np.uint8))
