"""Saturation, brightness, contrast and hue as targets."""

import functools

import numpy as np
import pytest
import tensorflow as tf
from hypothesis import given, settings
from hypothesis import strategies as st
from test_feature_matcher import LEVEL, TARGET, small_matcher, unit

from colortransfer import colors, transforms
from colortransfer.errors import InputError
from colortransfer.images import as_canvas
from colortransfer.losses import Scene
from colortransfer.targets import Brightness, Contrast, Hue, MeanColor, Saturation
from colortransfer.targets.joint import finish_jointly
from colortransfer.transforms import AdjustmentTransform, ChainTransform, Transform

IDENTITY = AdjustmentTransform([0.0, 1.0, 1.0, 0.0], 0.5, np.zeros(3))


def chroma(image):
    return np.hypot(*np.moveaxis(colors.srgb_to_oklab(unit(image))[..., 1:], -1, 0)).mean()


def luma(image):
    return unit(image) @ colors.LUMA


def turn(image, photo):
    before, after = (colors.srgb_to_oklab(unit(x))[..., 1:] @ [1, 1j] for x in (photo, image))
    return np.degrees(np.angle((after * before.conj()).sum()))


def variance(image):
    values = unit(image)
    return (np.sqrt(np.abs(values - values.mean((0, 1)))).mean((0, 1)) ** 2).mean()


ASKED = {
    "saturation": (Saturation(1.2), lambda x, photo: chroma(x) / chroma(photo), 1.2, 1e-3),
    "less": (Saturation(0.4), lambda x, photo: chroma(x) / chroma(photo), 0.4, 1e-3),
    "paper": (Saturation(1.1, of="paper"), lambda x, y: variance(x) / variance(y), 1.1, 1e-3),
    "brightness": (Brightness(0.6), lambda x, photo: luma(x).mean(), 0.6, 1e-3),
    "contrast": (Contrast(1.3), lambda x, photo: luma(x).std() / luma(photo).std(), 1.3, 1e-3),
    "hue": (Hue(20), turn, 20, 0.06),
}


@pytest.mark.parametrize("name", ASKED)
def test_statistics_are_reached_after_rounding(photo, name):
    target, measure, wanted, tolerance = ASKED[name]
    result = edited(photo, target)
    assert abs(measure(result.image, photo) - wanted) < tolerance
    assert max(result.errors.values()) < 1e-3
    assert result.warnings == ()
    np.testing.assert_array_equal(result.transform.apply(photo), result.image)


def edited(photo, *parts, mean=None):
    canvas = as_canvas(photo)
    found = [part.resolved(canvas) for part in parts]
    return finish_jointly(canvas, IDENTITY, found, mean)


def test_a_fit(photo, tiny):
    matcher = small_matcher(tiny)
    result = matcher.fit(photo, Saturation(1.2))
    assert abs(chroma(result.image) / chroma(photo) - 1.2) < 1e-3
    np.testing.assert_array_equal(result.transform.apply(photo), result.image)
    np.testing.assert_array_equal(matcher.transfer(photo, Saturation(1.0)), photo)


@pytest.mark.parametrize("target", [Saturation(1.0), Contrast(1), Hue(0)])
def test_neutral_values_leave_the_picture(photo, target):
    np.testing.assert_array_equal(edited(photo, target).image, photo)


def test_the_brightness_that_is_there_leaves_the_picture(photo):
    result = edited(photo, Brightness(luma(photo).mean()))
    assert np.abs(result.image.astype(int) - photo).max() <= 1


# What is asked at 0 and at 1, and how it is measured.
RISING = {
    "saturation": (lambda share: Saturation(1.9 * share), chroma),
    "contrast": (lambda share: Contrast(1.9 * share), lambda x: luma(x).std()),
    "brightness": (lambda share: Brightness(0.05 + 0.9 * share), lambda x: luma(x).mean()),
    "hue": (lambda share: Hue(-60 + 120 * share), lambda x: turn(x, _gradient())),
}


@settings(max_examples=6, deadline=None)
@given(st.floats(0.0, 0.8), st.floats(0.03, 0.2))
@pytest.mark.parametrize("name", RISING)
def test_statistics_rise_with_the_value(name, share, step):
    make, measure = RISING[name]
    low, high = (edited(_gradient(), make(x)).image for x in (share, share + step))
    assert measure(low) < measure(high)


@functools.cache
def _gradient():
    y, x = np.mgrid[0:24, 0:32] / 32
    return np.rint(255 * np.stack([0.3 + 0.3 * x, 0.4 + 0.2 * y, 0.6 - 0.4 * x], -1)).astype(
        np.uint8
    )


