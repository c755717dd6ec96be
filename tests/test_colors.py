import math

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from colortransfer import colors
from colortransfer.errors import ColorTransferError, InputError

unit = st.floats(0, 1, width=32)
quick = settings(deadline=None, max_examples=100)


def images(dtype=np.float32):
    shapes = arrays.array_shapes(min_dims=2, max_dims=2, max_side=9).map(lambda s: (*s, 3))
    return arrays.arrays(dtype, shapes, elements=unit)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("#5b86b4", (0x5B, 0x86, 0xB4)),
        ("#5B86B4", (0x5B, 0x86, 0xB4)),
        ("#fa0", (0xFF, 0xAA, 0x00)),
        ("teal", (0, 128, 128)),
        (" RebeccaPurple ", (102, 51, 153)),
        ("rgb(91, 134, 180)", (91, 134, 180)),
        ("rgb(91,134,180)", (91, 134, 180)),
        ("rgb(100%, 0%, 20%)", (255, 0, 51)),
        ("hsl(120, 100%, 50%)", (0, 255, 0)),
        ("rgb(91 134 180)", (91, 134, 180)),
        ("RGB( 91.5  50%  0 )", (91.5, 127.5, 0)),
    ],
)
def test_text_colors(text, expected):
    np.testing.assert_allclose(colors.parse_color(text), np.array(expected) / 255, rtol=1e-12)


@pytest.mark.parametrize(
    ("text", "expected"),  # as browsers resolve them (CSS Color 4, section 9 and its examples)
    [
        ("oklch(0.628 0.2577 29.23)", "#ff0000"),
        ("oklch(62.8% 64.4% 29.23deg)", "#ff0000"),
        ("oklab(0.452 -0.0324 -0.3115)", "#0000ff"),
        ("oklch(1 0 0)", "#ffffff"),
        ("oklab(59.69% 0.1007 0.1191)", "#c65d07"),
    ],
)
def test_oklab_and_oklch_of_css(text, expected):
    assert colors.to_hex(colors.parse_color(text)) == expected


@pytest.mark.parametrize(
    "values",
    [(0.25, 0.5, 1.0), [0.25, 0.5, 1], np.array([0.25, 0.5, 1], np.float16)],
    ids=["tuple", "list with an integer", "float16"],
)
def test_float_triples(values):
    parsed = colors.parse_color(values)
    assert parsed.dtype == np.float64
    np.testing.assert_array_equal(parsed, [0.25, 0.5, 1])


@pytest.mark.parametrize(
    ("color", "remedy"),
    [
        ((91, 134, 180), r"'rgb\(91, 134, 180\)'"),
        ((1, 1, 1), r"'rgb\(1, 1, 1\)'"),
        (np.array([91, 134, 180], np.uint8), r"'rgb\(91, 134, 180\)'"),
        ("5b86b4", "'#5b86b4'"),
        ("#5b86b4ff", "no alpha"),
        ("#fa0c", "no alpha"),
        ("rgba(91, 134, 180, 255)", "no alpha"),
        ("rgb(256, 0, 0)", "255"),
        ("rgb(300%, 0%, 0%)", "cannot be reached"),
        ("hsl(0, 300%, 50%)", "cannot be reached"),
        ("hsv(0, 100%, 300%)", "cannot be reached"),
        ("rgb(256 0 0)", "outside sRGB"),
        ("rgb(91 134)", "three numbers"),
        ("rgb(91 134 blue)", "three numbers"),
        ("rgb(91 134 nan)", "outside sRGB"),
        ("rgb(91 134 180 / 50%)", "no alpha"),
        ("oklch(0.6 0.4 245)", "outside sRGB"),
        ("blurple", "give '#5b86b4'"),
        ("", "give '#5b86b4'"),
        ("#" + "f" * 10_000, "give '#5b86b4'"),
        ((0.2, 0.3), "three floats"),
        ((0.2, 0.3, 0.4, 1.0), "three floats"),
        ((0.2, 0.3, 1.5), "cannot be reached"),
        ((-0.1, 0.3, 0.5), "cannot be reached"),
        ((0.2, float("nan"), 0.5), "cannot be reached"),
        ((0.2, float("inf"), 0.5), "cannot be reached"),
        ((True, False, True), "three floats"),
        (("0.2", "0.3", "0.4"), "three floats"),
        ((0.2j, 0.3, 0.4), "three floats"),
        (((0.1, 0.2), 0.3, 0.4), "three floats"),
        (0.5, "three floats"),
        (None, "three floats"),
        ({"red": 1.0}, "three floats"),
    ],
    ids=lambda value: repr(value)[:24],
)
def test_refused_colors_name_the_remedy(color, remedy):
    with pytest.raises(InputError, match=remedy) as caught:
        colors.parse_color(color)
    assert isinstance(caught.value, ValueError)
    assert "\n" not in str(caught.value)


@quick
@given(
    st.text(max_size=30)
    | st.from_regex(r"(rgb|hsl|hsv|rgba|hsb)\(-?\d+%?, ?\d+%?, ?\d+%?\)", fullmatch=True)
    | st.lists(st.floats() | st.integers() | st.text() | st.none(), max_size=4)
)
def test_any_color_is_parsed_into_range_or_refused(color):
    try:
        parsed = colors.parse_color(color)
    except ColorTransferError:
        return
    assert parsed.shape == (3,)
    assert parsed.min() >= 0
    assert parsed.max() <= 1


