"""What the bundled networks learn, and from whom.

A student network learns from larger teachers, on images and random edits of them:

- features: through a 1x1 convolution (a *head*, dropped afterwards), each chosen student layer
  predicts the teachers' features at its resolution;
- their change under an edit, through the same heads: what a colour change does to perception;
- the size of that change: the relative distance at the student's *own* layers follows the average
  of the teachers' distances, for colour casts as for blur and noise.

Three more do not come from features:

- blur over cast: at the middle layers the distance under a blur is a given multiple of that under
  a cast, at least;
- classes, of images without edits: from the average of the last layer, the label;
- what GoogLeNet as a whole says of the same image, its 1,000 classes, softened (Hinton et al.
  2015).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

import numpy as np
import tensorflow as tf

from ..errors import InputError
from . import inception_v1, plain
from .base import ConvolutionalNetwork, FeatureExtractor, Features, relative_distance
from .in_units import InUnits
from .inception_v1 import InceptionV1
from .lectures import Lectures, Recipe
from .lessons import LESSONS
from .plain import PlainNet
from .weights import Weights

# The first stage has no lesson of its own: no teacher works at full resolution.
PLAIN_LAYERS = ("conv1_2", *LESSONS["plain"])
SOFTNESS = 2.0  # temperature of the teacher's classes


class Distillation(tf.Module):
    """A student, its heads, the teachers, and one compiled training step.

    Parameters
    ----------
    student
        Which network.
    teachers
        GoogLeNet and Inception-v3, as :func:`.lessons.load_teachers` gives them.
    lectures, recipe
        On what, and how.
    start
        Weights to go on from, or None for random ones. Where the student has more channels, the
        others are random.
    """

    def __init__(
        self,
        student: Literal["plain", "inception_v1"],
        teachers: tuple[FeatureExtractor, FeatureExtractor],
        lectures: Lectures,
        recipe: Recipe,
        start: Mapping[str, np.ndarray] | None = None,
    ) -> None:
        import keras

        super().__init__()
        self.recipe, self.teachers, self.lessons = recipe, teachers, LESSONS[student]
        self._lectures = lectures
        module = {"plain": plain, "inception_v1": inception_v1}[student]
        self._start = start or {}
        initial = _grown(self._start, module.initial_weights(recipe.seed))
        self.kernels = InUnits(initial, module.UNITS)
        self.student: ConvolutionalNetwork = (
            PlainNet(self.kernels, layers=PLAIN_LAYERS, precision="bfloat16")
            if student == "plain"
            else InceptionV1(self.kernels, layers=tuple(self.lessons), precision="bfloat16")
        )
        self.middle = self.student.layers[-2:]
        self.heads = self._initial_heads()
        self.trained = [*self.kernels.scaled.values(), *self.heads.values()]
        self.averages = InUnits(initial, module.UNITS)
        self.step = tf.Variable(0, dtype=tf.int64)
        self.optimizer = keras.optimizers.Adam(
            recipe.learning_rate, beta_2=0.99, global_clipnorm=recipe.clip_norm
        )
        self.optimizer.build(self.trained)

    def _initial_heads(self) -> dict[str, tf.Variable]:
        images = self._lectures.images
        sample = tf.constant(images[:: max(1, len(images) // 64)][:64], tf.float32) / 255
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
        last = own[self.student.layers[-1]].shape[-1]
        shapes["classes"] = (last, int(self._lectures.labels.max()) + 1)
        shapes["soft_classes"] = (last, self._lectures.scores.shape[1])
        return {
            key: tf.Variable(rng.normal(0, shape[0] ** -0.5, shape).astype(np.float32))
            if len(shape) == 2
            else tf.Variable(tf.zeros(shape))
            for key, shape in shapes.items()
        }

    def batches(self, start: int) -> tf.data.Dataset:
        """From step ``start`` on: its number, and a batch as :meth:`losses` takes it."""
        return self._lectures.batches(self.recipe, start)

    def losses(self, batch: dict[str, tf.Tensor]) -> dict[str, tf.Tensor]:
        """The terms, before their weights.

        ``views``: originals, an edit of each, casts and blurs of the first of them; ``others``:
        images for the classes, with ``labels`` and ``scores``. Floats in [0, 1].
        """
        recipe = self.recipe
        sizes = [recipe.batch, recipe.batch, recipe.contrast_batch, recipe.contrast_batch]
        own = self.student(tf.concat([batch["views"], batch["others"]], 0))
        views = {k: tf.split(v, [*sizes, recipe.class_batch])[:4] for k, v in own.items()}
        pairs = {name: tf.concat(parts[:2], 0) for name, parts in views.items()}
        taught = self._taught(batch["views"][: 2 * recipe.batch])
        terms = self._feature_terms(pairs, taught)
        terms["distance"] = self._distance_term(pairs, taught)
        terms["contrast"] = self._contrast_term(views)
        last = own[self.student.layers[-1]][-recipe.class_batch :]
        return terms | self._class_terms(tf.reduce_mean(last, [1, 2]), batch)

    def _taught(self, images: tf.Tensor) -> list[Features]:
        """The teachers' features, each layer divided by its deviation."""
        return [
            {k: tf.stop_gradient(v) / deviations[k] for k, v in teacher(images).items()}
            for teacher, deviations in zip(self.teachers, self.deviations, strict=True)
        ]

    def _feature_terms(self, own: Features, taught: list[Features]) -> dict[str, tf.Tensor]:
        feature, change = [], []
        for layer, targets in self.lessons.items():
            for index, name in targets:
                target = taught[index][name]
                head = self.heads[f"{layer}/{index}/{name}"]
                guess = tf.nn.relu(tf.einsum("nhwc,cd->nhwd", own[layer], head))
                feature.append(_relative(guess - target, target))
                before, after = tf.split(target, 2)
                guessed_before, guessed_after = tf.split(guess, 2)
                delta = after - before
                error = guessed_after - guessed_before - delta
                change.append(_relative(error, delta, 1e-3, target))
        return {
            "feature": tf.add_n(feature) / len(feature),
            "change": tf.add_n(change) / len(change),
        }

    def _distance_term(self, own: Features, taught: list[Features]) -> tf.Tensor:
        distances = [
            relative_distance(*tf.split(value, 2)) for layers in taught for value in layers.values()
        ]
        target = tf.math.log(tf.add_n(distances) / len(distances) + 1e-6)
        offsets = self.heads["distance/offset"]
        terms = [
            tf.reduce_mean(
                tf.square(
                    tf.math.log(relative_distance(*tf.split(own[layer], 2)) + 1e-6)
                    - offsets[i]
                    - target
                )
            )
            for i, layer in enumerate(self.student.layers)
        ]
        return tf.add_n(terms) / len(terms)

    def _contrast_term(self, views: dict[str, list[tf.Tensor]]) -> tf.Tensor:
        """What is missing of the wanted contrast of blur to cast, in logarithm."""
        missing = []
        for layer in self.middle:
            originals, _, casts, blurs = views[layer]
            some = originals[: self.recipe.contrast_batch]
            by_cast, by_blur = (
                tf.math.log(relative_distance(some, x) + 1e-6) for x in (casts, blurs)
            )
            contrast = tf.reduce_mean(by_blur - by_cast)
            missing.append(tf.nn.relu(float(np.log(self.recipe.least_contrast)) - contrast))
        return tf.add_n(missing) / len(missing)

    def _class_terms(self, pooled: tf.Tensor, batch: dict[str, tf.Tensor]) -> dict[str, tf.Tensor]:
        logits = tf.matmul(pooled, self.heads["classes"])
        soft = tf.matmul(pooled, self.heads["soft_classes"])
        hard_term = tf.nn.sparse_softmax_cross_entropy_with_logits(batch["labels"], logits)
        wanted = tf.nn.softmax(batch["scores"] / SOFTNESS)
        soft_term = tf.nn.softmax_cross_entropy_with_logits(wanted, soft / SOFTNESS)
        right = tf.cast(tf.argmax(logits, 1, tf.int32) == batch["labels"], tf.float32)
        return {
            "class": tf.reduce_mean(hard_term),
            "soft_class": tf.reduce_mean(soft_term),
            "accuracy": tf.reduce_mean(right),
        }

    @tf.function(reduce_retracing=True)
    def train_step(self, batch: dict[str, tf.Tensor], rate: tf.Tensor) -> dict[str, tf.Tensor]:
        recipe = self.recipe
        with tf.GradientTape() as tape:
            terms = self.losses(batch)
            total = (
                terms["feature"]
                + recipe.change_weight * terms["change"]
                + recipe.distance_weight * terms["distance"]
                + recipe.contrast_weight * terms["contrast"]
                + recipe.class_weight * terms["class"]
                + recipe.soft_class_weight * terms["soft_class"]
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
        """The averaged weights with their share of the start's, in float16, as they are shipped.

        Between the two (Wortsman et al. 2022) a network knows most of what the training added and
        has forgotten little.
        """
        averages = {key: np.array(value) for key, value in self.averages.items()}
        start = _grown(self._start, averages)  # where there was none, the averages
        share = self.recipe.start_share
        return {
            key: (value + share * (start[key] - value)).astype(np.float16)
            for key, value in averages.items()
        }


def _grown(start: Mapping[str, np.ndarray], initial: Weights) -> Weights:
    """``initial`` with ``start`` in the first channels of each array."""
    grown = {key: value.copy() for key, value in initial.items()}
    for key, value in start.items():
        if key not in grown or any(np.greater(value.shape, grown[key].shape)):
            raise InputError(f"{key!r} of the weights to start from does not fit this network")
        grown[key][tuple(slice(n) for n in value.shape)] = value
    return grown


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
