"""FeatureMatcher: what it refuses, what the paper sets, what nobody set."""

import copy
import dataclasses
import pickle

import numpy as np
import pytest
import tensorflow as tf
from test_feature_matcher import LEVEL, TARGET, TARGET_RGB, small_matcher, visible_mean

from colortransfer import FeatureMatcher
from colortransfer.errors import InputError
from colortransfer.feature_extractors import InceptionV3
from colortransfer.losses import BlurLoss, ColorLoss, ColorVarianceLoss
from colortransfer.optimizers import LBFGS, Adam
from colortransfer.parametrizations import Fourier, Pixels
from colortransfer.transforms import BilateralGridTransform, Lut3D, ResidualTransform


@pytest.fixture(scope="module")
def quick(tiny):
    return small_matcher(tiny, optimizer=Adam(steps=2), working_size=16)


# Errors


@pytest.mark.parametrize(
    "image",
    [
        np.zeros((0, 5, 3)),
        np.zeros((4, 5, 2)),
        np.zeros((4, 5, 5)),
        np.zeros(9),
        np.zeros((1, 4, 5, 3)),
        np.full((4, 5, 3), np.nan),
        np.full((4, 5, 3), np.inf),
        np.full((4, 5, 3), 128.0),
        np.full((4, 5, 3), -0.5),
        np.zeros((4, 5, 3), int),
        np.zeros((4, 5, 3), bool),
        np.zeros((4, 5, 3), complex),
        np.zeros((4, 5, 4), np.uint8),
        np.full((4, 5, 3), "a"),
        "photo.jpg",
        None,
        [[0.5]],
    ],
    ids=lambda image: f"{type(image).__name__} {getattr(image, 'shape', '')}",
)
def test_images_that_cannot_be_used(quick, image):
    with pytest.raises(InputError) as caught:
        quick.transfer(image, TARGET)
    assert 0 < len(str(caught.value).splitlines()) == 1


@pytest.mark.parametrize("color", [(91, 134, 180), "blurple", (0.1, 0.2, 1.2), None])
def test_colors_that_cannot_be_used(quick, photo, color):
    with pytest.raises(InputError) as caught:
        quick.transfer(photo, color)
    assert len(str(caught.value).splitlines()) == 1


@pytest.mark.parametrize(
    ("options", "remedy"),
    [
        ({"constraint": "loss"}, "losses with a ColorLoss"),
        ({"mean_space": "linear"}, r"MeanColor\(color, space="),
        ({"levels": 0}, "at least 1"),
        ({"working_size": 15}, "at least 16"),
        ({"losses": 3}, "give a Loss or a function"),
        ({"optimizer": LBFGS}, "the class LBFGS is no Optimizer"),
        ({"parametrization": 3}, "3 is no Parametrization"),
    ],
)
def test_options_that_cannot_be_used(tiny, options, remedy):
    with pytest.raises(InputError, match=remedy):
        small_matcher(tiny, **options)


def test_calls_that_cannot_be_made(quick, photo):
    with pytest.raises(InputError, match="give a list"):
        quick.fit(photo, TARGET, callbacks=print)
    with tf.Graph().as_default(), pytest.raises(InputError, match=r"outside of tf\.Graph"):
        quick.fit(photo, TARGET)


@pytest.mark.parametrize("name", ["loss", "penalty"])
def test_names_that_the_history_needs_itself(tiny, name):
    def term(current, original, color):
        return 0.0 * current[0, 0, 0]

    term.__name__ = name
    with pytest.raises(InputError, match=f"cannot be called '{name}'"):
        small_matcher(tiny, losses=term)


# As published


def by_name(matcher):
    return {term.loss.name: term.loss for term in matcher.losses.terms}


