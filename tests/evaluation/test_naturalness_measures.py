"""Hue deviation, Lipschitz constants, the subject's change, visible difference; all examples."""

import numpy as np
import pytest

from colortransfer import colors
from colortransfer.errors import InputError
from colortransfer.evaluation import (
    ciede2000,
    hue_deviation,
    lipschitz,
    subject_change,
    table_lipschitz,
    visible_difference,
)
from colortransfer.transforms import Lut3D


def flat(lab, height=8, width=10):
    return np.broadcast_to(colors.lab_to_srgb(np.array(lab, float)), (height, width, 3)).copy()


def polar(lightness, chroma, degrees):
    angle = np.radians(degrees)
    return lightness, chroma * np.cos(angle), chroma * np.sin(angle)


@pytest.mark.parametrize(
    ("before", "after", "expected"), [(350, 20, 30), (20, 350, 30), (0, 90, 90)]
)
def test_hue_turns_the_shorter_way(before, after, expected):
    first, second = flat(polar(60, 30, before)), flat(polar(60, 30, after))
    assert hue_deviation(first, second) == pytest.approx(expected, abs=1e-2)


def test_hue_is_weighted_by_both_chromas():
    first = np.concatenate([flat(polar(60, 16, 10)), flat(polar(60, 36, 10))])
    second = np.concatenate([flat(polar(50, 25, 30)), flat(polar(70, 25, 10))])
    # Weights 20 and 30; lightness does not matter.
    assert hue_deviation(first, second) == pytest.approx(20 * 20 / 50, abs=1e-2)


def test_hue_of_greys_is_none():
    grey, red = flat((60, 3, 3)), flat((60, 40, 0))
    assert np.isnan(hue_deviation(grey, red))
    assert np.isnan(
        hue_deviation(red, np.full(red.shape, 0.5)) * 0
    )  # finite noise of grey, or none
    both = np.concatenate([grey, red])
    turned = np.concatenate([flat((60, -3, 3)), flat(polar(60, 40, 12))])
    assert hue_deviation(both, turned) == pytest.approx(12, abs=1e-2)


def cube(levels=24):
    """A picture that has all colours, (levels, levels^2, 3)."""
    axis = np.linspace(0, 1, levels)
    return np.stack(np.meshgrid(axis, axis, axis, indexing="ij"), -1).reshape(levels, -1, 3)


def test_lipschitz_of_affine_maps_is_their_norm():
    image = 0.25 + 0.5 * cube(33)
    assert lipschitz(image, image) == pytest.approx(1)
    assert lipschitz(image, image + 0.2) == pytest.approx(1, rel=1e-4)
    assert lipschitz(image, 1.9 * image - 0.45) == pytest.approx(1.9, rel=1e-4)
    stretch = np.diag([1.8, 0.5, 1.0])
    assert lipschitz(image, (image - 0.5) @ stretch + 0.5) == pytest.approx(1.8, rel=1e-3)


def test_lipschitz_finds_a_step_in_a_gradient():
    ramp = np.broadcast_to(np.linspace(0.2, 0.8, 400)[None, :, None], (20, 400, 3)).copy()
    stepped = ramp.copy()
    stepped[:, 200:, 1] -= 0.15
    assert lipschitz(ramp, stepped) > 2
    # The same change, spread over the gradient.
    smooth = ramp - np.linspace(0, 0.15, 400)[None, :, None] * np.array([0, 1, 0])
    assert lipschitz(ramp, smooth) < 1.2


def test_lipschitz_does_not_see_the_rounding_of_grain():
    rng = np.random.default_rng(0)
    ramp = np.broadcast_to(np.linspace(0.2, 0.8, 400)[None, :, None], (50, 400, 3))
    noisy = np.rint((ramp + rng.normal(0, 0.01, ramp.shape)) * 255) / 255
    again = np.rint((noisy + 0.1015) * 255) / 255
    assert lipschitz(noisy, again) == pytest.approx(1, abs=0.2)


def test_lipschitz_of_one_color_is_none():
    assert np.isnan(lipschitz(flat((50, 0, 0)), flat((60, 0, 0))))


def test_table_lipschitz_of_affine_maps_is_the_spectral_norm():
    matrix = np.random.default_rng(0).normal(size=(3, 3))
    table = Lut3D.sample(lambda x: x @ matrix.T, 5).table
    assert table_lipschitz(table) == pytest.approx(np.linalg.norm(matrix, 2), rel=1e-4)


