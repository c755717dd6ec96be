"""Colour spaces in TensorFlow, and what is drawn in them, against their twins in numpy."""

import itertools

import numpy as np
import pytest
import tensorflow as tf

from colortransfer import colors
from colortransfer.rendering import spaces
from colortransfer.transforms import CurvesTransform, ReinhardTransform, ShiftTransform
from colortransfer.transforms.spaces import LOG_LMS_TO_LALPHABETA, from_log_lms, to_log_lms

RNG = np.random.default_rng(0)
# Colours of every lightness, the corners of the cube, and the knees of the curves.
SRGB = np.concatenate(
    [
        RNG.random((200, 3)),
        0.05 * RNG.random((100, 3)),
        list(itertools.product([0.0, 1.0], repeat=3)),
        np.full((1, 3), 0.04045),
    ]
)


def to_lalphabeta(rgb):
    return (LOG_LMS_TO_LALPHABETA @ to_log_lms(rgb.T)).T


def from_lalphabeta(channels):
    return from_log_lms(np.linalg.inv(LOG_LMS_TO_LALPHABETA) @ channels.T).T


# To and from sRGB, and the range of the space.
TWINS = {
    "srgb": (lambda rgb: rgb, lambda rgb: rgb, 1),
    "linear": (colors.srgb_to_linear, colors.linear_to_srgb, 1),
    "lab": (colors.srgb_to_lab, colors.lab_to_srgb, 100),
    "oklab": (colors.srgb_to_oklab, colors.oklab_to_srgb, 1),
    "lalphabeta": (to_lalphabeta, from_lalphabeta, 10),
}


def test_every_space_has_its_twin():
    assert set(TWINS) == set(spaces.SPACES)


@pytest.mark.parametrize(("dtype", "tolerance"), [("float32", 2e-6), ("float64", 1e-12)])
@pytest.mark.parametrize("space", TWINS)
def test_numpy_is_the_reference(space, dtype, tolerance):
    forward, backward, size = TWINS[space]
    values = forward(SRGB)
    found = spaces.SPACES[space][0](tf.constant(SRGB, dtype))
    assert found.dtype == dtype
    np.testing.assert_allclose(found, values, atol=tolerance * size)
    # Back: with colours outside of the gamut.
    values = values + RNG.normal(0, 0.05 * size, values.shape)
    found = spaces.SPACES[space][1](tf.constant(values, dtype))
    expected = backward(values)
    allowed = tolerance * max(1, np.abs(expected).max()) * (10 if dtype == "float32" else 1)
    np.testing.assert_allclose(found, expected, atol=allowed)


@pytest.mark.parametrize("space", TWINS)
def test_there_and_back_is_the_same(space):
    forward, backward = spaces.SPACES[space]
    np.testing.assert_allclose(backward(forward(tf.constant(SRGB))), SRGB, atol=1e-7)


@pytest.mark.parametrize("space", TWINS)
def test_slopes_are_those_of_differences(space):
    forward, backward = spaces.SPACES[space]
    rgb = tf.constant(0.02 + 0.96 * SRGB)
    line = tf.constant(RNG.normal(size=SRGB.shape))
    for convert, values in ((forward, rgb), (backward, forward(rgb))):
        with tf.GradientTape() as tape:
            tape.watch(values)
            result = tf.reduce_sum(convert(values))
        exact = float(tf.reduce_sum(tape.gradient(result, values) * line))
        ahead, behind = (tf.reduce_sum(convert(values + step * line)) for step in (1e-6, -1e-6))
        assert exact == pytest.approx(float(ahead - behind) / 2e-6, rel=1e-4)


# Every form in every space

SHIFTS = {
    f"{form} in {space}": ShiftTransform(form, space, parameters, 0.35, [0.02, 0.03, -0.04])
    for form, parameters in {
        "additive": [0.1, -0.05, 0.2],
        "gain": [0.8, 0.1, 1.3],
        "gamma": [0.4, 0.0, 1.7],
        "midtone": [0.3, -0.05, 0.1],
    }.items()
    for space in ("srgb", "linear", "lab", "oklab")
}
SWATCHES = {
    "lalphabeta": ([-2.0, 0.1, 0.0], [-1.0, -0.1, 0.1], [0.5, 0.1, 0.2]),
    "lab": ([60.0, 5.0, -5.0], [30.0, -10.0, 10.0], [12.0, 8.0, 9.0]),
    "srgb": ([0.2, 0.3, 0.4], [0.7, 0.6, 0.6], [0.1, 0.2, 0.1]),
}
REINHARD = {
    f"reinhard {count} in {space}": ReinhardTransform(
        space,
        [[1.1, 0.9, 1.2], [0.8, 1.3, 1.0]][:count],
        np.array([[0.2, -0.3, 0.1], [-0.2, 0.1, 0.3]])[:count] * deviation,
        [first, second][:count],
        [deviation, deviation][:count],
        [0.1, -0.02, 0.03],
    )
    for space, (first, second, deviation) in SWATCHES.items()
    for count in (1, 2)
}
CURVES = {"many points": CurvesTransform(RNG.random((3, 1024)))}
every = pytest.mark.parametrize(
    "transform", [pytest.param(x, id=name) for name, x in {**SHIFTS, **REINHARD, **CURVES}.items()]
)


@every
def test_what_is_drawn_is_what_numpy_draws(transform):
    images = SRGB.astype(np.float32).reshape(1, 3, -1, 3)
    found = transform.render_tensor(tf.constant(images))
    assert found.dtype == tf.float32
    # In float64, also where numpy is content with less.
    expected = transform.map_planes(images.reshape(-1, 3).T.astype(np.float64)).T
    np.testing.assert_allclose(tf.reshape(found, [-1, 3]), expected, rtol=2e-6, atol=2e-6)


@every
def test_black_and_white_have_slopes(transform):
    images = tf.constant([[[[0, 0, 0], [1, 1, 1], [0, 1, 0], [1, 0, 1]]]], tf.float32)
    with tf.GradientTape() as tape:
        tape.watch(images)
        result = tf.reduce_sum(transform.render_tensor(images))
    slope = tape.gradient(result, images).numpy()
    assert np.isfinite(slope).all()
    assert np.abs(slope).max() < 1e6


def test_a_pixel_at_the_mean_of_a_swatch_has_a_slope():
    mean = np.float32([0.25, 0.5, 0.75])
    transform = ReinhardTransform(
        "srgb", np.ones((2, 3)), [[0.1] * 3, [0.3] * 3], [mean, 1 - mean], np.ones((2, 3)), [0] * 3
    )
    images = tf.constant(mean[None, None, None])
    with tf.GradientTape() as tape:
        tape.watch(images)
        result = transform.render_tensor(images)
    np.testing.assert_allclose(result[0, 0, 0], mean + 0.1, atol=1e-6)
    assert np.isfinite(tape.gradient(result, images)).all()
