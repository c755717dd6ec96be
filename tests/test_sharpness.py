"""How much fine detail there is, as a target."""

import numpy as np
import pytest
import tensorflow as tf
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import ndimage
from test_feature_matcher import LEVEL, unit

from colortransfer import FeatureMatcher, colors, evaluation, images, transforms
from colortransfer.errors import InputError
from colortransfer.images import as_canvas, strips
from colortransfer.losses import Scene
from colortransfer.optimizers import LBFGS
from colortransfer.parametrizations import Affine
from colortransfer.targets import Hue, MeanColor, Saturation, Sharpness
from colortransfer.transforms import ChainTransform, DetailTransform, MaskedTransform, Transform

PLAIN = DetailTransform(np.ones((2, 1)), np.zeros(3))
GAINS = np.array([[0.2, 1.6, 1.1], [1.3, 0.7, 2.0]])


def energy(image):
    """Of a small picture, whose Gaussian has the least deviation."""
    luma = unit(image) @ colors.LUMA
    return np.square(luma - ndimage.gaussian_filter(luma, 1.5)).mean()


def sharpened(photo, value, *others):
    canvas = as_canvas(photo)
    found = [other.resolved(canvas) for other in others]
    return Sharpness(value).resolved(canvas).finish_beside(canvas, PLAIN, found)


@pytest.mark.parametrize("value", [0.0, 0.5, 2.0])
def test_the_energy_is_reached_after_rounding(photo, value):
    result = sharpened(photo, value)
    if value:
        assert abs(energy(result.image) / energy(photo) - value) < 1e-3
        assert result.warnings == ()
    else:  # what a Gaussian leaves is left, and said
        assert energy(result.image) / energy(photo) < 0.06
        assert "as strong as it may be; ask for more" in result.warnings[0]
    np.testing.assert_array_equal(result.transform.apply(photo), result.image)


def test_the_neutral_value_leaves_the_picture(photo):
    np.testing.assert_array_equal(sharpened(photo, 1.0).image, photo)


@settings(max_examples=8, deadline=None)
@given(st.floats(0.1, 2.5), st.floats(0.05, 0.5))
def test_energy_rises_with_the_value(value, step):
    noise = np.random.default_rng(3).normal(0, 0.08, (24, 32, 1))
    photo = np.rint(255 * np.clip(noise + np.array([0.4, 0.5, 0.6]), 0, 1)).astype(np.uint8)
    low, high = (sharpened(photo, x).image for x in (value, value + step))
    assert energy(low) < energy(high)


def test_what_cannot_be_reached_is_said(photo):
    result = sharpened(np.where(photo > 120, 255, 0).astype(np.uint8), 6.0)
    assert "sharpness misses" in result.warnings[0]
    assert "as strong as it may be; ask for less" in result.warnings[0]
    assert result.errors["sharpness"] > 1e-3


def spare_lights(current, original, color):
    return 100.0 * tf.reduce_mean(original * tf.square(current - original))


def small_matcher():
    return FeatureMatcher(
        losses=spare_lights, parametrization=Affine(), optimizer=LBFGS(steps=2), working_size=48
    )


def test_a_fit(photo):
    result = small_matcher().fit(photo, Sharpness(0.6))
    assert abs(energy(result.image) / energy(photo) - 0.6) < 1e-3
    assert result.transform.gains.shape == (2, 3)
    assert np.ptp(result.transform.gains) > 0
    np.testing.assert_array_equal(result.transform.apply(photo), result.image)


@pytest.mark.slow
def test_a_fit_with_a_mean_colour(photo):
    result = small_matcher().fit(photo, Sharpness(1.5) & MeanColor("#707a80"))
    assert result.errors["color"] < LEVEL
    assert abs(energy(result.image) / energy(photo) - 1.5) < 1e-3
    np.testing.assert_array_equal(result.transform.apply(photo), result.image)


def test_statistics_beside_it(photo):
    result = sharpened(photo, 0.8, Saturation(1.1), Hue(10))
    assert result.errors.keys() == {"saturation", "hue", "sharpness"}
    assert max(result.errors.values()) < 1e-3


