import hashlib
import os
import subprocess
import sys

import numpy as np
import pytest
import tensorflow as tf
from conftest import ROOT
from hypothesis import given, settings
from hypothesis import strategies as st

from colortransfer import FeatureMatcher, colors
from colortransfer.losses import ChangeLoss, ColorLoss, FeatureMatchingLoss
from colortransfer.optimizers import LBFGS, Adam, GradientDescent
from colortransfer.parametrizations import Affine, BilateralGrid, Pixels
from colortransfer.targets import MeanColor
from colortransfer.transforms import AffineTransform, BilateralGridTransform, ResidualTransform

TARGET = "#5b86b4"
TARGET_RGB = np.array([0x5B, 0x86, 0xB4]) / 255
LEVEL = 1 / 255


def features(extractor, octaves=1):
    return FeatureMatchingLoss(extractor, octaves=octaves, normalisation="relative")


def small_matcher(extractor, **options):
    options = {
        "losses": features(extractor),
        "parametrization": BilateralGrid(rows=3, columns=3, depth=3, smoothness=1.0),
        "optimizer": Adam(steps=6, learning_rate=0.02),
        "working_size": 48,
        **options,
    }
    return FeatureMatcher(**options)


@pytest.fixture(scope="module")
def matcher(tiny):
    return small_matcher(tiny)


@pytest.fixture(scope="module")
def quick(tiny):
    """For what does not depend on how far the fit went."""
    return small_matcher(tiny, optimizer=Adam(steps=2), working_size=16)


def as_dtype(values, dtype):
    if np.dtype(dtype).kind == "f":
        return values.astype(dtype)
    return np.rint(values * np.iinfo(dtype).max).astype(dtype)


def unit(image):
    """An image's values in [0, 1], as float64."""
    return image / (1.0 if image.dtype.kind == "f" else np.iinfo(image.dtype).max)


def visible_mean(image):
    """Mean of an image's colour channels over the pixels with alpha above 0, one by one."""
    if image.ndim == 2 or image.shape[2] == 1:
        return unit(image).astype(float).mean()
    pixels = [unit(p[:3]).astype(float) for p in image.reshape(-1, image.shape[2])]
    alphas = image[..., 3].ravel() if image.shape[2] == 4 else np.ones(len(pixels))
    return np.mean([pixel for pixel, alpha in zip(pixels, alphas, strict=True) if alpha > 0], 0)


# The colour is exact, whatever comes in


@settings(deadline=None, max_examples=120)
@given(data=st.data())
def test_exact_color_for_every_image(quick, data):
    height, width = data.draw(st.tuples(*[st.integers(1, 12)] * 2), label="size")
    channels = data.draw(st.sampled_from([(), (1,), (3,), (4,)]), label="channels")
    dtype = data.draw(st.sampled_from(["uint8", "uint16", "float16", "float32", "float64"]))
    middle, deviation = data.draw(st.floats(0, 1)), data.draw(st.floats(0, 1))
    rng = np.random.default_rng(data.draw(st.integers(0, 999), label="seed"))
    image = rng.normal(middle, deviation, (height, width, *channels)).clip(0, 1)
    if channels == (4,):
        image[..., 3] = rng.integers(0, 3, (height, width)) / 2
        image[rng.integers(height), rng.integers(width), 3] = 1
    image = as_dtype(image, dtype)
    before = image.copy()
    end = st.sampled_from([0.0, 1.0])
    color = np.array(data.draw(st.tuples(*[end | st.floats(0, 1)] * 3), label="color"))

    result = quick.fit(image, color)

    np.testing.assert_array_equal(image, before)
    assert (result.image.dtype, result.image.shape) == (image.dtype, image.shape)
    grey = channels in ((), (1,))
    goal = colors.LUMA @ color if grey else color
    np.testing.assert_allclose(visible_mean(result.image), goal, atol=LEVEL)
    reported = np.abs(visible_mean(result.image) - goal).max()
    np.testing.assert_allclose(result.color_error, reported, atol=1e-5)
    if channels == (4,):
        np.testing.assert_array_equal(result.image[..., 3], image[..., 3])


@pytest.mark.parametrize("size", [(1, 1), (1, 5000), (5000, 1), (7, 7), (42, 42), (2, 300)])
@pytest.mark.parametrize("content", ["noise", "black", "white", "grey"])
def test_awkward_images(quick, size, content):
    levels = {"black": 0, "white": 255, "grey": 128}
    image = np.random.default_rng(0).integers(0, 256, (*size, 3), np.uint8)
    if content != "noise":
        image[...] = levels[content]
    result = quick.transfer(image, TARGET)
    assert (result.dtype, result.shape) == (image.dtype, image.shape)
    np.testing.assert_allclose(visible_mean(result), TARGET_RGB, atol=LEVEL)


@pytest.mark.parametrize("color", ["black", "white", "#ff0000"])
def test_the_corners_of_the_cube(quick, photo, color):
    result = quick.transfer(photo, color)
    np.testing.assert_allclose(visible_mean(result), colors.parse_color(color), atol=LEVEL)


