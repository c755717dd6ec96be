import itertools
import math

import numpy as np
import pytest
import tensorflow as tf
from scipy import ndimage

from colortransfer import losses
from colortransfer.errors import InputError
from colortransfer.images.working_copy import WorkingCopy
from colortransfer.losses import (
    BlurLoss,
    ChangeLoss,
    ColorLoss,
    ColorVarianceLoss,
    FeatureMatchingLoss,
    NeutralsLoss,
    Scene,
    TargetLoss,
    as_loss,
    box_blur,
    color_variance,
)
from colortransfer.pyramid import pyramid
from colortransfer.targets import MeanColor

COLOR = np.float32([0.2, 0.6, 0.9])


def mean_distance(current, original, color):
    return tf.reduce_mean(tf.abs(current - original))


def test_every_loss_is_tested(tiny):
    found = {type(loss) for loss in every_loss(tiny).values()}
    public = {getattr(losses, name) for name in losses.__all__}
    kinds = {x for x in public if isinstance(x, type) and issubclass(x, losses.Loss)}
    assert kinds - {losses.Loss} <= found


def every_loss(tiny):
    return {
        "color": ColorLoss(),
        "color l1": ColorLoss(norm="l1"),
        "target": TargetLoss(),
        "variance": ColorVarianceLoss(),
        "blur": BlurLoss(),
        "relative blur": BlurLoss(relative=True),
        "neutrals": NeutralsLoss(),
        "change": ChangeLoss(),
        "plain change": ChangeLoss(pivot=None),
        "features": FeatureMatchingLoss(tiny, octaves=2),
        "function": as_loss(mean_distance),
        "sum": 2 * ColorLoss() + 0.5 * BlurLoss() + mean_distance,
    }


# The formulas


def test_color(pair):
    current, original = pair
    difference = current.astype(float).mean((0, 1)) - COLOR
    assert math.isclose(
        ColorLoss(norm="l2")(current, original, COLOR), (difference**2).sum(), rel_tol=1e-5
    )
    assert math.isclose(
        ColorLoss(norm="l1")(current, original, COLOR), abs(difference).sum(), rel_tol=1e-5
    )


def test_unknown_color_norm():
    with pytest.raises(InputError, match="l1"):
        ColorLoss(norm="L1")


@pytest.mark.parametrize("size", [(1, 1), (1, 6), (5, 4)])
def test_box_blur(size):
    image = np.random.default_rng(0).random((*size, 3), np.float32)
    channels = [ndimage.uniform_filter(image[..., c], 3, mode="nearest") for c in range(3)]
    np.testing.assert_allclose(box_blur(tf.constant(image)), np.stack(channels, -1), atol=1e-6)


def rough(image):
    blurred = ndimage.uniform_filter(image.astype(float), (3, 3, 1), mode="nearest")
    return blurred - image


def test_blur(pair):
    current, original = pair
    absolute = np.abs(rough(current)).mean()
    assert math.isclose(BlurLoss(relative=False)(*pair, COLOR), absolute, rel_tol=1e-5)
    relative = np.abs(rough(current) - rough(original)).mean()
    assert math.isclose(BlurLoss(relative=True)(*pair, COLOR), relative, rel_tol=1e-5)


def test_relative_blur_leaves_shifts_alone(pair):
    image = pair[0]
    assert float(BlurLoss(relative=True)(image + COLOR, image, COLOR)) < 1e-6
    assert float(BlurLoss(relative=True)(image * 0.5, image, COLOR)) > 0.01


def spread(image):
    """V(I), pixel by pixel."""
    pixels = image.reshape(-1, 3).astype(float)
    mean = pixels.mean(0)
    roots = [[math.sqrt(abs(value)) for value in pixel - mean] for pixel in pixels]
    return np.mean(roots, 0) ** 2


def test_color_variance(pair):
    current, original = pair
    np.testing.assert_allclose(color_variance(tf.constant(current)), spread(current), rtol=1e-4)
    expected = ((spread(current) - spread(original)) ** 2).sum()
    assert math.isclose(ColorVarianceLoss()(*pair, COLOR), expected, rel_tol=1e-3)


def test_color_variance_of_a_flat_image_has_a_finite_gradient():
    image = tf.fill([4, 5, 3], 0.5)
    with tf.GradientTape() as tape:
        tape.watch(image)
        value = ColorVarianceLoss()(image, tf.random.stateless_uniform([4, 5, 3], (1, 2)), COLOR)
    assert np.isfinite(tape.gradient(value, image)).all()


