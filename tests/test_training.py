"""Distillation: it learns, and a run that was stopped resumes to the same weights."""

from __future__ import annotations

from typing import ClassVar

import numpy as np
import pytest
import tensorflow as tf

from colortransfer.feature_extractors import FeatureExtractor, lessons, random_edits, training
from colortransfer.feature_extractors.plain import STAGES


class Teacher(FeatureExtractor):
    """Random 1x1 features of averages, at the resolutions that the lessons ask for."""

    strides: ClassVar = {
        "conv1": 2,
        "conv": 2,
        "conv2": 4,
        "mixed3a": 8,
        "mixed3b": 8,
        "conv_2": 2,
        "conv_4": 4,
        "mixed0": 8,
    }

    def features(self, images):
        found = {}
        for seed, name in enumerate(self.layers):
            stride = self.strides.get(name, 8)
            kernel = np.random.default_rng(seed).normal(size=(3, 5)).astype(np.float32)
            small = tf.nn.avg_pool2d(tf.cast(images, tf.float32), stride, stride, "SAME")
            found[name] = tf.nn.relu(tf.einsum("nhwc,cd->nhwd", small, kernel))
        return found


@pytest.fixture
def build():
    rng = np.random.default_rng(0)
    images = rng.integers(0, 256, (20, 16, 16, 3), np.uint8)
    labels = rng.integers(0, 3, 20).astype(np.int32)

    def make(steps):
        recipe = training.Recipe(steps=steps, batch=4, warmup=2, checkpoint_every=3)
        teachers = tuple(Teacher(layers) for layers in lessons.TAUGHT)
        return training.Distillation("plain", teachers, images, labels, recipe)

    return make


def test_resumes_exactly(build, tmp_path):
    whole = training.train(build(6), tmp_path / "whole", lambda line: None)
    stopped = build(6)
    batches = stopped.batches

    def interrupted(start):
        yield from batches(start).take(4)  # past the checkpoint at step 3
        raise KeyboardInterrupt

    stopped.batches = interrupted
    with pytest.raises(KeyboardInterrupt):
        training.train(stopped, tmp_path / "parts", lambda line: None)
    resumed = training.train(build(6), tmp_path / "parts", lambda line: None)
    assert set(whole) == set(resumed)
    for name, value in whole.items():
        np.testing.assert_array_equal(value, resumed[name])
    assert (tmp_path / "whole" / "weights-6.npz").exists()
    assert (tmp_path / "whole" / "log.csv").read_text().startswith("step,feature,change,distance")


def test_learns_the_features(build):
    distillation = build(120)
    first = last = None
    for step, images, labels in distillation.batches(0):
        rate = tf.constant(distillation.rate(int(step)))
        last = float(distillation.train_step(images, labels, rate)["feature"])
        first = first or last
    assert last < 0.8 * first
    shapes = {k: v.shape for k, v in distillation.kept_weights().items()}
    assert shapes["conv1_1/kernel"] == (3, 3, 3, STAGES[0][0])


def test_edits_are_seeded_and_stay_in_range():
    images = tf.random.stateless_uniform([8, 32, 32, 3], [1, 2])
    seed = tf.constant([3, 4], tf.int64)
    for function in (random_edits.random_crops, random_edits.random_edits):
        once, twice = function(images, seed), function(images, seed)
        other = function(images, seed + 1)
        np.testing.assert_array_equal(once, twice)
        assert float(tf.reduce_max(tf.abs(once - other))) > 0.05
        assert once.shape == images.shape
        assert float(tf.reduce_min(once)) >= 0
        assert float(tf.reduce_max(once)) <= 1 + 1e-6
