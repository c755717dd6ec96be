"""Distillation: it learns, and a run that was stopped resumes to the same weights."""

from __future__ import annotations

import dataclasses
import functools
from typing import ClassVar

import numpy as np
import pytest
import tensorflow as tf
from scipy import special

from colortransfer import distillation
from colortransfer.distillation import augmentation, teachers, training
from colortransfer.errors import InputError
from colortransfer.feature_extractors import FeatureExtractor
from colortransfer.feature_extractors.plain import STAGES
from colortransfer.training import Options, Phase, train


class Teacher(FeatureExtractor):
    """Random 1x1 features of averages, at the resolutions that the targets ask for."""

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
    labels = rng.integers(0, 3, 20).astype(np.int32)
    noise = rng.integers(0, 96, (20, 16, 16, 3))
    data = distillation.TrainingData(
        images=(noise + 80 * labels[:, None, None, None]).astype(np.uint8),
        labels=labels,
        scores=rng.normal(size=(20, 7)).astype(np.float16),
    )

    def make(steps, **options):
        recipe = distillation.Recipe(
            steps=steps, batch=4, contrast_batch=2, class_batch=5, warmup=2
        )
        both = tuple(Teacher(layers) for layers in teachers.TEACHER_LAYERS)
        return distillation.Distillation("plain", both, data, recipe, **options)

    return make


def test_resumes_exactly(build, tmp_path):
    whole, stopped, resumed = build(6), build(6), build(6)
    distillation.train(whole, tmp_path / "whole")

    def crash(row):
        if row["step"] == 4:  # past the checkpoint at step 3
            raise RuntimeError("a crash")

    options = {"folder": tmp_path / "parts", "checkpoint_every": 3}
    with pytest.raises(RuntimeError, match="a crash"):
        distillation.train(stopped, callbacks=[crash], **options)
    history = distillation.train(resumed, **options)
    assert history.column("step") == [1, 2, 3, 4, 5, 6]
    for name, value in whole.kept_weights().items():
        np.testing.assert_array_equal(value, resumed.kept_weights()[name])
    with np.load(tmp_path / "whole" / "weights-6.npz") as kept:
        assert set(kept.files) == set(whole.kept_weights())
    columns = (tmp_path / "whole" / "log.csv").read_text().splitlines()[0].split(",")
    assert {"step", "feature", "change", "distance", "loss", "rejected"} <= set(columns)


def test_a_step_on_values_that_are_not_finite_is_rejected(build):
    student = build(4)
    batch = next(iter(student.batches(0, 1)))
    number, factor = tf.constant(0, tf.int64), tf.constant(1.0)
    student.step(number, factor, batch)
    before = {name: variable.numpy() for name, variable in student.state.items()}
    broken = {**batch, "others": batch["others"] * np.nan}
    assert float(student.step(number, factor, broken)["rejected"]) == 1
    for name, value in before.items():
        np.testing.assert_array_equal(student.state[name], value, err_msg=name)


def test_learns_the_features(build):
    student = build(240)
    history = train(
        [Phase("distillation", 240, student.step)],
        student.batches,
        student.state,
        Options(schedule=student.recipe.schedule),
    )
    errors = history.column("feature")
    assert np.mean(errors[-20:]) < 0.9 * np.mean(errors[:5])
    shapes = {k: v.shape for k, v in student.kept_weights().items()}
    assert shapes["conv1_1/kernel"] == (3, 3, 3, STAGES[0][0])


@pytest.mark.parametrize(
    "wrong", [{"conv9/kernel": np.zeros((3, 3))}, {"conv1_1/kernel": np.zeros((3, 3, 4, 24))}]
)
def test_weights_that_do_not_fit_are_refused(build, wrong):
    with pytest.raises(InputError, match="does not fit"):
        build(1, start=wrong)


