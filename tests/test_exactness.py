"""The shift to an exact mean: on pixels and on a histogram, with weights and without."""

import math

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays
from scipy import optimize

from colortransfer.exactness import Histogram, exact_shift


def images(dtype=np.float32):
    shapes = arrays.array_shapes(min_dims=2, max_dims=2, max_side=9).map(lambda s: (*s, 3))
    return arrays.arrays(dtype, shapes, elements=st.floats(0, 1, width=32))


def scalar_to_linear(v):
    return v / 12.92 if v <= 0.04045 else ((v + 0.055) / 1.055) ** 2.4


def light_of(values, space):
    return values if space == "srgb" else np.vectorize(scalar_to_linear)(values)


targets = st.tuples(*[st.sampled_from([0.0, 1.0]) | st.floats(0, 1)] * 3).map(np.array)


@settings(deadline=None, max_examples=300)
@given(
    rgb=images() | images(np.float64),
    color=targets,
    space=st.sampled_from(["srgb", "linear"]),
    data=st.data(),
)
def test_shift_is_exact(rgb, color, space, data):
    visible = data.draw(st.none() | arrays.arrays(bool, rgb.shape[:2]))
    assume(visible is None or visible.any())
    before = rgb.copy()
    shift = exact_shift(rgb, color, weights=visible, space=space)
    moved = np.clip(rgb + shift.astype(rgb.dtype), 0, 1)
    counted = moved.reshape(-1, 3) if visible is None else moved[visible]
    values, goal = counted.astype(np.float64), color
    if space == "linear":
        values, goal = np.vectorize(scalar_to_linear)(values), [*map(scalar_to_linear, color)]
    np.testing.assert_allclose(values.mean(0), goal, atol=2.2e-5)
    np.testing.assert_array_equal(rgb, before)


def test_shift_of_values_outside_the_range():
    rgb = np.random.default_rng(1).normal(0.5, 2.0, (30, 20, 3)).astype(np.float32)
    shift = exact_shift(rgb, np.array([0.1, 0.5, 0.9]))
    mean = np.clip(rgb.astype(float) + shift, 0, 1).mean((0, 1))
    np.testing.assert_allclose(mean, [0.1, 0.5, 0.9], atol=2.2e-5)


def test_shift_against_brent():
    rgb = np.random.default_rng(2).beta(0.5, 0.5, (64, 64, 3))
    color = np.array([0.85, 0.3, 0.5])
    found = exact_shift(rgb, color, tolerance=1e-9)
    for channel in range(3):

        def missing(p, channel=channel):
            return np.clip(rgb[..., channel] + p, 0, 1).mean() - color[channel]

        assert math.isclose(found[channel], optimize.brentq(missing, -1, 1), abs_tol=1e-7)


def test_shift_of_large_images_is_not_fooled_by_its_sample():
    # Every second pixel is black: whoever looks at those only is wrong about the picture.
    rgb = np.tile(np.float32([0.0, 0.9]), 100_000).reshape(400, 500, 1).repeat(3, 2)
    shift = exact_shift(rgb, np.array([0.3, 0.5, 0.99]))
    mean = np.clip(rgb + shift.astype(np.float32), 0, 1).mean((0, 1), dtype=float)
    np.testing.assert_allclose(mean, [0.3, 0.5, 0.99], atol=2.2e-5)


def test_shift_stays_zero_where_the_mean_is_right():
    rgb = np.random.default_rng(3).random((8, 9, 3))
    assert not exact_shift(rgb, rgb.mean((0, 1))).any()


# Weights and counts


@pytest.mark.parametrize("space", ["srgb", "linear"])
@pytest.mark.parametrize("many", [400, 200_000])
def test_weights_say_how_much_a_pixel_counts(space, many):
    random = np.random.default_rng(11)
    rgb, weights = random.normal(0.4, 0.3, (many, 1, 3)), random.random((many, 1))
    weights[::3] = 0
    rgb[::3] = 50  # who counts these is far off
    color = np.array([0.2, 0.5, 0.9])
    shift = exact_shift(rgb, color, weights=weights, space=space)
    moved = np.clip(rgb + shift, 0, 1)[weights > 0]
    means = np.average(light_of(moved, space), axis=0, weights=weights[weights > 0])
    np.testing.assert_allclose(means, light_of(color, space), atol=2.2e-5)


@pytest.mark.parametrize("space", ["srgb", "linear"])
@pytest.mark.parametrize("weighted", ["not", "bool", "float"])
def test_a_histogram_of_parts_gives_the_shift_of_the_pixels(space, weighted):
    random = np.random.default_rng(12)
    rgb = random.normal(0.4, 0.3, (60, 50, 3)).astype(np.float32)
    weights = {"not": None, "bool": random.random((60, 50)) < 0.4, "float": random.random((60, 50))}
    weights = weights[weighted]
    histogram = Histogram()
    for rows in (slice(0, 13), slice(13, 60)):
        part = None if weights is None else weights[rows]
        histogram.add(Histogram.part(rgb[rows], part))
    for color in ([0.1, 0.5, 0.9], [0.0, 0.02, 1.0]):
        found = histogram.shift(np.array(color), space)
        counted = np.ones(rgb.shape[:2]) if weights is None else weights.astype(float)
        moved = light_of(np.clip(rgb.astype(float) + found, 0, 1), space)
        means = np.average(moved.reshape(-1, 3), axis=0, weights=counted.ravel())
        np.testing.assert_allclose(means, light_of(np.array(color), space), atol=5e-6)


def test_a_part_without_pixels_adds_nothing():
    histogram = Histogram()
    histogram.add(Histogram.part(np.full((4, 5, 3), 0.25, np.float32)))
    before = histogram.counts.copy()
    histogram.add(Histogram.part(np.zeros((4, 5, 3)), np.zeros((4, 5), bool)))
    np.testing.assert_array_equal(histogram.counts, before)
    np.testing.assert_allclose(histogram.shift(np.full(3, 0.5), "srgb"), 0.25, atol=2e-6)
