"""Colour error, colourfulness, clipping and the largest local change, against naive loops."""

import colorsys

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from colortransfer import colors
from colortransfer.errors import InputError
from colortransfer.evaluation import (
    ciede2000,
    clipped_share,
    color_difference,
    color_error,
    colorfulness,
    largest_local_change,
    new_clipping,
)

RNG = np.random.default_rng(0)


def noise(height, width, channels=3):
    return RNG.integers(0, 256, (height, width, channels), dtype=np.uint8)


def test_grey_is_compared_with_the_grey_of_the_same_luma():
    grey = np.full((4, 5), 54, np.uint8)  # red has a luma of 0.2126
    assert color_error(grey, "red") < 1 / 255
    assert color_difference(grey, "red") < 1
    assert color_error(np.repeat(grey[..., None], 3, -1), "red") > 0.7


def test_color_error_is_that_of_the_rounded_picture():
    image = RNG.random((9, 7, 3))
    target = np.array([0.4, 0.5, 0.6])
    saved = [[[round(float(v) * 255) for v in pixel] for pixel in row] for row in image]
    sums = np.zeros(3)
    for row in saved:
        for pixel in row:
            sums += pixel
    expected = max(abs(sums[c] / 63 / 255 - target[c]) for c in range(3))
    assert color_error(image, target) == pytest.approx(expected, abs=1e-12)


def test_rounding_is_part_of_the_error():
    # 100.4 levels everywhere: exact as floats, 0.4 levels too dark once saved.
    image = np.full((4, 4, 3), 100.4 / 255)
    assert color_error(image, (100.4 / 255,) * 3) == pytest.approx(0.4 / 255, abs=1e-9)


def test_exact_color_has_no_error_in_either_space():
    image = np.zeros((2, 2, 3), np.uint8)
    image[0] = 255
    assert color_error(image, (0.5, 0.5, 0.5)) == pytest.approx(0, abs=1e-12)
    light = float(colors.linear_to_srgb(np.array(0.5)))
    assert color_error(image, (light,) * 3, space="linear") == pytest.approx(0, abs=1e-6)
    assert color_difference(image, (light,) * 3, space="linear") == pytest.approx(0, abs=1e-4)


def test_color_difference_is_ciede2000_of_the_means():
    oracle = pytest.importorskip("skimage.color")
    image = noise(6, 5)
    mean = image.reshape(-1, 3).mean(0) / 255
    target = np.array([0.2, 0.7, 0.4])
    expected = oracle.deltaE_ciede2000(oracle.rgb2lab(mean), oracle.rgb2lab(target))
    # scikit-image rounds the matrix to other digits.
    assert color_difference(image, target) == pytest.approx(float(expected), abs=0.02)


def test_color_measures_leave_hidden_pixels_out():
    image = noise(4, 4, 4)
    image[..., 3] = 0
    image[1, 2] = (51, 102, 153, 255)
    assert color_error(image, (0.2, 0.4, 0.6)) == pytest.approx(0, abs=1e-12)
    image[1, 2] = (0, 102, 153, 1)
    assert clipped_share(image) == 1
    assert colorfulness(image) == pytest.approx(0.3 * np.hypot(-0.4, -0.4))


def test_colorfulness_as_printed_in_the_paper():
    image = noise(8, 9)
    rg, yb = [], []
    for r, g, b in image.reshape(-1, 3).tolist():
        rg.append(r - g)
        yb.append(0.5 * (r + g) - b)
    spread = (np.var(rg) + np.var(yb)) ** 0.5
    center = (np.mean(rg) ** 2 + np.mean(yb) ** 2) ** 0.5
    assert 255 * colorfulness(image) == pytest.approx(spread + 0.3 * center, rel=1e-5)


def test_grey_has_no_color_and_saturation_adds_to_it():
    assert colorfulness(noise(5, 5, 1)) == pytest.approx(0, abs=1e-6)
    hues = np.linspace(0, 1, 60)
    pale, vivid = (
        np.array([[colorsys.hsv_to_rgb(hue, saturation, 0.8) for hue in hues]])
        for saturation in (0.2, 0.6)
    )
    assert colorfulness(vivid) == pytest.approx(3 * colorfulness(pale), rel=1e-5)