def test_the_constants_of_the_paper(tiny):
    matcher = FeatureMatcher.paper(tiny)
    terms = by_name(matcher)
    assert list(terms) == ["color", "features", "blur"]
    assert isinstance(terms["color"], ColorLoss)
    assert terms["color"].norm == "l2"
    content = terms["features"]
    assert (content.octaves, content.decay, content.normalisation) == (4, 0.9, "mean")
    assert content.extractor is tiny
    assert isinstance(terms["blur"], BlurLoss)
    assert terms["blur"].relative is False
    assert isinstance(matcher.parametrization, Pixels)
    assert matcher.losses.pulls
    assert matcher.working_size is None


def test_the_optional_term_of_the_paper(tiny):
    terms = by_name(FeatureMatcher.paper(tiny, saturation=True))
    assert list(terms) == ["color", "features", "blur", "color_variance"]
    assert isinstance(terms["color_variance"], ColorVarianceLoss)


def test_the_network_of_the_paper(shared):
    path = shared / "weights" / "inception_v3_2015_to_mixed3.npz"
    extractor = by_name(FeatureMatcher.paper(path))["features"].extractor
    assert isinstance(extractor, InceptionV3)
    assert extractor.layers == ("mixed3",)


def test_the_paper_lowers_its_loss(tiny, photo):
    result = FeatureMatcher.paper(tiny, saturation=True).fit(photo, TARGET)
    assert min(result.history["loss"]) < 0.9 * result.history["loss"][0]
    assert isinstance(result.transform, ResidualTransform)
    np.testing.assert_allclose(visible_mean(result.image), TARGET_RGB, atol=LEVEL)


def test_without_options(photo):
    """The bundled network and the defaults, whatever they are."""
    result = FeatureMatcher().fit(photo, TARGET)
    assert min(result.history["loss"][1:]) < result.history["loss"][0]
    np.testing.assert_allclose(visible_mean(result.image), TARGET_RGB, atol=LEVEL)


def test_the_default_of_version_01_reaches_the_color_with_a_grid(photo):
    result = FeatureMatcher.v01().fit(photo, TARGET)
    assert isinstance(result.transform, BilateralGridTransform)
    assert min(result.history["loss"][1:]) < result.history["loss"][0]
    np.testing.assert_allclose(visible_mean(result.image), TARGET_RGB, atol=LEVEL)


def test_the_default_is_a_table_of_colours(photo):
    """The same edit wherever a colour stands: of the picture upside down it makes the same."""
    result = FeatureMatcher().fit(photo, TARGET)
    assert isinstance(result.transform, Lut3D)
    np.testing.assert_array_equal(result.transform.apply(photo[::-1]), result.image[::-1])


# Values


def test_a_matcher_is_immutable(quick):
    for name in ("losses", "parametrization", "optimizer", "working_size", "levels"):
        with pytest.raises(AttributeError):
            setattr(quick, name, None)
    with pytest.raises(TypeError, match="no argument 'steps'"):
        FeatureMatcher(steps=3)


def test_copies_do_the_same(quick, photo):
    expected = quick.transfer(photo, TARGET)  # so that it holds a graph
    for other in (
        copy.deepcopy(quick),
        pickle.loads(pickle.dumps(quick)),
        dataclasses.replace(quick),
    ):
        np.testing.assert_array_equal(other.transfer(photo, TARGET), expected)


def test_levels(tiny, photo):
    large = photo.repeat(2, 0).repeat(2, 1)
    for parametrization in (Pixels(), Fourier()):
        matcher = small_matcher(tiny, parametrization=parametrization, working_size=64, levels=2)
        result = matcher.fit(large, TARGET)
        assert result.reason == "steps"
        np.testing.assert_allclose(visible_mean(result.image), TARGET_RGB, atol=LEVEL)


def test_a_result_is_shown_short(quick, photo):
    result = quick.fit(photo, TARGET)
    assert len(repr(result)) < 160
    html = result._repr_html_()
    assert html.startswith('<img src="data:image/png;base64,')
    assert html.count("<tr>") == 5
