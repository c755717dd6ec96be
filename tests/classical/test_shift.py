"""Closed-form shifts reach the colour, by the curve that they are named after."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from colortransfer import classical, colors
from colortransfer.errors import InputError
from colortransfer.exactness import exact_shift

from .conftest import painted

FORMS = ("additive", "gain", "gamma", "midtone")
SPACES = ("srgb", "linear", "lab", "oklab")
unit = st.floats(0, 1, width=32)


@pytest.mark.parametrize("space", SPACES)
@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("color", ["#5b86b4", "#e0a030", "#203040"])
def test_the_mean_is_the_color(form, space, color) -> None:
    want = colors.parse_color(color)
    image = painted(1)
    result = classical.shift(image, color, form=form, space=space)
    np.testing.assert_allclose(result.mean((0, 1)), want, atol=2e-5)
    eight = np.rint(image * 255).astype(np.uint8)
    result = classical.shift(eight, color, form=form, space=space)
    np.testing.assert_allclose(result.mean((0, 1)) / 255, want, atol=0.501 / 255)


@given(
    arrays.arrays(
        np.float32,
        st.tuples(st.integers(1, 5), st.integers(1, 5), st.just(3)),
        elements=unit,
    ),
    st.tuples(unit, unit, unit),
    st.sampled_from(["srgb", "oklab", "lab", "linear"]),
)
@settings(deadline=None, max_examples=60)
def test_the_additive_shift_reaches_every_color_of_any_image(image, color, space) -> None:
    before = image.copy()
    result = classical.shift(image, color, space=space)
    np.testing.assert_allclose(result.mean((0, 1), dtype=float), color, atol=3e-5)
    np.testing.assert_array_equal(image, before)


@pytest.mark.parametrize("space", SPACES)
@pytest.mark.parametrize("form", FORMS)
def test_its_own_mean_leaves_a_photograph_as_it_is(form, space) -> None:
    x = painted(8)
    result = classical.shift(x, x.mean((0, 1)), form=form, space=space)
    # In a perceptual space the parameters are fitted to a sample, to a part in a million.
    np.testing.assert_allclose(result, x, atol=2e-5)


def test_the_curves_are_what_they_are_called() -> None:
    x = np.linspace(0.2, 0.7, 300).reshape(10, 10, 3)
    color = [0.5, 0.45, 0.4]
    added = classical.shift(x, color) - x
    np.testing.assert_allclose(added, np.broadcast_to(added[0, 0], x.shape), atol=1e-6)
    gain = classical.shift(x, color, form="gain") / x
    np.testing.assert_allclose(gain, np.broadcast_to(gain[0, 0], x.shape), atol=1e-5)
    gamma = np.log(classical.shift(x, color, form="gamma")) / np.log(x)
    np.testing.assert_allclose(gamma, np.broadcast_to(gamma[0, 0], x.shape), atol=1e-5)
    for weight in (0.35, 1.0):
        y = classical.shift(x, color, form="midtone", midtone_weight=weight)
        p = (y - x) / (1 - weight + weight * 4 * x * (1 - x))
        np.testing.assert_allclose(p, np.broadcast_to(p[0, 0], x.shape), atol=1e-5)
    linear = colors.srgb_to_linear(classical.shift(x, color, form="gain", space="linear"))
    ratio = linear / colors.srgb_to_linear(x)
    np.testing.assert_allclose(ratio, np.broadcast_to(ratio[0, 0], x.shape), atol=1e-4)


def test_in_lab_the_additive_shift_moves_all_pixels_alike() -> None:
    x = 0.4 + 0.2 * painted(2)
    moved = colors.srgb_to_lab(classical.shift(x, [0.5, 0.5, 0.45], space="lab"))
    step = moved - colors.srgb_to_lab(x)
    # The last exact shift in sRGB is all that is uneven.
    assert step.std((0, 1)).max() < 0.1


def test_exact_shift_of_colors_agrees() -> None:
    x, want = painted(3), np.array([0.8, 0.3, 0.1])
    expected = np.clip(x + exact_shift(x, want), 0, 1)
    np.testing.assert_allclose(classical.shift(x, want), expected, atol=1e-4)


def test_mask_alpha_strength() -> None:
    x = painted(4)
    mask = np.zeros(x.shape[:2], bool)
    mask[5:20, 5:30] = True
    result = classical.shift(x, "teal", mask=mask)
    np.testing.assert_allclose(result[mask].mean(0), colors.parse_color("teal"), atol=2e-5)
    np.testing.assert_array_equal(result[~mask], x[~mask])
    see_through = np.dstack([x, mask.astype(float)])
    seen = classical.shift(see_through, "teal")
    np.testing.assert_allclose(seen[mask][:, :3], result[mask], atol=1e-6)
    half = classical.shift(x, "teal", mask=mask, strength=0.5)
    inside = (result > 0) & (result < 1)
    np.testing.assert_allclose(half[inside], (0.5 * (x + result))[inside], atol=1e-6)


@pytest.mark.parametrize("space", SPACES)
@pytest.mark.parametrize("form", FORMS)
def test_the_transform_repeats_the_edit(form, space) -> None:
    x = painted(5)
    for image in (x, np.rint(x * 255).astype(np.uint8)):
        edit = classical.fit("shift", image, "#5b86b4", form=form, space=space)
        np.testing.assert_array_equal(edit.transform.apply(image), edit.image)
        np.testing.assert_array_equal(
            edit.image, classical.shift(image, "#5b86b4", form=form, space=space)
        )


def test_the_error_is_that_of_the_image_after_rounding() -> None:
    image = np.rint(painted(5) * 255).astype(np.uint8)
    edit = classical.fit("shift", image, (0.3, 0.6, 0.45))
    error = np.abs(edit.image.mean((0, 1)) / 255 - [0.3, 0.6, 0.45]).max()
    assert edit.errors["color"] == pytest.approx(error, abs=1e-7)
    grey = classical.fit("shift", image[..., 0], "teal")
    assert grey.errors["color"] < 0.5 / 255  # a grey image has reached the luma of the colour


def test_bytes_and_floats_agree_to_rounding() -> None:
    x = np.rint(painted(6) * 255).astype(np.uint8)
    for form in FORMS:
        from_bytes = classical.shift(x, "teal", form=form).astype(float)
        from_words = classical.shift(x.astype(np.uint16) * 257, "teal", form=form) / 257
        from_floats = classical.shift(x / 255, "teal", form=form) * 255
        assert np.abs(from_bytes - from_floats).max() <= 0.51
        assert np.abs(from_words - from_floats).max() <= 0.01


def test_what_cannot_be_reached_is_said() -> None:
    black = np.zeros((4, 4, 3), np.uint8)
    for form in ("gain", "gamma"):
        with pytest.raises(InputError, match="use form='additive'"):
            classical.shift(black, "teal", form=form)
    for bad in (
        {"form": "magic"},
        {"space": "hsv"},
        {"midtone_weight": 2},
        {"midtone_weight": "much"},
        {"strength": -1},
        {"mask": np.ones((1, 1), bool)},
    ):
        with pytest.raises(InputError):
            classical.shift(painted(7), "teal", **bad)
    with pytest.raises(InputError):
        classical.shift(painted(7), "no colour")
    with pytest.raises(InputError):
        classical.shift(np.full((3, 3, 3), np.nan), "teal")
