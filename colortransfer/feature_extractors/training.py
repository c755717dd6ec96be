"""Training of the bundled networks by distillation (``colortransfer train-extractor``).

A student network learns three things from larger teachers, on images and random edits of them:

- features: through a 1x1 convolution (a *head*, dropped afterwards), each chosen student layer
  predicts the teachers' features at its resolution;
- their change under an edit, through the same heads: what a colour change does to perception;
- the size of that change: the relative distance at the student's *own* layers follows the average
  of the teachers' distances, for colour casts as for blur and noise.

Image classes, where there are labels, are a fourth and weak teacher of the last layer.
Everything random is a function of (seed, step), so a run that is killed resumes exactly.
"""

from __future__ import annotations

import csv
import dataclasses
import io
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, Literal

import numpy as np
import tensorflow as tf

from ..images.atomic import write_atomically
from . import inception_v1, plain
from .base import ConvolutionalNetwork, FeatureExtractor, Features
from .in_units import InUnits
from .inception_v1 import InceptionV1
from .lessons import LESSONS
from .plain import PlainNet
from .random_edits import random_crops, random_edits
from .weights import Weights

# The first stage has no lesson of its own: no teacher works at full resolution.
PLAIN_LAYERS = ("conv1_2", *LESSONS["plain"])


@dataclasses.dataclass(frozen=True)
class Recipe:
    """Every constant of the training."""

    steps: int = 7_500
    batch: int = 32
    learning_rate: float = 2e-3
    warmup: int = 300
    cooldown: float = 0.6  # share of the steps over which the rate falls to zero, linearly
    clip_norm: float = 1.0
    average: float = 0.998  # decay of the running average of the weights, which is what is kept
    change_weight: float = 2.0
    distance_weight: float = 0.3
    class_weight: float = 0.3
    seed: int = 0
    checkpoint_every: int = 250