@pytest.mark.parametrize("parametrization", [Pixels(), Affine(), BilateralGrid(depth=1)])
@pytest.mark.parametrize("optimizer", [GradientDescent(steps=2), LBFGS(steps=3), Adam(steps=0)])
@pytest.mark.parametrize("pulled", [False, True])
def test_exact_color_of_every_fit(tiny, photo, parametrization, optimizer, pulled):
    losses = features(tiny) + ColorLoss() if pulled else features(tiny)
    matcher = small_matcher(
        tiny, parametrization=parametrization, optimizer=optimizer, losses=losses
    )
    result = matcher.fit(photo, TARGET)
    np.testing.assert_allclose(visible_mean(result.image), TARGET_RGB, atol=LEVEL)
    assert result.color_error < LEVEL


def test_linear_light(tiny, photo):
    result = small_matcher(tiny).fit(photo, MeanColor(TARGET, space="linear"))
    light = colors.srgb_to_linear(unit(result.image)).mean((0, 1))
    np.testing.assert_allclose(colors.linear_to_srgb(light), TARGET_RGB, atol=LEVEL)
    assert np.abs(visible_mean(result.image) - TARGET_RGB).max() > LEVEL
    assert result.color_error < LEVEL


def test_grey_takes_the_grey_of_the_same_luma(matcher, photo):
    grey = photo[..., 1]
    result = matcher.fit(grey, TARGET)
    luma = TARGET_RGB @ [0.2126, 0.7152, 0.0722]
    np.testing.assert_allclose(result.color, luma)
    np.testing.assert_allclose(visible_mean(result.image), luma, atol=LEVEL)
    np.testing.assert_array_equal(matcher.transfer(grey[..., None], TARGET)[..., 0], result.image)


def test_what_cannot_be_seen_does_not_count(matcher, photo):
    alpha = np.full((*photo.shape[:2], 1), 200, np.uint8)
    alpha[:, :20] = 0
    image = np.concatenate([photo, alpha], -1)
    other = image.copy()
    other[:, :20, :3] = [255, 0, 255]
    result, same = matcher.transfer(image, TARGET), matcher.transfer(other, TARGET)
    np.testing.assert_allclose(unit(result[:, 20:, :3]).mean((0, 1)), TARGET_RGB, atol=LEVEL)
    np.testing.assert_array_equal(result[:, 20:], same[:, 20:])
    np.testing.assert_array_equal(result[..., 3], image[..., 3])


def test_tensors(matcher, photo):
    for image in (tf.constant(photo), tf.constant(unit(photo), tf.float32)):
        result = matcher.transfer(image, TARGET)
        assert tf.is_tensor(result)
        assert (result.dtype, result.shape) == (image.dtype, image.shape)
        np.testing.assert_array_equal(result, matcher.transfer(image.numpy(), TARGET))


def test_views_and_read_only_arrays(matcher, photo):
    plain = matcher.transfer(photo, TARGET)
    frozen = photo.copy()
    frozen.setflags(write=False)
    for image in (frozen, np.asfortranarray(photo), photo[::-1][::-1]):
        np.testing.assert_array_equal(matcher.transfer(image, TARGET), plain)


# The same call gives the same bytes


PROGRAM = """
import hashlib, sys
import numpy as np
from colortransfer import FeatureMatcher
from tiny_network import TinyNetwork
from test_feature_matcher import noise, small_matcher
print(hashlib.sha256(small_matcher(TinyNetwork()).transfer(noise(), "#5b86b4")).hexdigest())
"""


def noise():
    return np.random.default_rng(11).integers(0, 256, (90, 130, 3), np.uint8)


def test_same_bytes(matcher, tiny):
    first = matcher.transfer(noise(), TARGET)
    matcher.transfer(noise()[:50], "teal")  # what came between leaves no trace
    np.testing.assert_array_equal(matcher.transfer(noise(), TARGET), first)
    np.testing.assert_array_equal(small_matcher(tiny).transfer(noise(), TARGET), first)


def test_same_bytes_in_another_process(matcher):
    paths = os.pathsep.join([str(ROOT), str(ROOT / "tests")])
    run = subprocess.run(
        [sys.executable, "-c", PROGRAM],
        capture_output=True,
        text=True,
        check=True,
        env={**os.environ, "PYTHONPATH": paths},
    )
    expected = hashlib.sha256(matcher.transfer(noise(), TARGET)).hexdigest()
    assert run.stdout.strip() == expected


# What a fit tells


def test_the_fit_gets_better_and_tells(matcher, photo):
    seen = []
    result = matcher.fit(photo, TARGET, callbacks=[seen.append])
    losses = result.history["loss"]
    assert min(losses[1:]) < losses[0]
    assert len(losses) == len(seen) == matcher.optimizer.steps
    assert set(result.history) == {"features", "penalty", "loss"}
    assert result.reason == "steps"
    assert result.undone == []
    assert result.warnings == ()
    assert result.seconds > 0
    np.testing.assert_array_equal(result.color, TARGET_RGB)
    np.testing.assert_array_equal(result.image, matcher.transfer(photo, TARGET))