def test_a_mean_colour_and_statistics_at_once(photo, tiny):
    result = small_matcher(tiny).fit(photo, Saturation(1.1) & MeanColor("#707a80"))
    assert result.errors["color"] < LEVEL
    assert abs(chroma(result.image) / chroma(photo) - 1.1) < 1e-3
    result = edited(photo, Contrast(0.9), Saturation(0.8), Brightness(0.5), Hue(-15))
    assert max(result.errors.values()) < 1e-3


def test_the_fit_sees_what_is_asked(photo):
    """Every rendering of a fit has the statistic, alone and beside a mean colour."""
    target = (MeanColor("#707a80") & Saturation(1.1)).resolved(as_canvas(photo))
    scene = Scene.whole(unit(photo), target)
    image = tf.Variable(scene.original)
    with tf.GradientTape() as tape:
        seen = scene.goal.project(image)
        loss = tf.reduce_sum(tf.square(seen))
    assert np.abs(scene.goal.deviation(seen)).max() < 2e-3
    assert np.isfinite(tape.gradient(loss, image).numpy()).all()


def test_what_cannot_be_reached_is_said(photo):
    result = edited(photo, Saturation(8.0))
    assert "as strong as it may be; ask for less" in result.warnings[0]
    assert result.errors["saturation"] > 1e-3


def test_what_a_limit_keeps_from_its_value_is_paid_for(photo, tiny):
    """A grey mean allows no such saturation: the fit goes as near as it can, and greys stay so."""
    target = MeanColor("#808080") & Saturation(3.0)
    result = small_matcher(tiny).fit(photo, target)
    missed = result.history["missed"]
    assert missed[0] > 1e-3
    assert min(missed) < missed[0]
    assert result.errors["color"] < LEVEL
    assert any("the mean #808080 beside it allows no other" in x for x in result.warnings)
    assert result.transform.transforms[-1].parameters[2] < 6.2


@pytest.mark.parametrize(
    ("image", "target", "remedy"),
    [
        (None, Saturation(1.2) & Saturation(1.3), "twice"),
        (None, MeanColor(TARGET) & MeanColor("teal"), "give each a mask"),
        (None, MeanColor(TARGET) & Brightness(0.3), "leave out Brightness"),
        (None, Contrast(1.2) & Saturation(1.2, of="paper"), "leave one out"),
        (np.full((8, 8, 3), 90, np.uint8), Contrast(1.2), "of one luma"),
        (np.full((8, 8), 90, np.uint8), Saturation(1.2), "grey"),
        (np.full((8, 8, 3), 90, np.uint8), Hue(20), "grey"),
    ],
)
def test_contradictions(photo, tiny, image, target, remedy):
    with pytest.raises(InputError, match=remedy) as caught:
        small_matcher(tiny).fit(photo if image is None else image, target)
    assert len(str(caught.value).splitlines()) == 1


@pytest.mark.parametrize("value", [-0.1, 9.0, np.nan, "much"])
def test_values_that_cannot_be_used(value):
    with pytest.raises(InputError, match="takes a number"):
        Saturation(value)


@pytest.mark.parametrize(
    "parameters",
    [[0.7, 1, 1, 0], [0, 1.6, 1, 0], [0, 0.6, 1, 0], [0, 1, 1.8, 0], [0.1, 1.2, 0.7, 0.9]],
)
def test_adjustments_in_tensorflow_are_those_in_numpy(photo, parameters):
    transform = AdjustmentTransform(np.array(parameters, float), 0.4, np.array([0.0, 0.1, 0.0]))
    images = tf.constant(unit(photo)[None], tf.float32)
    expected = transform.render(unit(photo).astype(np.float32))
    np.testing.assert_allclose(transform.render_tensor(images)[0], expected, atol=2e-5)
    assert expected[..., 0].min() >= -1e-6
    assert expected[..., 0].max() <= 1 + 1e-6


def test_chains_are_values(photo, tmp_path):
    affine = transforms.AffineTransform(0.5 * np.eye(3), np.zeros(3))
    chain = ChainTransform((ChainTransform((affine, IDENTITY)), affine))
    chain.save(tmp_path / "chain.npz")
    loaded = Transform.load(tmp_path / "chain.npz")
    assert loaded == chain
    assert hash(loaded) == hash(chain)
    assert chain != ChainTransform((affine, IDENTITY))
    np.testing.assert_array_equal(loaded.apply(photo), chain.apply(photo))
    shifted = chain.shifted(np.full(3, 0.1)).map_colors(np.full((1, 3), 0.4))
    np.testing.assert_allclose(shifted, 0.2, atol=1e-6)