def test_the_fit_sees_what_is_asked(photo):
    scene = Scene.whole(unit(photo), Sharpness(0.6).resolved(as_canvas(photo)))
    seen = scene.goal.project(scene.original)
    assert abs(float(scene.goal.deviation(seen)[0])) < 2e-3
    assert abs(energy(seen.numpy()) / energy(photo) - 0.6) < 2e-3


@pytest.mark.parametrize("size", [(7, 5), (61, 83)])
def test_detail_in_tensorflow_is_that_in_numpy(size):
    image = np.random.default_rng(1).random((*size, 3), np.float32)
    transform = DetailTransform(GAINS, [0.0, 0.1, 0.0])
    found = transform.render_tensor(tf.constant(image[None]))[0]
    np.testing.assert_allclose(found, transform.render(image), atol=2e-5)


@pytest.mark.parametrize("wrap", ["alone", "chain", "masked"])
def test_strips_equal_the_whole(monkeypatch, wrap):
    image = np.random.default_rng(1).random((70, 40, 3), np.float32)
    transform: Transform = DetailTransform(GAINS, np.zeros(3))
    if wrap == "chain":
        grid = transforms.BilateralGridTransform(np.random.default_rng(2).random((3, 3, 2, 3, 4)))
        transform = ChainTransform((grid, transform, transform))
    if wrap == "masked":
        transform = MaskedTransform((transform,), np.full((1, 1, 1), 200, np.uint8))
    whole = transform.render_rows(image, 0, 70)
    monkeypatch.setattr(strips, "STRIP", 40)
    assert len(strips.strips(70, 40, margin=transform.margin((70, 40)))) > 1
    np.testing.assert_array_equal(transform.render(image), whole)
    np.testing.assert_array_equal(transform.apply(image), whole.clip(0, 1))


def test_softening_leaves_no_fringe_of_colour(photo):
    """A grey picture stays grey, and sharpening adds no colour noise."""
    grey = np.repeat(photo[..., :1], 3, 2)
    assert (np.ptp(sharpened(grey, 0.4).image, axis=2) == 0).all()
    noise = np.random.default_rng(0).normal(0, 9, photo.shape) + 128
    before = np.rint(noise.clip(0, 255)).astype(np.uint8)
    after = sharpened(before, 2.0).image
    assert evaluation.chroma_noise(before, after) < 1.02


def test_saved_and_at_other_sizes(photo, tmp_path):
    transform = sharpened(photo, 2.0, MeanColor("#707a80")).transform
    transform.save(tmp_path / "sharper.npz")
    assert Transform.load(tmp_path / "sharper.npz") == transform
    large = np.kron(photo, np.ones((3, 3, 1), np.uint8))
    assert transform.apply(large).shape == large.shape
    with pytest.raises(InputError, match="no look-up table"):
        transform.to_cube(tmp_path / "sharper.cube")


def test_transparent_pixels_do_not_count(photo):
    alpha = np.full((*photo.shape[:2], 1), 255, np.uint8)
    alpha[:, :20] = 0
    result = sharpened(np.concatenate([photo, alpha], 2), 0.5)
    assert result.errors["sharpness"] < 1e-3
    assert images.as_canvas(result.image).count == 40 * 36


@pytest.mark.parametrize(
    ("target", "remedy"),
    [
        (Sharpness(2.0) & Sharpness(1.2), "twice"),
        (MeanColor("teal", mask=np.ones((40, 56), bool)) & Sharpness(2.0), "leave out the rest"),
        (Sharpness(2.0) & MeanColor("teal", luminance="keep"), "leave out the rest"),
    ],
)
def test_contradictions(photo, target, remedy):
    with pytest.raises(InputError, match=remedy):
        target.resolved(as_canvas(photo))


def test_without_detail():
    with pytest.raises(InputError, match="without detail"):
        Sharpness(2.0).resolved(as_canvas(np.full((8, 8, 3), 90, np.uint8)))