def test_neutrals_against_loops(pair):
    oracle = pytest.importorskip("skimage.color")
    current, original = pair[0], pair[1] ** np.float32(0.5)
    original[:8, :8] = np.float32(0.03) * pair[0][:8, :8]  # some blacks
    original[-8:, :8] = 0.9 + np.float32(0.05) * pair[0][-8:, :8]  # and whites
    light, dark = [0.0, 0.0], [0.0, 0.0]  # sums of weighted squares, and of weights
    for new, old in zip(current.reshape(-1, 3), original.reshape(-1, 3), strict=True):
        lightness, a, b = oracle.rgb2lab(old)
        share = min(max((lightness - 75) / 10, 0), 1) * min(max((16 - math.hypot(a, b)) / 8, 0), 1)
        light = [light[0] + share * ((new - new.mean()) ** 2).sum(), light[1] + share]
        share = min(max((12 - lightness) / 8, 0), 1)
        dark = [dark[0] + share * ((new - old) ** 2).sum(), dark[1] + share]
    stray = 0.01 * current[..., 0].size
    whites, blacks = light[0] / (light[1] + stray), dark[0] / (dark[1] + stray)
    assert min(whites, blacks) > 0.01
    for white, black in [(1, 0), (0, 1), (2, 3)]:
        found = NeutralsLoss(white=white, black=black)(current, original, COLOR)
        assert math.isclose(found, white * whites + black * blacks, rel_tol=2e-3)


def test_neutrals_leave_colours_alone():
    original = np.zeros((6, 6, 3), np.float32) + np.float32([0.2, 0.5, 0.4])
    assert float(NeutralsLoss()(original + np.float32([0.1, 0, 0.2]), original, COLOR)) == 0


def test_change_against_loops(pair):
    current, original = pair
    rows, columns, _ = original.shape
    plain = rectified = 0.0
    for y, x, c in itertools.product(range(rows), range(columns), range(3)):
        one, other = float(current[y, x, c]), float(original[y, x, c])
        plain += (one - other) ** 2
        above = max(one - 0.45, 0) - max(other - 0.45, 0)
        below = max(0.45 - one, 0) - max(0.45 - other, 0)
        rectified += above**2 + below**2
    for loss, total in ((ChangeLoss(pivot=None), plain), (ChangeLoss(), rectified)):
        found = loss(current, original, COLOR)
        assert math.isclose(found, total / rows / columns, rel_tol=1e-5)


def test_no_image_of_that_mean_changes_less_than_the_shift():
    rng = np.random.default_rng(0)
    original = rng.uniform(0.3, 0.7, (12, 9, 3)).astype(np.float32)
    shift = np.float32([0.1, -0.2, 0.05])
    color = original.mean((0, 1)) + shift
    loss = ChangeLoss(pivot=None)
    least = float(loss(original + shift, original, color))
    assert math.isclose(least, (shift**2).sum(), rel_tol=1e-4)
    for _ in range(20):
        other = rng.normal(0, 0.05, original.shape).astype(np.float32)
        other = original + shift + other - other.mean((0, 1))
        assert float(loss(other, original, color)) > least


def test_in_units_of_the_shift(tiny):
    """The shifted image has the value |C_T - C_0|^2 whatever the network."""
    original = np.random.default_rng(1).uniform(0.3, 0.7, (32, 24, 3)).astype(np.float32)
    shift = np.float32([0.1, -0.05, 0.02])
    loss = FeatureMatchingLoss(tiny, octaves=1, normalisation="shift")
    value = float(loss(original + shift, original, original.mean((0, 1)) + shift))
    assert math.isclose(value, (shift**2).sum(), rel_tol=1e-3)
    assert float(loss(original, original, original.mean((0, 1)) + shift)) == 0


@pytest.mark.parametrize("normalisation", ["mean", "sum", "relative"])
def test_feature_matching(pair, tiny, normalisation):
    loss = FeatureMatchingLoss(tiny, octaves=2, decay=0.7, normalisation=normalisation)
    levels = [pyramid(tf.constant(image[None]), 2) for image in pair]
    expected = 0.0
    for i in range(2):
        current, original = (tiny(images[i]) for images in levels)
        for layer in tiny.layers:
            old = original[layer].numpy().astype(float)
            squared = (current[layer].numpy() - old) ** 2
            distance = {
                "mean": squared.mean(),
                "sum": squared.sum(),
                "relative": squared.sum() / (old**2).sum(),
            }[normalisation]
            expected += 0.7**i * distance / len(tiny.layers)
    assert math.isclose(loss(*pair, COLOR), expected, rel_tol=1e-4)
    assert float(loss(pair[0], pair[0], COLOR)) < 1e-9