def test_clipping_counts_pixels():
    before = np.full((2, 5, 3), 100, np.uint8)
    before[0, 0] = (0, 100, 100)
    before[0, 1] = (255, 255, 255)
    after = before.copy()
    after[0, 0] = (0, 0, 100)  # another channel of a clipped pixel: new
    after[0, 1] = (0, 255, 255)  # from one end to the other: new
    after[0, 2] = (255, 255, 0)  # two channels, one pixel
    after[0, 3] = (1, 254, 100)  # not clipped
    assert clipped_share(before) == pytest.approx(0.2)
    assert clipped_share(after) == pytest.approx(0.3)
    assert new_clipping(before, after) == pytest.approx(0.3)
    assert new_clipping(after, before) == pytest.approx(0.1)


def test_floats_that_will_be_saved_as_an_end_are_clipped():
    image = np.full((1, 2, 3), 0.5)
    image[0, 0] = 0.4 / 255
    image[0, 1, 2] = 1 - 0.6 / 255
    assert clipped_share(image) == 0.5


def naive_largest_change(first, second):
    oracle = pytest.importorskip("skimage.color")
    height, width, _ = first.shape
    largest = 0.0
    for i in range(16):
        for j in range(16):
            cell = np.s_[
                i * height // 16 : (i + 1) * height // 16, j * width // 16 : (j + 1) * width // 16
            ]
            labs = [oracle.rgb2lab(image[cell].mean((0, 1)) / 255) for image in (first, second)]
            largest = max(largest, float(oracle.deltaE_ciede2000(*labs)))
    return largest


@pytest.mark.parametrize("size", [(32, 48), (37, 61), (16, 16)])
def test_largest_local_change_against_loops(size):
    first, second = noise(*size), noise(*size)
    expected = naive_largest_change(first, second)
    assert largest_local_change(first, second) == pytest.approx(expected, abs=0.05)


def test_largest_local_change_finds_one_blotch():
    first = np.full((64, 64, 3), 0.5)
    second = first.copy()
    second[8:12, 20:24] = (0.8, 0.3, 0.5)  # exactly one cell
    labs = colors.srgb_to_lab(np.array([[0.5, 0.5, 0.5], [0.8, 0.3, 0.5]]))
    expected = float(ciede2000(*labs))
    assert largest_local_change(first, second) == pytest.approx(expected, abs=1e-4)
    second[8:12, 20:24] = 0.5
    second[9, 21] = (0.8, 0.3, 0.5)  # a sixteenth of it: averaged
    assert largest_local_change(first, second) < 0.2 * expected


def test_small_pictures_have_cells_of_one_pixel():
    first = np.full((1, 3, 3), 0.5)
    second = first.copy()
    second[0, 1] = 1
    labs = colors.srgb_to_lab(np.array([[0.5] * 3, [1.0] * 3]))
    assert largest_local_change(first, second) == pytest.approx(float(ciede2000(*labs)), abs=1e-4)


@settings(deadline=None, max_examples=30)
@given(st.integers(1, 40), st.integers(1, 40), st.integers(0, 9))
def test_identity(height, width, seed):
    image = np.random.default_rng(seed).integers(0, 256, (height, width, 3), dtype=np.uint8)
    assert new_clipping(image, image) == 0
    assert largest_local_change(image, image) == 0
    mean = image.reshape(-1, 3).mean(0) / 255
    assert color_error(image, mean) == pytest.approx(0, abs=1e-9)
    assert 0 <= clipped_share(image) <= 1
    assert colorfulness(image) >= 0


@pytest.mark.parametrize("measure", [new_clipping, largest_local_change])
def test_sizes_must_agree(measure):
    with pytest.raises(InputError, match="original is 5x4 and edited 4x5"):
        measure(noise(4, 5), noise(5, 4))


def test_bad_colors_are_refused():
    with pytest.raises(InputError):
        color_error(noise(3, 3), "no colour")
