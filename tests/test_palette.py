"""Dominant colours as a target."""

import numpy as np
import pytest
import tensorflow as tf
from hypothesis import given, settings
from hypothesis import strategies as st
from test_feature_matcher import unit

from colortransfer import FeatureMatcher, colors
from colortransfer.colors.dominant import cluster_shares, dominant_colors
from colortransfer.errors import InputError
from colortransfer.evaluation import ciede2000
from colortransfer.images import as_canvas
from colortransfer.optimizers import LBFGS
from colortransfer.parametrizations import Affine
from colortransfer.targets import MeanColor, Palette
from colortransfer.transforms import AffineTransform, PaletteTransform, Transform

IDENTITY = AffineTransform(np.eye(3), np.zeros(3))
THREE = np.array([[0.2, 0.25, 0.3], [0.7, 0.3, 0.25], [0.75, 0.7, 0.6]])


@pytest.fixture(scope="module")
def patches():
    """A picture (36, 48, 3), uint8, of three colours with grain."""
    rng = np.random.default_rng(4)
    which = np.repeat(np.repeat(rng.integers(0, 3, (6, 8)), 6, 0), 6, 1)
    return np.rint(255 * (THREE[which] + rng.normal(0, 0.03, (36, 48, 3)))).astype(np.uint8)


def recolored(image, target):
    canvas = as_canvas(image)
    return target.resolved(canvas).finish(canvas, IDENTITY)


def centres(image, count=3):
    """Dominant colours of a picture, sRGB, found without knowing what was asked."""
    return colors.lab_to_srgb(
        dominant_colors(colors.srgb_to_lab(unit(image).reshape(-1, 3)), count)
    )


def nearest(asked, found):
    """CIEDE2000 of each colour asked for from the nearest one that is there."""
    asked, found = (colors.srgb_to_lab(np.asarray(x)) for x in (asked, found))
    return ciede2000(asked[:, None], found).min(1)


def test_dominant_colours_are_found(patches):
    assert nearest(THREE, centres(patches)).max() < 1
    lab = colors.srgb_to_lab(unit(patches).reshape(-1, 3))
    shares = cluster_shares(lab, dominant_colors(lab, 3))
    np.testing.assert_allclose(shares.sum(1), 1)
    weights = shares**1.5  # each centre is the mean of what belongs to it
    means = weights.T @ lab / weights.sum(0)[:, None]
    np.testing.assert_allclose(means, dominant_colors(lab, 3), atol=0.05)


def test_all_colours_are_reached(patches):
    asked = ["#1f3a4d", "#9c6a3c", "#d8d0c8"]
    result = recolored(patches, Palette(asked))
    parsed = [colors.parse_color(color) for color in asked]
    assert nearest(parsed, centres(result.image)).max() < 1
    assert result.errors["palette"] < 1
    assert result.warnings == ()
    np.testing.assert_array_equal(result.transform.apply(patches), result.image)


def test_the_pairing_moves_little(patches):
    """Whatever the order, each colour goes to the nearest that is left."""
    asked = ["#d0c0a8", "#3c4858", "#a85a50"]
    image = recolored(patches, Palette(asked)).image
    np.testing.assert_array_equal(image, recolored(patches, Palette(asked[::-1])).image)
    assert np.abs(image.astype(int) - patches).mean() < 20


def test_one_colour_changes_and_the_others_stay(patches):
    target = Palette.change({"#b04a40": "#4a70b0"}, count=3)
    result = recolored(patches, target)
    found = centres(result.image)
    assert nearest([colors.parse_color("#4a70b0")], found)[0] < 1
    assert nearest(THREE[[0, 2]], found).max() < 1.5


def test_a_given_pairing(patches):
    swapped = Palette(["#3c4858", "#b04a40"], sources=["#b04a40", "#333f4d"], count=3)
    result = recolored(patches, swapped)
    red = (unit(patches) @ [1.0, -0.5, -0.5] > 0.2)[..., None]
    assert (result.image * red).sum((0, 1)).argmax() == 2
    assert result.errors["palette"] < 1


@settings(max_examples=8, deadline=None)
@given(move=st.lists(st.floats(-0.12, 0.12), min_size=9, max_size=9))
def test_moves_of_any_direction(patches, move):
    asked = THREE + np.reshape(move, (3, 3))
    result = recolored(patches, Palette(asked))
    assert result.errors["palette"] < 2 or result.warnings


def test_a_fit(patches, tmp_path):
    matcher = FeatureMatcher(
        losses=lambda current, original, color: tf.reduce_mean(tf.square(current - original)),
        parametrization=Affine(),
        optimizer=LBFGS(steps=2),
        working_size=32,
    )
    result = matcher.fit(patches, Palette.change({"#b04a40": "#4a70b0"}, count=3))
    assert result.errors["palette"] < 1
    assert isinstance(result.transform, PaletteTransform)
    result.transform.save(tmp_path / "palette.npz")
    assert Transform.load(tmp_path / "palette.npz") == result.transform
    np.testing.assert_array_equal(result.transform.apply(patches), result.image)


@pytest.mark.parametrize(
    ("make", "remedy"),
    [
        (lambda: Palette([]), "list of 1 to 16"),
        (lambda: Palette("teal"), "list of 1 to 16"),
        (lambda: Palette(["teal"], sources=["red", "blue"]), "one source for each"),
        (lambda: Palette(["teal"], sources=["red"], count=0), "from 1 to 16"),
        (lambda: Palette.change({}), "a mapping"),
    ],
)
def test_bad_arguments(make, remedy):
    with pytest.raises(InputError, match=remedy):
        make()


@pytest.mark.parametrize(
    ("image", "target", "remedy"),
    [
        (None, Palette.change({"#00ff00": "red"}), "no dominant colour is near #00ff00; there are"),
        (np.full((8, 8), 90, np.uint8), Palette(["teal"]), "grey"),
        (np.full((8, 8, 3), 90, np.uint8), Palette(["teal", "red"]), "has 1 colours only"),
        (None, Palette(["teal"]) & MeanColor("red"), "leave out what is asked beside it"),
    ],
)
def test_what_cannot_be_asked(patches, image, target, remedy):
    with pytest.raises(InputError, match=remedy) as caught:
        target.resolved(as_canvas(patches if image is None else image))
    assert len(str(caught.value).splitlines()) == 1
