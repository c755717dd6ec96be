"""Several mean colours at once."""

import copy
import pickle

import numpy as np
import pytest
import tensorflow as tf
from hypothesis import given, settings
from hypothesis import strategies as st
from test_feature_matcher import LEVEL, TARGET, small_matcher, unit

from colortransfer import colors, images
from colortransfer.errors import InputError
from colortransfer.images import as_canvas
from colortransfer.losses import Scene
from colortransfer.parametrizations import Affine, Lut3D, Several
from colortransfer.targets import MeanColor, Places, Regions, segment
from colortransfer.targets.regions import _membership
from colortransfer.transforms import MaskedTransform, Transform

COLORS = {1: "#5b86b4", 3: "#806040"}


@pytest.fixture
def labels(photo):
    found = np.ones(photo.shape[:2], int)
    found[:, 18:36] = 2
    found[:, 36:] = 3
    return found


def means(image, labels):
    return {k: unit(image)[labels == k].mean(0) for k in COLORS}


@pytest.mark.parametrize("rest", ["keep", "free"])
def test_each_region_has_its_colour(photo, tiny, labels, rest, tmp_path):
    target = Regions(labels, COLORS, rest=rest)
    matcher = small_matcher(tiny, parametrization=Lut3D(size=3, smoothness=1.0))
    result = matcher.fit(photo, target)
    assert set(result.errors) == {"color_1", "color_3"}
    assert result.color_error < LEVEL / 2
    for label, mean in means(result.image, labels).items():
        np.testing.assert_allclose(mean, colors.parse_color(COLORS[label]), atol=LEVEL / 2)
    kept = (result.image == photo)[labels == 2]
    assert kept.all() if rest == "keep" else not kept.all()
    result.transform.save(tmp_path / "edit.npz")
    edit = Transform.load(tmp_path / "edit.npz")
    np.testing.assert_array_equal(edit.apply(photo), result.image)
    assert len(edit.transforms) == (2 if rest == "keep" else 3)


def test_each_region_has_an_edit_of_its_own(photo, tiny, labels):
    """One edit for all could not tell regions of the same colours apart."""
    flat = np.full_like(photo, 120)
    result = small_matcher(tiny).fit(flat, Regions(labels, COLORS))
    assert result.color_error < LEVEL / 2
    assert (result.image[labels == 2] == 120).all()


def test_soft_borders_share_pixels(photo, tiny, labels):
    result = small_matcher(tiny).fit(photo, Regions(labels, COLORS, feather=8))
    assert result.color_error < LEVEL / 2
    changed = (result.image != photo).any((0, 2))
    assert changed[18:22].any()
    assert not changed[23:30].any()


def test_masks_side_by_side_are_regions(photo, tiny, labels):
    target = MeanColor(COLORS[1], mask=labels == 1) & MeanColor(COLORS[3], mask=labels == 3)
    assert isinstance(target.resolved(as_canvas(photo)), Places)
    ours = small_matcher(tiny).transfer(photo, target)
    regions = small_matcher(tiny).transfer(photo, Regions(labels, COLORS))
    np.testing.assert_array_equal(ours, regions)


def test_a_grey_photograph_takes_greys(photo, tiny, labels):
    result = small_matcher(tiny).fit(photo[..., 0], Regions(labels, COLORS))
    assert result.image.shape == photo.shape[:2]
    assert result.color_error < LEVEL / 2
    assert any("stays grey" in warning for warning in result.warnings)


def test_regions_are_a_value(photo, tiny, labels):
    target, matcher = Regions(labels, COLORS), small_matcher(tiny)
    expected = matcher.transfer(photo, target)
    for other in (copy.deepcopy(target), pickle.loads(pickle.dumps(target))):
        np.testing.assert_array_equal(matcher.transfer(photo, other), expected)
    assert target.errors(expected).keys() == {"color_1", "color_3"}


def test_labels_from_a_file(photo, tiny, labels, tmp_path):
    images.save(tmp_path / "labels.png", labels.astype(np.uint8))
    target = Regions(tmp_path / "labels.png", {3: TARGET})
    np.testing.assert_array_equal(target.labels, labels)


