"""One of each kind, added from outside of the package in a few lines; a fit with all of them."""

import dataclasses
import importlib
import types
from typing import ClassVar, NamedTuple

import numpy as np
import pytest
import tensorflow as tf

from colortransfer import FeatureMatcher
from colortransfer.feature_extractors import FeatureExtractor
from colortransfer.losses import FeatureMatchingLoss, Loss, TargetLoss
from colortransfer.optimizers import FirstOrder
from colortransfer.parametrizations import Parametrization
from colortransfer.targets import MeanColor, Target
from colortransfer.transforms import Transform


@dataclasses.dataclass(frozen=True)
class Calm(Loss):
    name: ClassVar[str] = "calm"

    def prepare(self, scene):
        # A Gram matrix and a list of places: neither has the picture's height and width.
        pixels = tf.reshape(scene.original, [-1, 3])
        return tf.matmul(pixels, pixels, transpose_a=True), tf.range(tf.shape(pixels)[0])[::7]

    def signature(self, prepared):
        return tf.TensorSpec([3, 3]), tf.TensorSpec([None], tf.int32)

    def value(self, image, scene, prepared):
        gram, places = prepared
        assert gram.shape == (3, 3)
        chosen = tf.gather(tf.reshape(image - scene.original, [-1, 3]), places)
        return tf.reduce_mean(tf.square(tf.matmul(chosen, gram / tf.linalg.trace(gram))))


class LumaGoal(NamedTuple):
    luma: tf.Tensor

    def deviation(self, image):
        return tf.reduce_mean(image, [0, 1])[1:2] - self.luma

    def project(self, image):
        return tf.clip_by_value(image, 0.0, 1.0)

    def baseline(self, original):
        return original


@dataclasses.dataclass(frozen=True)
class Green(Target):
    level: float

    def bind(self, copy):
        return LumaGoal(tf.constant([self.level]))

    def errors(self, image):
        return {"green": abs(float(image[..., 1].mean()) / 255 - self.level)}


@pytest.fixture(scope="module")
def gain():
    """A transform; its kind is forgotten afterwards, as other tests count them."""

    class Gain(Transform):
        kind = "gain"

        def __init__(self, gain):
            object.__setattr__(self, "gain", np.asarray(gain, np.float32))

        def _check(self):
            pass

        def render_rows(self, rgb, top, height):
            return rgb * self.gain[:3] + self.gain[3:]

        def shifted(self, shift):
            return Gain(np.concatenate([self.gain[:3], self.gain[3:] + shift]))

    yield Gain
    del Transform._kinds["gain"]


@pytest.fixture(scope="module")
def matcher(gain):
    class Gains(Parametrization):
        def initial(self, original, shift):
            return {"gain": tf.ones([3]), "offset": tf.zeros([3]) + shift}

        def prepare(self, original):
            return original

        def render(self, variables, prepared):
            return variables["gain"] * prepared + variables["offset"]

        def transform(self, variables, size):
            return gain(np.concatenate([variables["gain"], variables["offset"]]))

    class Edges(FeatureExtractor):
        minimum_size = 2

        def features(self, images):
            return {"edges": tf.concat(tf.image.image_gradients(images), -1)}

    class SignDescent(FirstOrder):
        def start(self, variables):
            return ()

        def direction(self, gradients, state):
            return {name: tf.sign(value) for name, value in gradients.items()}, state

    features = FeatureMatchingLoss(Edges(["edges"]), octaves=1, normalisation="relative")
    return FeatureMatcher(
        losses=features + 0.1 * Calm() + 50.0 * TargetLoss(),
        parametrization=Gains(),
        optimizer=SignDescent(steps=12, learning_rate=0.01),
    )


def test_a_fit_of_ones_own_parts(matcher, gain, photo):
    result = matcher.fit(photo, Green(0.6))
    assert list(result.history) == ["features", "calm", "target", "loss"]
    assert min(result.history["loss"]) < result.history["loss"][0]
    assert isinstance(result.transform, gain)
    assert list(result.errors) == ["green"]


def test_they_go_together_with_the_packages_own(matcher, photo):
    result = matcher.fit(photo, Green(0.6) & MeanColor("#5b86b4"))
    assert result.errors["color"] < 1 / 255
    np.testing.assert_allclose(
        result.transform.apply(photo).mean((0, 1)), [0x5B, 0x86, 0xB4], atol=1
    )


def test_one_graph_serves_all_sizes(matcher, photo):
    before = matcher._problem(MeanColor("teal"))._graph.experimental_get_tracing_count()
    for height, width in [(40, 56), (30, 56), (33, 17)]:
        matcher.fit(photo[:height, :width], Green(0.5))
    assert matcher._problem(MeanColor("teal"))._graph.experimental_get_tracing_count() <= before + 1


def brighter(current, original, color):
    excess = tf.reduce_mean(current - original)
    if excess > 0:
        return excess
    return tf.zeros([])


class Brighter:
    __name__ = "brighter"

    def __call__(self, current, original, color):
        return brighter(current, original, color)


@pytest.mark.parametrize("term", [brighter, tf.function(brighter), Brighter()])
def test_a_function_may_branch_on_a_tensor(term, photo):
    matcher = FeatureMatcher(losses=term)
    assert matcher.fit(photo, "white").history["brighter"][0] > 0
    assert matcher.fit(photo, "black").history["brighter"][0] == 0


def test_a_term_that_branches_on_a_tensor_is_told_to_be_a_tf_function(photo):
    @dataclasses.dataclass(frozen=True)
    class Branching(Loss):
        name: ClassVar[str] = "branching"

        def value(self, image, scene, prepared):
            return brighter(image, scene.original, scene.color)

    with pytest.raises(tf.errors.OperatorNotAllowedInGraphError, match="decorate"):
        FeatureMatcher(losses=Branching()).fit(photo, "black")
    Branching.value = tf.function(Branching.value)
    assert FeatureMatcher(losses=Branching()).fit(photo, "white").history["branching"][0] > 0


def test_a_command_is_a_module_in_the_list(monkeypatch, capsys):
    """Its docstring is its help; it adds arguments and runs."""
    greet = types.ModuleType("colortransfer.cli.greet", "Say who is greeted.")
    greet.add_arguments = lambda parser: parser.add_argument("name")
    greet.run = lambda options: print(f"hello {options.name}") or 0
    main = importlib.import_module("colortransfer.cli.main")
    monkeypatch.setattr(main, "COMMANDS", (*main.COMMANDS, greet))
    assert main.main(["greet", "world"]) == 0
    assert capsys.readouterr().out == "hello world\n"
