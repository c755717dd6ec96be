"""What `ColorGAN.train` does: the game, its batches, and validation for the training loop."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import tensorflow as tf

from .. import images as image_files
from ..adversarial import Game
from ..errors import InputError
from ..evaluation import contrast_structure
from ..training import History, Options, Phase, Row, array_digest, train, workers
from .datasets import check_images, training_batches
from .losses import color_loss
from .networks import Critic, Generator
from .recipes import MakeCritic, Recipe

VALIDATION_IMAGES = 256
SHEET_IMAGES = 8

# What the terms of the colour GAN find beside what is drawn.
WIRING: dict[str, Callable[[Any], Any]] = {
    "generated": lambda play: play.networks["generator"].call_with_penalty(
        play["images"], play["colors"], play["noise"]
    ),
    "edited": lambda play: play["generated"][0],
    "fake": lambda play: play.networks["critic"].embed(play["edited"]),
    "real": lambda play: play.networks["critic"].embed(play["photographs"]),
}


def color_game(
    generator: Generator,
    critic: Critic,
    recipe: Recipe,
    *,
    strategy: tf.distribute.Strategy | None = None,
) -> Game:
    """The game of the two networks; its batches are those of `training_batches`.

    Examples
    --------
    >>> from colortransfer.gan import PaperCritic, PaperGenerator
    >>> recipe = Recipe(batch=2, critic_steps=3)
    >>> game = color_game(PaperGenerator(width=4), PaperCritic(8, widths=(4, 4, 4)), recipe)
    >>> game.parts
    4
    """

    def draw(batch: tuple[tf.Tensor, tf.Tensor], seed: tf.Tensor) -> dict[str, tf.Tensor]:
        images, photographs = batch
        if images.dtype == tf.uint8:
            images, photographs = (tf.cast(x, tf.float32) / 255.0 for x in batch)
        seeds = tf.random.split(seed, 3)
        noise = [recipe.batch, generator.noise_size]
        return {
            "images": images,
            "photographs": photographs,
            "colors": tf.reduce_mean(photographs, [1, 2]),
            "noise": tf.random.stateless_normal(noise, seeds[0]),
            "noise_back": tf.random.stateless_normal(noise, seeds[1]),
            "epsilon": tf.random.stateless_uniform([recipe.batch], seeds[2]),
        }

    return Game(
        {"critic": critic, "generator": generator},
        recipe.players,
        draw=draw,
        wiring=WIRING,
        batch=recipe.batch,
        seed=recipe.seed,
        strategy=strategy,
    )


class Training:
    """A training of a copy of a generator; see `ColorGAN.train` for the parameters."""

    def __init__(
        self,
        generator: Generator,
        make_critic: MakeCritic,
        recipe: Recipe,
        images: np.ndarray,
        strategy: tf.distribute.Strategy | None = None,
    ) -> None:
        self._images, self._recipe, self._strategy = check_images(images), recipe, strategy
        self._crop = recipe.crop or min(images.shape[1:3])
        self._start = generator.arrays()
        with (strategy or tf.distribute.get_strategy()).scope():
            self._generator = _copy(generator)
            self._generator.assign(self._start)
            critic = make_critic(self._crop, recipe)
            self.game = color_game(self._generator, critic, recipe, strategy=strategy)
        self._averaged = _copy(generator)

    def run(
        self, steps: int, options: Options, validation: np.ndarray | None
    ) -> tuple[History, dict[str, np.ndarray]]:
        """The history, and the averaged weights of the generator."""
        if steps < 1:
            raise InputError("steps must be at least 1")
        options = dataclasses.replace(
            options,
            schedule=self._recipe.schedule,
            fingerprint=self._fingerprint(),
            strategy=self._strategy,
        )
        if validation is not None:
            folder = options.folder if workers.is_first(self._strategy) else None
            validate = self._validation(check_images(validation, "validation"), folder)
            options = dataclasses.replace(options, validate=validate)
        history = train(self._phases(steps), self.batches, self.game.state, options)
        return history, self._averages()

    def _phases(self, steps: int) -> list[Phase]:
        """First the critic alone, so that its first advice is worth following; then both."""
        alone = min(self._recipe.critic_warmup, steps)
        return [
            Phase("critic", alone, partial(self.game.step, learning=("critic",))),
            Phase("both", steps - alone, self.game.step),
        ]

    def batches(self, start: int, stop: int) -> tf.data.Dataset:
        """For each of these steps the images to edit, and photographs."""
        return training_batches(
            self._images,
            start=start,
            stop=stop,
            parts=self.game.parts,
            batch=self._recipe.batch,
            crop=self._crop,
            seed=self._recipe.seed,
        )

    def _averages(self) -> dict[str, np.ndarray]:
        found = self.game.averages["generator"].arrays()
        return {name.removeprefix("generator/"): value for name, value in found.items()}

    def _fingerprint(self) -> dict[str, Any]:
        """What the training depends on. The number of replicas is not in it: it changes nothing."""
        return {
            "recipe": repr(self._recipe),
            "generator": [self._generator.kind, self._generator.options],
            "start": [float(np.abs(array).sum(dtype=np.float64)) for array in self._start.values()],
            "images": array_digest(self._images),
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

        def validate(done: int) -> Row:
            self._averaged.assign(self._averages())
            edited = self._averaged(pixels, targets, noise)
            if folder is not None:
                patches = tf.broadcast_to(targets[:, tf.newaxis, tf.newaxis], pixels.shape)
                _save_sheet(folder / f"samples-{done}.png", pixels, patches, edited)
            pairs = zip(pixels.numpy(), edited.numpy(), strict=True)
            structures = [contrast_structure(before, after) for before, after in pairs]
            return {
                "validation_color_error": float(color_loss(edited, targets)),
                "validation_structure": float(np.mean(structures)),
            }

        return validate


def _copy(generator: Generator) -> Generator:
    """Another generator of the same kind, with initial weights."""
    return type(generator)(**generator.options)


def _save_sheet(path: Path, *rows: tf.Tensor) -> None:
    """The first images of each row side by side, rows one below the other, as a PNG."""
    lines = [np.concatenate(list(row[:SHEET_IMAGES].numpy()), 1) for row in rows]
    image_files.save(path, np.rint(np.concatenate(lines) * 255).astype(np.uint8))