@settings(max_examples=30, deadline=None)
@given(st.integers(1, 30), st.integers(1, 30), st.floats(0, 12), st.integers(0, 20))
def test_memberships_share_every_pixel(height, width, feather, seed):
    labels = np.random.default_rng(seed).integers(0, 2, (height, width))
    if labels.min() == labels.max():
        labels[0, 0] = 1 - labels[0, 0]
    one, other = (_membership(labels == k, feather).astype(int) for k in (0, 1))
    if labels.min() < labels.max():
        assert (np.abs(one + other - 255) <= 1).all()
    assert (one[labels == 0] >= 127).all()
    assert (one[labels == 1] <= 128).all()


@pytest.mark.parametrize(
    ("arguments", "remedy"),
    [
        ({"labels": np.ones((3, 4), int)}, "give some of its size"),
        ({"labels": np.ones((40, 56))}, "as integers"),
        ({"labels": np.full((40, 56), np.nan)}, "as integers"),
        ({"regions": {7: "teal"}}, "no visible pixel of 7; there are 1, 2, 3"),
        ({"regions": {}}, "give some"),
        ({"regions": ["teal"]}, "give some"),
        ({"regions": {"1": "teal"}}, "whole number"),
        ({"regions": {1: "blurple"}}, "not a colour"),
        ({"rest": "drop"}, "'keep' or 'free'"),
        ({"space": "lab"}, "'srgb' or 'linear'"),
        ({"feather": -1}, "from 0"),
    ],
)
def test_regions_that_cannot_be_used(photo, tiny, labels, arguments, remedy):
    given_ = {"labels": labels, "regions": COLORS, **arguments}
    with pytest.raises(InputError, match=remedy) as caught:
        small_matcher(tiny).fit(photo, Regions(**given_))
    assert len(str(caught.value).splitlines()) == 1


def test_regions_by_colour(photo, tiny):
    found = segment(photo, count=3)
    assert found.min() == 1
    assert found.max() in (2, 3)
    np.testing.assert_array_equal(found, segment(photo, count=3))
    sizes = np.bincount(found.ravel())[1:]
    assert (np.diff(sizes) <= 0).all()
    # The dark disc is one of them.
    disc = unit(photo).max(-1) < 0.32
    assert max((disc & (found == k)).sum() / (disc | (found == k)).sum() for k in (1, 2, 3)) > 0.6
    result = small_matcher(tiny).fit(photo, Regions(None, {1: TARGET}))
    assert (result.image != photo).any(-1).sum() <= (segment(photo) == 1).sum()
    with pytest.raises(InputError, match="from 2"):
        segment(photo, count=1)


def test_without_scikit_image(photo, monkeypatch):
    monkeypatch.setitem(__import__("sys").modules, "skimage", None)
    with pytest.raises(InputError, match=r"colortransfer\[regions\]"):
        segment(photo)


def test_a_penalty_counts_for_as_much_as_its_edit_draws(photo, labels):
    target = Regions(labels, {1: "#6b6250", 3: TARGET}).resolved(as_canvas(photo))
    scene = Scene.whole(unit(photo), target)
    sizes = [(labels == k).sum() for k in (1, 3)]
    assert float(scene.penalty(tf.constant([1.0, 0.0]))) == pytest.approx(sizes[0] / sum(sizes))
    assert float(scene.penalty(tf.constant([0.5, 0.5]))) == pytest.approx(0.5)
    assert float(scene.penalty(tf.constant(0.25))) == 0.25


def test_several_edits_of_a_family(photo):
    family = Several(Affine(), 2)
    original = np.float32(photo / 255)
    variables = family.initial(original, np.zeros(3, np.float32))
    drawn = family.render(variables, family.prepare(original))
    assert drawn.shape == (2, *photo.shape)
    np.testing.assert_allclose(drawn[1], original, atol=1e-6)
    edit = family.transform(variables, photo.shape[:2])
    assert isinstance(edit, MaskedTransform)
    np.testing.assert_array_equal(edit.apply(photo), photo)
