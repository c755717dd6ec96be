"""How terms add up, and what else is a term."""

import math

import numpy as np
import pytest
import tensorflow as tf

from colortransfer.errors import InputError
from colortransfer.feature_extractors import FeatureExtractor
from colortransfer.losses import (
    BlurLoss,
    ColorLoss,
    FeatureMatchingLoss,
    FunctionLoss,
    Loss,
    LossSum,
    Scene,
    as_loss,
)

COLOR = np.float32([0.2, 0.6, 0.9])


def mean_distance(current, original, color):
    return tf.reduce_mean(tf.abs(current - original))


def test_sums_are_weighted(pair):
    color, blur = ColorLoss(), BlurLoss()
    total = 2 * color + blur * 0.5
    expected = 2 * float(color(*pair, COLOR)) + 0.5 * float(blur(*pair, COLOR))
    assert math.isclose(total(*pair, COLOR), expected, rel_tol=1e-6)
    assert math.isclose((3 * total)(*pair, COLOR), 3 * expected, rel_tol=1e-6)
    assert math.isclose((total + color)(*pair, COLOR), expected + color(*pair, COLOR), rel_tol=1e-6)


def test_values_by_name(pair):
    total = 2 * ColorLoss() + 3 * BlurLoss() + mean_distance + BlurLoss(relative=True)
    assert total.names == ["color", "blur", "mean_distance", "blur_2"]
    scene = Scene.whole(pair[1], COLOR)
    values = total.values(tf.constant(pair[0]), scene, total.prepare(scene))
    assert list(values) == total.names
    assert math.isclose(values["color"], 2 * ColorLoss()(*pair, COLOR), rel_tol=1e-6)
    assert math.isclose(values["blur"], 3 * BlurLoss()(*pair, COLOR), rel_tol=1e-6)
    assert math.isclose(sum(map(float, values.values())), total(*pair, COLOR), rel_tol=1e-6)


def test_three_of_a_name():
    assert (BlurLoss() + BlurLoss() + BlurLoss()).names == ["blur", "blur_2", "blur_3"]


def test_no_term_vanishes_behind_a_name_that_is_taken(pair):
    def blur_2(current, original, color):
        return 1.0 + 0.0 * current[0, 0, 0]

    total = BlurLoss() + blur_2 + BlurLoss()
    assert total.names == ["blur", "blur_2", "blur_3"]
    expected = 2 * float(BlurLoss()(*pair, COLOR)) + 1
    assert math.isclose(total(*pair, COLOR), expected, rel_tol=1e-6)


@pytest.mark.parametrize("name", ["loss", "penalty"])
def test_names_that_the_history_needs_itself(name):
    def term(current, original, color):
        return 0.0 * current[0, 0, 0]

    term.__name__ = name
    with pytest.raises(InputError, match=f"cannot be called '{name}'"):
        BlurLoss() + term


def test_terms_are_immutable(tiny):
    for term, name in [
        (BlurLoss(), "relative"),
        (FeatureMatchingLoss(tiny), "octaves"),
        (ColorLoss() + BlurLoss(), "terms"),
    ]:
        with pytest.raises(AttributeError):
            setattr(term, name, 3)


def test_arithmetic_changes_no_operand(pair):
    term = BlurLoss()
    pairwise = 1.0 * term + ColorLoss()
    before = [float(loss(*pair, COLOR)) for loss in (term, pairwise)]
    assert isinstance(5 * term, LossSum)
    assert len((pairwise + term).terms) == 3
    assert len((2 * pairwise).terms) == 2
    assert [float(loss(*pair, COLOR)) for loss in (term, pairwise)] == before


def test_a_sum_needs_the_largest_minimum_and_passes_warnings_on(tiny):
    total = ColorLoss() + FeatureMatchingLoss(tiny, octaves=4)
    assert ColorLoss().minimum_size == 1
    assert total.minimum_size == 8
    assert total.warnings(16, 16) == FeatureMatchingLoss(tiny, octaves=4).warnings(16, 16) != []


def test_a_sum_without_terms_has_the_others_at_their_weights(pair):
    total = 2 * ColorLoss() + 3 * BlurLoss() + mean_distance + BlurLoss(relative=True)
    left = total.without("color", "blur_2")
    assert left.names == ["blur", "mean_distance"]
    expected = 3 * BlurLoss()(*pair, COLOR) + mean_distance(*pair, COLOR)
    assert math.isclose(left(*pair, COLOR), expected, rel_tol=1e-6)
    assert len(total.terms) == 4
    assert total.without().names == total.names


@pytest.mark.parametrize(
    ("names", "message"),
    [(["hue"], "no term is called 'hue'; there are color, blur"), (["color", "blur"], "left")],
)
def test_what_cannot_be_left_out(names, message):
    with pytest.raises(InputError, match=message):
        (ColorLoss() + BlurLoss()).without(*names)


# Functions as terms


def test_functions_are_terms(pair):
    current, original = pair
    expected = np.abs(current.astype(float) - original).mean()
    for loss in (as_loss(mean_distance), mean_distance + 0.0 * ColorLoss()):
        assert math.isclose(loss(*pair, COLOR), expected, rel_tol=1e-5)
    assert as_loss(mean_distance).name == "mean_distance"


def test_as_loss_decorates(pair):
    @as_loss
    def red(current, original, color):
        return tf.reduce_mean(current[..., 0])

    assert isinstance(red, FunctionLoss)
    expected = 2 * pair[0][..., 0].mean()
    assert math.isclose((2.0 * red)(*pair, COLOR), expected, rel_tol=1e-5)


def test_as_loss_keeps_losses():
    loss = ColorLoss()
    assert as_loss(loss) is loss


def test_objects_that_can_be_called_are_named_by_their_class(pair):
    class Nothing:
        def __call__(self, current, original, color):
            return tf.constant(0.0)

    assert as_loss(Nothing()).name == "Nothing"


@pytest.mark.parametrize("thing", [3.0, "blur", None])
def test_other_things_are_no_losses(thing):
    with pytest.raises(InputError, match="give a Loss or a function"):
        as_loss(thing)
    with pytest.raises(InputError, match="give a Loss or a function"):
        ColorLoss() + thing


def test_a_function_must_return_a_scalar(pair):
    @as_loss
    def per_pixel(current, original, color):
        return current - original

    with pytest.raises(InputError, match=r"'per_pixel' must return a scalar; use tf.reduce_mean"):
        per_pixel(*pair, COLOR)


def test_a_class_of_ones_own(pair):
    """The protocol that the documentation promises: prepare once, compare at every step."""

    class Darker(Loss):
        name = "darker"

        def prepare(self, scene):
            return scene.mean(scene.original)

        def value(self, image, scene, prepared):
            return tf.nn.relu(scene.mean(image) - prepared)

    original = pair[1]
    total = ColorLoss() + 4 * Darker()
    assert total.names == ["color", "darker"]
    excess = float(Darker()(original + np.float32(0.1), original, COLOR))
    assert math.isclose(excess, 0.1, rel_tol=1e-4)
    assert float(Darker()(original - np.float32(0.1), original, COLOR)) == 0


def test_an_extractor_of_ones_own(pair):
    class Greys(FeatureExtractor):
        def features(self, images):
            return {"grey": tf.reduce_mean(images, -1, keepdims=True)}

    loss = FeatureMatchingLoss(Greys(["grey"]), octaves=1, normalisation="mean")
    expected = ((pair[0].astype(float) - pair[1]).mean(-1) ** 2).mean()
    assert math.isclose(loss(*pair, COLOR), expected, rel_tol=1e-4)
