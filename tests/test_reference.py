"""Another photograph as a target."""

import numpy as np
import pytest
import tensorflow as tf
from test_feature_matcher import LEVEL, unit
from test_palette import centres, nearest, patches  # noqa: F401

from colortransfer import FeatureMatcher, classical, colors, evaluation, images
from colortransfer.errors import InputError
from colortransfer.images import as_canvas
from colortransfer.losses import Scene, TargetLoss
from colortransfer.optimizers import LBFGS
from colortransfer.parametrizations import Affine
from colortransfer.targets import Distribution, MeanColor, Moments, Reference
from colortransfer.targets.distribution import distance, linear_map
from colortransfer.transforms import AffineTransform

IDENTITY = AffineTransform(np.eye(3), np.zeros(3))


@pytest.fixture(scope="module")
def other():
    """Another picture (30, 44, 3), uint8, of other colours and contrast."""
    rng = np.random.default_rng(9)
    x = np.linspace(0, 1, 44)[None, :, None]
    picture = rng.normal([0.5, 0.4, 0.25], 0.02, (30, 44, 3)) + (x - 0.5) * [0.5, 0.4, 0.3]
    return np.rint(255 * picture).astype(np.uint8)


def finished(image, target):
    canvas = as_canvas(image)
    return target.resolved(canvas).finish(canvas, IDENTITY)


def matcher(losses):
    return FeatureMatcher(
        losses=losses, parametrization=Affine(), optimizer=LBFGS(steps=12), working_size=64
    )


def change(current, original, color):
    return tf.reduce_mean(tf.square(current - original))


def test_its_mean(photo, other):
    result = finished(photo, Reference(other, what="mean"))
    np.testing.assert_allclose(
        unit(result.image).mean((0, 1)), unit(other).mean((0, 1)), atol=LEVEL / 2
    )


def test_its_moments(photo, other):
    result = finished(photo, Reference(other, what="moments"))
    for statistic in (np.mean, np.std):
        np.testing.assert_allclose(
            statistic(unit(result.image), (0, 1)), statistic(unit(other), (0, 1)), atol=1e-3
        )
    assert result.warnings == ()
    np.testing.assert_array_equal(result.transform.apply(photo), result.image)


def test_a_fit_to_moments(photo, other):
    result = matcher(change).fit(photo, Reference(other, what="moments"))
    assert isinstance(result.target, Moments)
    assert max(result.errors.values()) < 1e-3
    scene = Scene.whole(unit(photo), Moments.of(as_canvas(other)))
    seen = scene.goal.project(scene.original)
    assert np.abs(scene.goal.deviation(seen)).max() < 2e-3


def test_moments_out_of_reach_are_told(photo):
    harsh = np.where(photo > 128, 255, 0).astype(np.uint8)
    result = finished(np.full_like(photo, 90), Reference(harsh, what="moments"))
    assert "were missed by" in result.warnings[0]


def test_its_palette(patches):  # noqa: F811
    other = np.roll(patches, 1, axis=2)
    result = finished(patches, Reference(other, what="palette"))
    asked = centres(other, 5)
    assert result.errors["palette"] < 2 or result.warnings
    assert np.median(nearest(asked, centres(result.image, 5))) < 2


def test_its_distribution(photo, other, tmp_path):
    path = tmp_path / "other.png"
    images.save(path, other)
    fit = matcher(change + 20.0 * TargetLoss()).fit(photo, Reference(path))
    assert isinstance(fit.target, Distribution)
    nearer = classical.monge_kantorovich(photo, other)
    large = np.kron(other, np.ones((2, 2, 1), np.uint8))[:40, :56]
    far, linear, ours = (
        evaluation.multiscale_sliced_wasserstein(large, x, scales=3)
        for x in (photo, nearer, fit.image)
    )
    assert ours < linear + 0.15 * (far - linear)


def test_the_distance_is_that_of_sorted_projections(photo, other):
    goal = Reference(other).resolved(as_canvas(photo))._goal
    image = tf.constant(unit(other), tf.float32)
    assert float(distance(image, goal.quantiles)) < 0.05
    lighter = np.clip(
        colors.lab_to_srgb(colors.srgb_to_lab(unit(other)) + np.array([4, 0, 0])), 0, 1
    )
    lighter = tf.constant(lighter, tf.float32)
    # A change d of L* moves a projection by d times the sum of its weights, on average 0.8.
    assert 2 < float(distance(lighter, goal.quantiles)) < 5
    assert float(goal.deviation(image)[0]) == 0
    assert float(goal.deviation(tf.constant(unit(photo), tf.float32))[0]) > 0


def test_the_linear_map_is_that_of_monge_and_kantorovich(photo, other):
    matrix = linear_map(unit(photo), unit(other))
    expected = unit(classical.monge_kantorovich(photo, other))
    found = np.clip(unit(photo) @ matrix[:, :3].T + matrix[:, 3], 0, 1)
    np.testing.assert_allclose(found, expected, atol=0.01)


@pytest.mark.parametrize(
    ("image", "make", "remedy"),
    [
        (None, lambda other: Reference(other, what="all"), "what is one of"),
        (None, lambda other: Reference("missing.png"), "missing.png"),
        (None, lambda other: Reference(other) & MeanColor("teal"), "leave out what is asked"),
        (np.full((8, 8), 90, np.uint8), Reference, "what='mean'"),
    ],
)
def test_what_cannot_be_asked(photo, other, image, make, remedy):
    with pytest.raises((InputError, OSError), match=remedy):
        make(other).resolved(as_canvas(photo if image is None else image))


def test_a_distribution_has_to_be_pulled_at(photo, other):
    with pytest.raises(InputError, match="add a TargetLoss"):
        matcher(change).fit(photo, Reference(other))