@pytest.mark.parametrize("size", [2, 4])
def test_no_slope_of_a_table_is_larger_than_its_constant_and_some_reach_it(size):
    rng = np.random.default_rng(1)
    lut = Lut3D(rng.random((size, size, size, 3)))
    found = table_lipschitz(lut.table)
    starts = rng.random((200_000, 3))
    # Near corners of cells as well, where the constant is reached.
    starts[::2] = np.rint(starts[::2] * (size - 1)) / (size - 1)
    ends = np.clip(starts + rng.normal(0, 3e-3, starts.shape), 0, 1)
    apart = np.linalg.norm(ends - starts, axis=1)
    moved = np.linalg.norm(lut.map_colors(ends) - lut.map_colors(starts), axis=1)
    slopes = moved[apart > 1e-3] / apart[apart > 1e-3]
    assert 0.97 * found < slopes.max() < 1.003 * found


def test_table_lipschitz_bounds_that_of_a_picture():
    rng = np.random.default_rng(2)
    lut = Lut3D(cube(5).reshape(5, 5, 5, 3) * 0.6 + 0.2 + rng.normal(0, 0.05, (5, 5, 5, 3)))
    image = rng.random((80, 90, 3)).astype(np.float32)
    found, bound = lipschitz(image, lut.apply(image)), table_lipschitz(lut.table)
    assert 0.5 * bound < found <= bound


@pytest.mark.parametrize(
    "table", [np.zeros((3, 3, 3)), np.zeros((1, 1, 1, 3)), np.full((2,) * 3 + (3,), np.nan)]
)
def test_table_lipschitz_refuses(table):
    with pytest.raises(InputError, match="a table has"):
        table_lipschitz(table)


def test_subject_change_is_a_ratio_of_means():
    first = flat((50, 0, 0))
    subject, background = flat((52, 0, 0), 8, 4), flat((56, 0, 0), 8, 6)
    second = np.concatenate([subject, background], 1)
    mask = np.zeros((8, 10), bool)
    mask[:, :4] = True
    changes = [float(ciede2000(np.array([50, 0, 0]), np.array([x, 0, 0]))) for x in (52, 56)]
    expected = (changes[0] + 0.1) / (changes[1] + 0.1)
    assert subject_change(first, second, subject=mask) == pytest.approx(expected, rel=1e-3)
    assert subject_change(first, second, subject=~mask) == pytest.approx(1 / expected, rel=1e-3)
    half = subject_change(first, second, subject=np.full((8, 10), 0.5))  # neither knows which it is
    assert half == pytest.approx(1)
    assert np.isnan(subject_change(first, second, subject=np.ones((8, 10), bool)))


def test_the_subject_is_what_is_in_focus():
    rng = np.random.default_rng(0)
    image = np.full((96, 96, 3), 0.5)
    image[32:64, 32:64] += rng.normal(0, 0.1, (32, 32, 1))
    outside, inside = image + 0.1, image.copy()
    outside[32:64, 32:64] = image[32:64, 32:64]
    inside[32:64, 32:64] += 0.1
    assert subject_change(image, outside) < 0.5
    assert subject_change(image, inside) > 2
    assert subject_change(image, image + 0.1) == pytest.approx(1, abs=0.1)


def test_a_flat_picture_has_no_subject():
    assert np.isnan(subject_change(flat((50, 10, 0)), flat((60, 0, 0))))


@pytest.mark.parametrize(
    "mask", [np.ones((3, 3), bool), np.full((8, 10), 2.0), np.ones((8, 10), int)]
)
def test_subject_change_refuses(mask):
    with pytest.raises(InputError, match="a mask of shape"):
        subject_change(flat((50, 0, 0)), flat((60, 0, 0)), subject=mask)


def test_visible_difference_is_the_mean_of_ciede2000():
    lab = np.array([[50, 10, 5], [60, 3, -8]], float)
    first = np.concatenate([flat(lab[0]), flat(lab[0])])
    second = np.concatenate([flat(lab[0]), flat(lab[1])])
    expected = float(ciede2000(*lab)) / 2
    assert visible_difference(first, second) == pytest.approx(expected, rel=1e-3)
    assert visible_difference(second, first) == pytest.approx(expected, rel=1e-3)
    assert visible_difference(first, first) == 0


@pytest.mark.parametrize("measure", [hue_deviation, lipschitz, subject_change, visible_difference])
def test_hidden_pixels_are_not_seen(measure):
    rng = np.random.default_rng(0)
    first = np.ones((24, 24, 4))
    first[..., :3] = rng.random((24, 24, 3))
    second = first.copy()
    second[..., :3] = 0.8 * first[..., :3] + 0.1
    first[:5, :, 3] = 0
    other = second.copy()
    other[:5, :, :3] = rng.random((5, 24, 3))
    assert measure(first, other) == measure(first, second)