class Distillation(tf.Module):
    """A student, its heads, the teachers, and one compiled training step."""

    def __init__(
        self,
        student: Literal["plain", "inception_v1"],
        teachers: tuple[FeatureExtractor, FeatureExtractor],
        images: np.ndarray,
        labels: np.ndarray | None,
        recipe: Recipe,
    ) -> None:
        import keras

        super().__init__()
        self.recipe, self.teachers, self.lessons = recipe, teachers, LESSONS[student]
        self._images = images
        self._labels = np.zeros(len(images), np.int32) if labels is None else labels
        self._classes = 0 if labels is None else int(labels.max()) + 1
        module = {"plain": plain, "inception_v1": inception_v1}[student]
        initial = module.initial_weights(recipe.seed)
        self.kernels = InUnits(initial, module.UNITS)
        self.student: ConvolutionalNetwork = (
            PlainNet(self.kernels, layers=PLAIN_LAYERS, precision="bfloat16")
            if student == "plain"
            else InceptionV1(self.kernels, layers=tuple(self.lessons), precision="bfloat16")
        )
        self.heads = self._initial_heads()
        self.trained = [*self.kernels.scaled.values(), *self.heads.values()]
        self.averages = InUnits(initial, module.UNITS)
        self.step = tf.Variable(0, dtype=tf.int64)
        self.optimizer = keras.optimizers.Adam(
            recipe.learning_rate, beta_2=0.99, global_clipnorm=recipe.clip_norm
        )
        self.optimizer.build(self.trained)

    def _initial_heads(self) -> dict[str, tf.Variable]:
        sample = (
            tf.constant(self._images[:: max(1, len(self._images) // 64)][:64], tf.float32) / 255
        )
        own = self.student(sample)
        taught = [teacher(sample) for teacher in self.teachers]
        # Heads learn at one pace whatever the teachers' units: some give values of a hundred.
        self.deviations = [
            {name: tf.math.reduce_std(value) + 1e-6 for name, value in features.items()}
            for features in taught
        ]
        rng = np.random.default_rng(self.recipe.seed + 1)
        shapes: dict[str, tuple[int, ...]] = {"distance/offset": (len(own),)}
        for layer, targets in self.lessons.items():
            for index, name in targets:
                shapes[f"{layer}/{index}/{name}"] = (
                    own[layer].shape[-1],
                    taught[index][name].shape[-1],
                )
        if self._classes:
            shapes["classes"] = (own[self.student.layers[-1]].shape[-1], self._classes)
        return {
            key: tf.Variable(rng.normal(0, shape[0] ** -0.5, shape).astype(np.float32))
            if len(shape) == 2
            else tf.Variable(tf.zeros(shape))
            for key, shape in shapes.items()
        }

    def batches(self, start: int) -> tf.data.Dataset:
        """From step ``start`` on: its number, images (2 * batch, h, w, 3), labels (batch,).

        The images are originals followed by their edits.
        """
        recipe = self.recipe

        def make(step: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor, tf.Tensor]:
            seeds = tf.random.split(tf.stack([tf.constant(recipe.seed, tf.int64), step]), 3)
            index = tf.random.stateless_uniform(
                [recipe.batch], seeds[0], 0, len(self._images), tf.int32
            )
            raw, labels = tf.numpy_function(
                lambda i: (self._images[i], self._labels[i]), [index], [tf.uint8, tf.int32]
            )
            raw.set_shape([recipe.batch, *self._images.shape[1:]])
            labels.set_shape([recipe.batch])
            originals = random_crops(tf.cast(raw, tf.float32) / 255.0, seeds[1])
            edits = random_edits(originals, seeds[2])
            return step, tf.concat([originals, edits], 0), labels

        steps = tf.data.Dataset.range(start, recipe.steps)
        return steps.map(make, num_parallel_calls=1).prefetch(2)

    def losses(self, images: tf.Tensor, labels: tf.Tensor) -> dict[str, tf.Tensor]:
        """The four losses for a batch of originals followed by their edits."""
        own = self.student(images)
        taught = [
            {k: tf.stop_gradient(v) for k, v in teacher(images).items()}
            for teacher in self.teachers
        ]
        feature, change, distances = [], [], []
        for layer, targets in self.lessons.items():
            for index, name in targets:
                target = taught[index][name] / self.deviations[index][name]
                head = self.heads[f"{layer}/{index}/{name}"]
                guess = tf.nn.relu(tf.einsum("nhwc,cd->nhwd", own[layer], head))
                feature.append(_relative(guess - target, target))
                before, after = tf.split(target, 2)
                guessed_before, guessed_after = tf.split(guess, 2)
                delta = after - before
                change.append(
                    _relative(guessed_after - guessed_before - delta, delta, 1e-3, target)
                )
        for teacher_features in taught:
            distances += [_distance(value) for value in teacher_features.values()]
        target_distance = tf.math.log(tf.add_n(distances) / len(distances) + 1e-6)
        offsets = self.heads["distance/offset"]
        distance = [
            tf.reduce_mean(
                tf.square(tf.math.log(_distance(own[layer]) + 1e-6) - offsets[i] - target_distance)
            )
            for i, layer in enumerate(self.student.layers)
        ]
        terms = {
            "feature": tf.add_n(feature) / len(feature),
            "change": tf.add_n(change) / len(change),
            "distance": tf.add_n(distance) / len(distance),
        }
        if self._classes:
            pooled = tf.reduce_mean(tf.split(own[self.student.layers[-1]], 2)[0], [1, 2])
            logits = tf.matmul(pooled, self.heads["classes"])
            terms["class"] = tf.reduce_mean(
                tf.nn.sparse_softmax_cross_entropy_with_logits(labels, logits)
            )
        return terms

    @tf.function(reduce_retracing=True)
    def train_step(self, images: tf.Tensor, labels: tf.Tensor, rate: tf.Tensor) -> Features:
        recipe = self.recipe
        with tf.GradientTape() as tape:
            terms = self.losses(images, labels)
            total = (
                terms["feature"]
                + recipe.change_weight * terms["change"]
                + recipe.distance_weight * terms["distance"]
                + recipe.class_weight * terms.get("class", 0.0)
            )
        gradients = tape.gradient(total, self.trained)
        self.optimizer.learning_rate.assign(rate)
        self.optimizer.apply(gradients)
        for key, average in self.averages.scaled.items():
            # A short average at first, so that the untrained weights are forgotten.
            decay = tf.minimum(recipe.average, 1 - 1 / (1 + tf.cast(self.step, tf.float32) / 10))
            average.assign(decay * average + (1 - decay) * self.kernels.scaled[key])
        self.step.assign_add(1)
        return terms

    def rate(self, step: int) -> float:
        """Learning rate: linear warm-up, constant, linear fall to zero."""
        recipe = self.recipe
        rise = min(1.0, (step + 1) / recipe.warmup)
        fall = min(1.0, (recipe.steps - step) / max(1.0, recipe.cooldown * recipe.steps))
        return recipe.learning_rate * rise * fall

    def kept_weights(self) -> Weights:
        """The averaged weights in float16, as they are shipped."""
        return {key: value.numpy().astype(np.float16) for key, value in self.averages.items()}


def _relative(
    error: tf.Tensor, scale: tf.Tensor, floor: float = 0.0, floor_scale: tf.Tensor | None = None
) -> tf.Tensor:
    """Mean over images of |error|^2 / (|scale|^2 + floor |floor_scale|^2)."""
    numerator = tf.reduce_mean(tf.square(error), [1, 2, 3])
    denominator = tf.reduce_mean(tf.square(scale), [1, 2, 3])
    if floor_scale is not None:
        denominator += floor * tf.reduce_mean(tf.square(floor_scale))
    else:
        denominator = tf.reduce_mean(denominator)
    return tf.reduce_mean(numerator / (denominator + 1e-12))


def _distance(features: tf.Tensor) -> tf.Tensor:
    """Relative squared distance (batch,) between originals and edits, for one layer."""
    before, after = tf.split(features, 2)
    squared = tf.reduce_mean(tf.square(after - before), [1, 2, 3])
    return squared / (tf.reduce_mean(tf.square(before), [1, 2, 3]) + 1e-12)


def train(
    distillation: Distillation, folder: str | Path, progress: Callable[[str], None]
) -> Weights:
    """Train to the recipe's end, resuming from ``folder`` if it holds a checkpoint.

    Writes ``log.csv`` (losses), checkpoints, and the averaged weights as ``weights-<step>.npz``.
    """
    folder = Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    checkpoint = tf.train.Checkpoint(model=distillation, optimizer=distillation.optimizer)
    manager = tf.train.CheckpointManager(checkpoint, str(folder / "checkpoints"), max_to_keep=2)
    checkpoint.restore(manager.latest_checkpoint)
    start, recipe = int(distillation.step), distillation.recipe
    began = time.monotonic()
    sums: dict[str, float] = {}
    for number, images, labels in distillation.batches(start):
        step = int(number)
        terms = distillation.train_step(images, labels, tf.constant(distillation.rate(step)))
        for key, value in terms.items():
            sums[key] = sums.get(key, 0.0) + float(value)
        done = step + 1
        if done % recipe.checkpoint_every and done != recipe.steps:
            continue
        count = recipe.checkpoint_every
        means = {key: round(value / count, 4) for key, value in sums.items()}
        sums = {}
        seconds = (time.monotonic() - began) / (done - start)
        progress(f"step {done}/{recipe.steps} {means} {seconds:.2f} s a step")
        _append(folder / "log.csv", {"step": done, **means})
        manager.save()
        if done % (4 * count) == 0 or done == recipe.steps:
            _save(folder / f"weights-{done}.npz", distillation.kept_weights())
    return distillation.kept_weights()


def _save(path: Path, weights: Weights) -> None:
    arrays: dict[str, Any] = weights
    buffer = io.BytesIO()
    np.savez_compressed(buffer, **arrays)
    write_atomically(path, buffer.getvalue())


def _append(path: Path, row: dict[str, Any]) -> None:
    fresh = not path.exists()
    with path.open("a", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, row)
        if fresh:
            writer.writeheader()
        writer.writerow(row)