def test_octaves_too_small_for_the_network_are_dropped_and_told(tiny):
    loss = FeatureMatchingLoss(tiny, octaves=4)
    assert loss.minimum_size == tiny.minimum_size == 8
    assert [loss.octaves_used(*size) for size in [(64, 80), (64, 15), (64, 14), (5, 5)]] == [
        4,
        2,
        1,
        1,
    ]
    assert loss.warnings(64, 80) == []
    (warning,) = loss.warnings(64, 15)
    assert "2 of 4 octaves" in warning
    assert "8 pixels" in warning
    assert "TinyNetwork" in warning
    references, *_ = loss.prepare(Scene.whole(tf.zeros([64, 15, 3]), (0.0, 0.0, 0.0)))
    assert len(references) == 2


@pytest.mark.parametrize(
    ("options", "remedy"),
    [({"octaves": 0}, "at least 1"), ({"normalisation": "max"}, "mean, sum, relative, shift")],
)
def test_wrong_options_of_feature_matching(tiny, options, remedy):
    with pytest.raises(InputError, match=remedy):
        FeatureMatchingLoss(tiny, **options)


# What all terms have in common


def test_calling_is_preparing_and_evaluating(pair, tiny):
    scene = Scene.whole(pair[1], COLOR)
    for name, loss in every_loss(tiny).items():
        value = loss.value(tf.constant(pair[0]), scene, loss.prepare(scene))
        assert value.shape == (), name
        assert float(value) == float(loss(*pair, COLOR)) > 0, name


def test_preparations_are_tensors(pair, tiny):
    for name, loss in every_loss(tiny).items():
        prepared = loss.prepare(Scene.whole(pair[1], COLOR))
        assert all(map(tf.is_tensor, tf.nest.flatten(prepared))), name


def test_gradients(pair, tiny):
    """The derivative along the ray from black through the current image, by differences.

    With a flat original no absolute value or root of the terms has its kink on the way.
    """
    current, original = 0.4 * pair[0] + np.float32(0.55), np.full_like(pair[1], 0.5)
    for name, loss in every_loss(tiny).items():
        image = tf.constant(current)
        with tf.GradientTape() as tape:
            tape.watch(image)
            value = loss(image, original, COLOR)
        exact = float(tf.reduce_sum(tape.gradient(value, image) * current))
        ahead, behind = (float(loss(factor * current, original, COLOR)) for factor in (1.01, 0.99))
        assert math.isclose(exact, (ahead - behind) / 0.02, rel_tol=0.01, abs_tol=1e-5), name


# Pixels that do not count


def halves(pair):
    """A scene whose right half does not count, and one that ends where it begins."""
    current, original = (image[:, :16] for image in pair)
    weights = np.zeros((24, 16, 1), np.float32)
    weights[:, :8] = 1 / 192
    target = MeanColor(COLOR)
    whole = Scene.of(WorkingCopy(original, weights, (24, 16)), target)
    return current, whole, current[:, :8], Scene.whole(original[:, :8], target)


def test_pixels_that_do_not_count_have_no_say(pair, tiny):
    """Terms of single pixels: the value is that of the part that counts."""
    current, scene, part, alone = halves(pair)
    for name, loss in every_loss(tiny).items():
        if name in ("features", "blur", "relative blur", "function", "sum"):
            continue  # these see neighbours, or know nothing of weights
        value = loss.value(tf.constant(current), scene, loss.prepare(scene))
        expected = loss.value(tf.constant(part), alone, loss.prepare(alone))
        assert math.isclose(value, expected, rel_tol=1e-4), name


def test_no_term_pulls_at_pixels_that_do_not_count(pair, tiny):
    current, original = (np.concatenate([image, image[:, ::-1]], 1) for image in pair)
    weights = np.zeros((24, 38, 1), np.float32)
    weights[:, :8] = 1 / 192
    scene = Scene.of(WorkingCopy(original, weights, (24, 38)), MeanColor(COLOR))
    for name, loss in every_loss(tiny).items():
        if name in ("function", "sum"):
            continue
        image = tf.constant(current)
        with tf.GradientTape() as tape:
            tape.watch(image)
            value = loss.value(image, scene, loss.prepare(scene))
        slope = np.abs(tape.gradient(value, image).numpy())
        assert slope[:, 28:].max() == 0 < slope[:, :7].max(), name  # beyond every field of view