def test_class_terms_are_cross_entropies(build):
    student = build(1)
    pooled = np.random.default_rng(1).random((5, STAGES[3][1]), np.float32)
    labels = np.int32([0, 2, 1, 1, 0])
    scores = np.random.default_rng(2).normal(size=(5, 7)).astype(np.float32)
    terms = student._class_terms(
        tf.constant(pooled), {"labels": tf.constant(labels), "scores": tf.constant(scores)}
    )
    logits, soft = (pooled @ student.heads[k].numpy() for k in ("classes", "soft_classes"))
    hard = -special.log_softmax(logits, 1)[np.arange(5), labels].mean()
    wanted, said = special.softmax(scores / 2, 1), special.log_softmax(soft / 2, 1)
    np.testing.assert_allclose(float(terms["class"]), hard, rtol=1e-4)
    np.testing.assert_allclose(
        float(terms["soft_class"]), -(wanted * said).sum(1).mean(), rtol=1e-4
    )
    assert float(terms["accuracy"]) == pytest.approx((logits.argmax(1) == labels).mean())


def test_goes_on_from_weights_of_fewer_channels(build):
    start = {k: v.astype(np.float32) for k, v in build(1).kept_weights().items()}
    start["conv4_2/kernel"] = start["conv4_2/kernel"][..., :40] + 1
    start["conv4_2/bias"] = start["conv4_2/bias"][:40] + 1
    grown = build(1, start=start).kept_weights()
    np.testing.assert_allclose(grown["conv4_2/kernel"][..., :40], start["conv4_2/kernel"], 1e-3)
    assert grown["conv4_2/kernel"].shape[-1] == STAGES[3][1]
    assert abs(grown["conv4_2/kernel"][..., 40:].mean()) < 0.1


def test_kept_weights_lie_between_those_of_the_start_and_the_trained_ones(build):
    start = {k: v.astype(np.float32) for k, v in build(1).kept_weights().items()}
    student = build(1, start=start)
    for average in student.average.averages.values():
        average.assign_add(tf.ones_like(average))
    share = student.recipe.start_share
    assert 0 < share < 1
    for name, value in student.kept_weights().items():
        np.testing.assert_allclose(value, start[name] + 1 - share, atol=2e-3)


def test_contrast_of_blur_to_cast_is_only_wanted_up_to_a_point(build):
    student = build(1)
    batch = next(iter(student.batches(0, 1)))
    assert batch["views"].shape[0] == 2 * 4 + 2 * 2
    for least, missing in ((1e6, True), (1e-6, False)):
        student.recipe = dataclasses.replace(student.recipe, least_contrast=least)
        assert (float(student.losses(batch)["contrast"]) > 0) == missing


def test_scores_are_made_once(tmp_path, monkeypatch):
    made = []

    def class_scores(path, images, *, progress=False):
        made.append(path)
        return np.ones((len(images), 7), np.float16)

    monkeypatch.setattr(training, "class_scores", class_scores)
    images = np.zeros((5, 16, 16, 3), np.uint8)
    for _ in range(2):
        scores = training.kept_scores(tmp_path / "run", "network.npz", images)
        assert scores.shape == (5, 7)
    assert made == ["network.npz"]


def test_casts_have_one_length():
    images = tf.zeros([6, 3, 4, 3])
    casts = augmentation.random_casts(images, tf.constant([1, 2], tf.int64))
    np.testing.assert_allclose(np.linalg.norm(casts.numpy(), axis=-1), 0.1, rtol=1e-5)
    assert np.ptp(casts.numpy(), axis=0).max() > 0.05


def test_edits_are_seeded_and_stay_in_range():
    images = tf.random.stateless_uniform([8, 32, 32, 3], [1, 2])
    seed = tf.constant([3, 4], tf.int64)
    crops = functools.partial(augmentation.random_resized_crops, smallest=0.3)
    for function in (crops, augmentation.random_edits):
        once, twice = function(images, seed), function(images, seed)
        other = function(images, seed + 1)
        np.testing.assert_array_equal(once, twice)
        assert float(tf.reduce_max(tf.abs(once - other))) > 0.05
        assert once.shape == images.shape
        assert float(tf.reduce_min(once)) >= 0
        assert float(tf.reduce_max(once)) <= 1 + 1e-6
