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

import dataclasses
from collections.abc import Mapping
from typing import Any, Literal

import numpy as np
import tensorflow as tf

from ..errors import InputError
from ..feature_extractors import FeatureExtractor, InceptionV1, PlainNet, inception_v1, plain
from ..feature_extractors.base import ConvolutionalNetwork, Features, relative_distance
from ..feature_extractors.weights import Weights
from ..training import GuardedAdam, RunningAverage, array_digest
from ..training.guarded_adam import all_finite
from .data import Recipe, TrainingData
from .rescaled_weights import RescaledWeights
from .teachers import TARGETS

# The first stage has no target of its own: no teacher works at full resolution.
PLAIN_LAYERS = ("conv1_2", *TARGETS["plain"])
SOFTNESS = 2.0  # temperature of the teacher's classes


class Distillation:
    """A student, its heads, the teachers, and one compiled training step.

    Parameters
    ----------
    student
        Which network.
    teachers
        GoogLeNet and Inception-v3, as `load_teachers` gives them.
    data, recipe
        On what, and how.
    start
        Weights to go on from, or None for random ones. Where the student has more channels, the
        others are random.

    Attributes
    ----------
    state : dict
        From names to variables: everything that the next step depends on, beside its number.

    Raises
    ------
    InputError
        If the weights to start from do not fit the student.

    Examples
    --------
    Both teachers here say of each place which colour it has.

    >>> def teacher(images):
    ...     strides = {"conv1": 2, "conv2": 4, "mixed3a": 8, "mixed3b": 8, "mixed2": 8}
    ...     return {name: tf.nn.avg_pool2d(images, n, n, "SAME") for name, n in strides.items()}
    >>> images = np.zeros((4, 16, 16, 3), np.uint8)
    >>> data = TrainingData(images, np.arange(4), scores=np.zeros((4, 5), np.float16))
    >>> Distillation("inception_v1", (teacher, teacher), data, Recipe()).student.layers
    ('conv1', 'conv2', 'mixed3a', 'mixed3b')
    """

    def __init__(
        self,
        student: Literal["plain", "inception_v1"],
        teachers: tuple[FeatureExtractor, FeatureExtractor],
        data: TrainingData,
        recipe: Recipe,
        *,
        start: Mapping[str, np.ndarray] | None = None,
    ) -> None:
        self.recipe, self.teachers, self.targets = recipe, teachers, TARGETS[student]
        self._name, self._data, self._start = student, data, start or {}
        module = {"plain": plain, "inception_v1": inception_v1}[student]
        initial = _grown(self._start, module.initial_weights(recipe.seed))
        self.weights = RescaledWeights(initial, module.UNITS)
        self.student: ConvolutionalNetwork = (
            PlainNet(self.weights, layers=PLAIN_LAYERS, precision="bfloat16")
            if student == "plain"
            else InceptionV1(self.weights, layers=tuple(self.targets), precision="bfloat16")
        )
        self.middle = self.student.layers[-2:]
        self.heads = self._initial_heads()
        own = {f"student/{k}": v for k, v in self.weights.variables.items()}
        self._trained = own | {f"head/{k}": v for k, v in self.heads.items()}
        self._optimizer = GuardedAdam(self._trained, beta_2=0.99, clip_norm=recipe.clip_norm)
        self.average = RunningAverage(self.weights.variables, recipe.average)
        self.state = dict(self._trained)
        self.state |= {f"adam/{key}": v for key, v in self._optimizer.state.items()}
        self.state |= {f"average/{key}": v for key, v in self.average.state.items()}
        self._compiled = tf.function(self._run, reduce_retracing=True)

    def _initial_heads(self) -> dict[str, tf.Variable]:
        images = self._data.images
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
        for layer, its_targets in self.targets.items():
            for index, name in its_targets:
                shapes[f"{layer}/{index}/{name}"] = (
                    own[layer].shape[-1],
                    taught[index][name].shape[-1],
                )
        last = own[self.student.layers[-1]].shape[-1]
        shapes["classes"] = (last, int(self._data.labels.max()) + 1)
        shapes["soft_classes"] = (last, self._data.scores.shape[1])
        return {
            key: tf.Variable(rng.normal(0, shape[0] ** -0.5, shape).astype(np.float32))
            if len(shape) == 2
            else tf.Variable(tf.zeros(shape))
            for key, shape in shapes.items()
        }

    def batches(self, start: int, stop: int) -> tf.data.Dataset:
        """For each of these steps a batch as :meth:`losses` takes it."""
        return self._data.batches(self.recipe, start, stop)

    def fingerprint(self) -> dict[str, Any]:
        """What the training depends on, but for the number of its steps."""
        recipe = dataclasses.asdict(self.recipe)
        del recipe["steps"]
        return {
            "student": self._name,
            "recipe": recipe,
            "images": array_digest(self._data.images),
            "start": {name: array_digest(array) for name, array in self._start.items()},
        }

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
        for layer, its_targets in self.targets.items():
            for index, name in its_targets:
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

    def step(
        self, number: tf.Tensor, factor: tf.Tensor, batch: dict[str, tf.Tensor]
    ) -> dict[str, tf.Tensor]:
        """One step of the training, as `colortransfer.training.Phase` wants it."""
        return self._compiled(factor, batch)

    def _run(self, factor: tf.Tensor, batch: dict[str, tf.Tensor]) -> dict[str, tf.Tensor]:
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
        gradients = tape.gradient(total, self._trained)
        made = self._optimizer.apply(gradients, recipe.learning_rate * factor, all_finite(terms))
        self.average.update(made)
        return {**terms, "loss": total, "rejected": tf.cast(~made, tf.float32)}

    def kept_weights(self) -> Weights:
        """The averaged weights with their share of the start's, in float16, as they are shipped.

        Between the two (Wortsman et al. 2022) a network knows most of what the training added and
        has forgotten little.
        """
        averages = self.weights.unscaled(self.average.arrays())
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