@given(st.tuples(*[st.integers(0, 255)] * 3))
def test_hex_round_trip(rgb):
    text = "#{:02x}{:02x}{:02x}".format(*rgb)
    assert colors.to_hex(colors.parse_color(text)) == text


def test_hex_rounds_and_clips():
    assert colors.to_hex(np.array([-0.2, 0.4999 / 255, 1.7])) == "#0000ff"


def scalar_to_linear(value):
    """IEC 61966-2-1 for one number."""
    return value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4


@given(unit)
def test_linear_light_by_its_definition(value):
    linear = float(colors.srgb_to_linear(np.array(value, np.float64)))
    assert math.isclose(linear, scalar_to_linear(value), abs_tol=1e-12)
    assert float(colors.srgb_to_linear(np.array(-value, np.float64))) == -linear


SPACES = {
    "linear": (colors.srgb_to_linear, colors.linear_to_srgb),
    "lab": (colors.srgb_to_lab, colors.lab_to_srgb),
    "oklab": (colors.srgb_to_oklab, colors.oklab_to_srgb),
}


@pytest.mark.parametrize("space", SPACES)
@quick
@given(rgb=images(np.float64))
def test_round_trips(space, rgb):
    there, back = SPACES[space]
    np.testing.assert_allclose(back(there(rgb)), rgb, atol=1e-6)


@pytest.mark.parametrize("space", SPACES)
def test_round_trip_outside_the_gamut(space):
    there, back = SPACES[space]
    rgb = np.array([[-0.2, 0.3, 1.2], [1.4, -0.1, 0.5]])
    np.testing.assert_allclose(back(there(rgb)), rgb, atol=1e-6)


def test_lab_against_scikit_image():
    oracle = pytest.importorskip("skimage.color")
    rgb = np.random.default_rng(0).random((50, 40, 3))
    # The two matrices are printed with different precision.
    np.testing.assert_allclose(colors.srgb_to_lab(rgb), oracle.rgb2lab(rgb), atol=0.02)
    np.testing.assert_allclose(colors.lab_to_srgb(oracle.rgb2lab(rgb)), rgb, atol=5e-4)


@pytest.mark.parametrize(
    ("color", "lab"),  # Bruce Lindbloom's calculator, sRGB and D65
    [
        ("white", (100, 0, 0)),
        ("black", (0, 0, 0)),
        ("red", (53.2408, 80.0925, 67.2032)),
        ("lime", (87.7347, -86.1827, 83.1793)),
        ("blue", (32.2970, 79.1875, -107.8602)),
    ],
)
def test_lab_of_known_colors(color, lab):
    np.testing.assert_allclose(colors.srgb_to_lab(colors.parse_color(color)), lab, atol=0.02)


@pytest.mark.parametrize(
    ("color", "oklab"),  # CSS Color Module Level 4
    [
        ("white", (1, 0, 0)),
        ("red", (0.62796, 0.22486, 0.12585)),
        ("lime", (0.86644, -0.23389, 0.17950)),
        ("blue", (0.45201, -0.03246, -0.31153)),
    ],
)
def test_oklab_of_known_colors(color, oklab):
    np.testing.assert_allclose(colors.srgb_to_oklab(colors.parse_color(color)), oklab, atol=5e-5)


@pytest.mark.parametrize(
    ("xyz", "oklab"),  # the table in Ottosson's article, three digits
    [
        ((0.950, 1.000, 1.089), (1.000, 0.000, 0.000)),
        ((1, 0, 0), (0.450, 1.236, -0.019)),
        ((0, 1, 0), (0.922, -0.671, 0.263)),
        ((0, 0, 1), (0.153, -1.415, -0.449)),
    ],
)
def test_oklab_of_the_published_table(xyz, oklab):
    linear = np.linalg.solve(colors.RGB_TO_XYZ, np.array(xyz, float))
    found = colors.srgb_to_oklab(colors.linear_to_srgb(linear))
    np.testing.assert_allclose(found, oklab, atol=1.5e-3)


def test_luma_is_the_white_light_of_rec_709():
    np.testing.assert_allclose(colors.LUMA, colors.RGB_TO_XYZ[1], atol=1e-4)
    assert math.isclose(colors.LUMA.sum(), 1)


@quick
@given(images(), st.data())
def test_mean_counts_the_visible_pixels(rgb, data):
    visible = data.draw(arrays.arrays(bool, rgb.shape[:2]))
    assume(visible.any())
    pixels = [rgb[y, x] for y, x in np.ndindex(visible.shape) if visible[y, x]]
    for channel in range(3):
        values = [float(pixel[channel]) for pixel in pixels]
        mean = math.fsum(values) / len(values)
        linear = math.fsum(map(scalar_to_linear, values)) / len(values)
        assert math.isclose(colors.mean_color(rgb, visible)[channel], mean, abs_tol=1e-9)
        light = scalar_to_linear(float(colors.mean_color(rgb, visible, "linear")[channel]))
        assert math.isclose(light, linear, abs_tol=1e-6)


def test_mean_of_many_float32_pixels_is_not_rounded():
    rgb = np.full((2000, 2000, 3), 0.1, np.float32)
    np.testing.assert_allclose(colors.mean_color(rgb), np.float32(0.1), rtol=1e-7)