@pytest.mark.parametrize(
    ("parametrization", "kind"),
    [
        (Affine(), AffineTransform),
        (BilateralGrid(rows=2, columns=2, depth=2), BilateralGridTransform),
        (Pixels(), ResidualTransform),
    ],
)
def test_the_transform_is_the_edit(tiny, photo, parametrization, kind):
    result = small_matcher(tiny, parametrization=parametrization).fit(photo, TARGET)
    assert isinstance(result.transform, kind)
    again = result.transform.apply(photo)
    assert np.abs(again.astype(int) - result.image.astype(int)).max() <= 1
    assert result.transform.apply(photo[:9, :7]).shape == (9, 7, 3)


def test_a_callback_ends_the_fit(matcher, photo):
    result = matcher.fit(photo, TARGET, callbacks=[lambda step: step.number == 3])
    assert result.reason == "callback"
    assert len(result.history["loss"]) == 3
    np.testing.assert_allclose(visible_mean(result.image), TARGET_RGB, atol=LEVEL)


def test_dropped_octaves_are_told(tiny):
    matcher = small_matcher(tiny, losses=features(tiny, octaves=4))
    (warning,) = matcher.fit(noise()[:20, :30], TARGET).warnings
    assert "2 of 4 octaves" in warning
    # Images below the network's minimum size are continued by reflection.
    (warning,) = matcher.fit(noise()[:3, :30], TARGET).warnings
    assert "1 of 4 octaves" in warning


def test_what_the_losses_of_a_target_need_is_what_counts(tiny):
    image, mask = noise()[:3, :30], np.ones((3, 30), bool)
    mask[:, :9] = False
    matcher = small_matcher(tiny, losses=ChangeLoss(), masked_losses=features(tiny, octaves=4))
    assert matcher.fit(image, TARGET).warnings == ()
    # The working copy is as large as the network needs, and the warning is of its octaves.
    (warning,) = matcher.fit(image, MeanColor(TARGET, mask=mask)).warnings
    assert "1 of 4 octaves" in warning


def test_a_loss_that_breaks_down_is_reported(tiny, photo):
    def broken(current, original, color):
        return tf.reduce_mean(current) * float("nan")

    result = small_matcher(tiny, losses=features(tiny) + broken).fit(photo, TARGET)
    assert result.reason == "diverged"
    assert result.undone == [1]
    np.testing.assert_allclose(visible_mean(result.image), TARGET_RGB, atol=LEVEL)


def test_working_size(tiny, photo):
    for working_size, size in [(28, (20, 28)), (None, photo.shape[:2]), (500, photo.shape[:2])]:
        matcher = small_matcher(tiny, parametrization=Pixels(), working_size=working_size)
        assert matcher.fit(photo, TARGET).transform.residual.shape[:2] == size


def test_longer_sides_of_working_copies_are_multiples(tiny, photo):
    large = photo.repeat(4, 0).repeat(4, 1)  # 160 x 224
    for working_size, size in [(128, (91, 128)), (None, (160, 224)), (500, (160, 224))]:
        rounded = size if working_size is None else tuple(64 * round(n / 64) for n in size)
        matcher = small_matcher(
            tiny, parametrization=Pixels(), optimizer=Adam(steps=1), working_size=working_size
        )
        assert matcher.fit(large, TARGET).transform.residual.shape[:2] == rounded


def test_few_graphs_for_many_sizes(tiny):
    matcher = small_matcher(tiny, losses=features(tiny, octaves=2), working_size=64)
    for height, width in [(40, 60), (60, 40), (33, 17), (64, 64), (100, 30), (9, 90), (7, 7)]:
        matcher.transfer(noise()[:height, :width], TARGET)
        matcher.transfer(noise()[:height, :width, 0], "teal")
    assert matcher._problem(MeanColor(TARGET))._graph.experimental_get_tracing_count() <= 2


# Losses of one's own


def test_a_loss_in_three_lines(tiny, photo):
    def calm(current, original, color):
        contrast = tf.math.reduce_std(current, [0, 1])
        return 10.0 * tf.reduce_mean(contrast)

    options = {"optimizer": Adam(steps=30, learning_rate=0.02)}
    plain = small_matcher(tiny, **options).fit(photo, TARGET)
    calmer = small_matcher(tiny, losses=features(tiny) + calm, **options).fit(photo, TARGET)
    assert unit(calmer.image).std((0, 1)).mean() < 0.8 * unit(plain.image).std((0, 1)).mean()
    assert calmer.history["calm"][-1] < calmer.history["calm"][0]
    assert "calm" not in plain.history
    np.testing.assert_allclose(visible_mean(calmer.image), TARGET_RGB, atol=LEVEL)


def test_a_function_alone_is_a_loss(tiny, photo):
    def sky(current, original, color):
        return tf.reduce_mean(tf.abs(current[:10] - original[:10]))

    result = small_matcher(tiny, losses=sky, optimizer=Adam(steps=60)).fit(photo, TARGET)
    shifted = np.abs(TARGET_RGB - visible_mean(photo)).mean()
    moved = np.abs(unit(result.image)[:10] - unit(photo)[:10]).mean()
    assert moved < 0.7 * shifted
