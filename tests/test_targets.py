"""What can be asked of an edit."""

import copy
import pickle
from typing import NamedTuple

import numpy as np
import pytest
import tensorflow as tf
from test_feature_matcher import LEVEL, TARGET, TARGET_RGB, features, small_matcher, unit

from colortransfer import classical, colors, gan, targets
from colortransfer.errors import InputError
from colortransfer.losses import TargetLoss
from colortransfer.targets import Both, MeanColor, Target, as_target


class ContrastGoal(NamedTuple):
    """A goal that can only be pulled at: the standard deviation of each channel."""

    wanted: tf.Tensor

    def deviation(self, image):
        return tf.math.reduce_std(image, [0, 1]) - self.wanted

    def project(self, image):
        return tf.clip_by_value(image, 0.0, 1.0)

    def baseline(self, original):
        return original


class Contrast(Target):
    def __init__(self, wanted):
        self.wanted = wanted

    def bind(self, copy):
        return ContrastGoal(tf.fill([3], self.wanted))

    def errors(self, image):
        return {"contrast": float(np.abs(unit(image).std((0, 1)) - self.wanted).max())}


def test_colors_are_targets():
    for color in (TARGET, "rgb(91, 134, 180)", tuple(TARGET_RGB), TARGET_RGB):
        np.testing.assert_allclose(as_target(color).color, TARGET_RGB)
    target = MeanColor("teal")
    assert as_target(target) is target
    with pytest.raises(InputError, match="not a colour"):
        as_target("blurple")


def test_every_target_is_a_value(photo, tiny):
    assert {"Both", "Goal", "MeanColor", "Regions", "Target", "as_target"} <= set(targets.__all__)
    matcher = small_matcher(tiny)
    mask = np.ones(photo.shape[:2])
    for target in (MeanColor(TARGET, mask=mask), MeanColor(TARGET) & MeanColor(TARGET)):
        expected = matcher.transfer(photo, target)
        for other in (copy.deepcopy(target), pickle.loads(pickle.dumps(target))):
            np.testing.assert_array_equal(matcher.transfer(photo, other), expected)
    with pytest.raises(AttributeError):
        MeanColor(TARGET).color = "teal"


# Masks


@pytest.mark.parametrize("space", ["srgb", "linear"])
@pytest.mark.parametrize("dtype", [bool, np.uint8, np.float32])
def test_the_mean_counts_only_where_the_mask_says(photo, tiny, space, dtype):
    mask = np.zeros(photo.shape[:2], dtype)
    mask[:, 20:] = 255 if dtype == np.uint8 else 1
    if dtype is not bool:
        mask[:, 20:30] = mask[0, -1] / 2
    result = small_matcher(tiny).fit(photo, MeanColor(TARGET, mask=mask, space=space))
    light = unit(result.image)
    light = light if space == "srgb" else colors.srgb_to_linear(light)
    mean = np.average(light.reshape(-1, 3), axis=0, weights=mask.ravel().astype(float))
    mean = mean if space == "srgb" else colors.linear_to_srgb(mean)
    np.testing.assert_allclose(mean, TARGET_RGB, atol=LEVEL)
    assert result.color_error < LEVEL
    assert np.abs(unit(result.image).mean((0, 1)) - TARGET_RGB).max() > LEVEL


def test_a_mask_of_ones_is_none(photo, tiny):
    matcher = small_matcher(tiny)
    masked = matcher.transfer(photo, MeanColor(TARGET, mask=np.ones(photo.shape[:2])))
    difference = masked.astype(int) - matcher.transfer(photo, TARGET).astype(int)
    assert np.abs(difference).max() <= 1


@pytest.mark.parametrize(
    ("mask", "remedy"),
    [
        (np.ones((3, 4)), "this picture's is 40 x 56"),
        (np.zeros((40, 56)), "no visible pixel"),
        (np.full((40, 56), np.nan), "has NaN"),
        (np.full((40, 56), 2.0), "outside"),
        (np.ones((40, 56), int), "bool, uint8, or floats"),
        (np.ones((40, 56, 3)), "bool, uint8, or floats"),
    ],
)
def test_masks_that_cannot_be_used(photo, tiny, mask, remedy):
    with pytest.raises(InputError, match=remedy) as caught:
        small_matcher(tiny).fit(photo, MeanColor(TARGET, mask=mask))
    assert len(str(caught.value).splitlines()) == 1


def test_unknown_space():
    with pytest.raises(InputError, match="'srgb' or 'linear'"):
        MeanColor(TARGET, space="lab")


# Other targets, and several


def test_a_target_that_can_only_be_pulled_at(photo, tiny):
    with pytest.raises(InputError, match="add a TargetLoss"):
        small_matcher(tiny).fit(photo, Contrast(0.3))
    matcher = small_matcher(tiny, losses=features(tiny) * 0.01 + 100.0 * TargetLoss())
    result = matcher.fit(photo, Contrast(0.3))
    assert result.history["target"][-1] < 0.9 * result.history["target"][0]
    assert set(result.errors) == {"contrast"}
    assert (result.color, result.color_error) == (None, 0.0)


def test_two_targets_at_once(photo, tiny):
    target = Contrast(0.3) & MeanColor(TARGET)
    assert not target.exact
    matcher = small_matcher(tiny, losses=features(tiny) * 0.01 + 100.0 * TargetLoss())
    result = matcher.fit(photo, target)
    assert set(result.errors) == {"contrast", "color"}
    assert result.errors["color"] < LEVEL
    np.testing.assert_array_equal(result.color, TARGET_RGB)
    assert (MeanColor(TARGET) & MeanColor("teal")).exact


def test_two_of_a_kind_have_errors_of_their_own(photo, tiny):
    left = np.zeros(photo.shape[:2], bool)
    left[:, :28] = True
    both = Both(MeanColor("teal", mask=left), MeanColor(TARGET, mask=~left))
    result = small_matcher(tiny).fit(photo, both)
    assert list(result.errors) == ["color", "color_2"]
    assert max(result.errors.values()) < LEVEL


# Pixels that do not count


def test_the_paper_reaches_the_mean_of_what_is_visible(photo, tiny):
    """Transparent pixels once pulled the colour, and its unit, along."""
    alpha = np.full((*photo.shape[:2], 1), 255, np.uint8)
    alpha[:, :28] = 0
    image = np.concatenate([photo, alpha], -1)
    image[:, :28, :3] = [255, 0, 255]
    matcher = small_matcher(tiny, losses=TargetLoss() + 0.0 * features(tiny))
    mean = unit(photo[:, 28:]).mean((0, 1))
    result = matcher.fit(image, tuple(mean))
    assert result.history["target"][0] < 1e-6


@pytest.mark.parametrize("method", ["shift", "gan"])
def test_methods_of_one_colour_name_what_they_take(photo, method):
    """A plain mean colour is served; more is refused, and not by the parser of colours."""
    transfer = {"shift": classical.shift, "gan": gan.ColorGAN.pretrained().transfer}[method]
    plain = transfer(photo, targets.MeanColor("#5b86b4"))
    np.testing.assert_array_equal(plain, transfer(photo, "#5b86b4"))
    mask = np.ones(photo.shape[:2], bool)
    more = targets.MeanColor("teal", mask=mask)
    for target in (more, targets.Saturation(1.2), more & targets.Hue(20)):
        with pytest.raises(InputError, match=r"takes one mean colour .* use FeatureMatcher\(\)"):
            transfer(photo, target)
