import itertools
import math

import numpy as np
import pytest
import tensorflow as tf
from scipy import ndimage

from colortransfer import colors, losses
from colortransfer.color_prior import log_likelihoods
from colortransfer.color_prior.nodes import COUNT
from colortransfer.errors import InputError
from colortransfer.images.working_copy import WorkingCopy
from colortransfer.losses import (
    BlurLoss,
    ChangeLoss,
    ClippingLoss,
    ColorLoss,
    ColorPriorLoss,
    ColorVarianceLoss,
    EvennessLoss,
    ExcessLoss,
    FeatureMatchingLoss,
    GrainLoss,
    MemoryColorsLoss,
    NeutralsLoss,
    Scene,
    TargetLoss,
    ToneLoss,
    as_loss,
    box_blur,
    color_variance,
)
from colortransfer.pyramid import pyramid
from colortransfer.targets import MeanColor, Places

COLOR = np.float32([0.2, 0.6, 0.9])


def mean_distance(current, original, color):
    return tf.reduce_mean(tf.abs(current - original))


def test_every_loss_is_tested(tiny):
    found = {type(loss) for loss in every_loss(tiny).values()}
    public = {getattr(losses, name) for name in losses.__all__}
    kinds = {x for x in public if isinstance(x, type) and issubclass(x, losses.Loss)}
    elsewhere = {losses.ActivationLoss}  # it falls without end: see test_deep_dream
    assert kinds - {losses.Loss} - elsewhere <= found


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
        "color prior": ColorPriorLoss(size=24),
        "memory colors": MemoryColorsLoss(),
        "excess": ExcessLoss(limit=0.5),
        "evenness": EvennessLoss(octaves=2),
        "grain": GrainLoss(edge=1.0),
        "clipping": ClippingLoss(margin=0.3),
        "tone": ToneLoss(),
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


def test_whites_may_keep_the_tint_that_they_have():
    original = np.full((6, 6, 3), 0.95, np.float32)
    original[:3] -= np.float32([0.0, 0.01, 0.03])  # warm whites beside neutral ones
    darker, bluer = original - np.float32(0.1), original - np.float32([0.02, 0.01, 0.0])
    plain, kept = NeutralsLoss(), NeutralsLoss(keep_tint=True)
    assert float(kept(darker, original, COLOR)) < 1e-9
    assert float(plain(darker, original, COLOR)) > 1e-5
    # What takes the tint from the warm ones gives it to the others.
    assert float(plain(bluer, original, COLOR)) < float(plain(darker, original, COLOR))
    assert float(kept(bluer, original, COLOR)) > 1e-5


@pytest.mark.parametrize("loss", [NeutralsLoss(), NeutralsLoss(keep_tint=True), ToneLoss()])
def test_regions_cost_what_each_would_alone(pair, loss):
    current, original = pair[0] ** np.float32(0.2), pair[1] ** np.float32(0.2)
    original[:, :6] **= 20  # a dark region
    masks = np.zeros((2, *original.shape[:2]), np.uint8)
    masks[0, :, :6], masks[1, 4:, 6:] = 255, 255
    goals = np.array([[0.3, 0.2, 0.4], [0.7, 0.6, 0.5]])

    def price(goals, masks):
        size = original.shape[:2]
        copy = WorkingCopy(original, np.full((*size, 1), 1 / math.prod(size), np.float32), size)
        scene = Scene.of(copy, Places(goals, masks))
        return float(loss.value(tf.constant(current), scene, loss.prepare(scene)))

    alone = [price(goals[k : k + 1], masks[k : k + 1]) for k in range(2)]
    sizes = masks.sum((1, 2)) / masks.sum()
    assert min(alone) > 1e-4
    assert math.isclose(price(goals, masks), alone @ sizes, rel_tol=1e-4)


def spots(*named):
    """A picture of squares, 8 by 8, of these colours."""
    squares = [np.full((8, 8, 3), colors.parse_color(color)) for color in named]
    return np.concatenate(squares, 1).astype(np.float32)


def test_memory_colors_mind_colourful_things_and_skin_alone():
    loss = MemoryColorsLoss()

    def price(original, current, loss=loss):
        return float(loss(spots(current), spots(original), COLOR))

    assert price("#c82020", "#c82020") < 1e-6
    assert price("#808080", "#60a0c0") == 0  # a grey wall may have any colour
    assert price("#c82020", "#704028") > 0.05  # a red macaw may not be brown
    assert price("#c82020", "#d83030") < 0.1 * price("#c82020", "#704028")
    skin, green = "#c9a58d", "#a5b08d"
    assert price(skin, green) > price(skin, green, MemoryColorsLoss(skin=0.0))
    twice = price(skin, green, MemoryColorsLoss(skin=2.0))
    assert math.isclose(twice, 2 * price(skin, green, MemoryColorsLoss(skin=1.0)), rel_tol=1e-4)


def test_excess_costs_nothing_where_all_move_as_far_as_the_mean():
    original = spots("#404040", "#808080", "#604020", "#205040")
    shift = np.float32([0.1, -0.05, 0.2])
    color = original.mean((0, 1)) + shift
    loss = ExcessLoss(limit=1.2)
    assert float(loss(original, original, color)) == 0
    assert float(loss(original + shift, original, color)) == 0
    half = original.copy()
    half[:, :16] += 2 * shift  # half of the picture pays for the other
    further = original.copy()
    further[:, :8] += 4 * shift
    assert 0 < float(loss(half, original, color)) < float(loss(further, original, color))
    assert float(ExcessLoss(limit=2.1)(half, original, color)) == 0


def test_evenness_wants_one_cast_on_one_thing_however_it_is_shaded():
    shading = np.linspace(0.1, 0.9, 64, dtype=np.float32)[np.newaxis, :, np.newaxis]
    sky = np.tile(shading * np.float32([0.6, 0.7, 0.9]), (32, 1, 1))
    loss = EvennessLoss(faintest=1e-6)
    gains = np.float32([1.1, 1.0, 0.7])
    assert float(loss(sky * gains, sky, COLOR)) < 1e-9
    assert float(loss(1.2 * sky, sky, COLOR)) < 1e-9  # brighter is no cast
    corner = np.where(np.arange(64)[np.newaxis, :, np.newaxis] < 20, sky, sky * gains)
    assert float(loss(corner, sky, COLOR)) > 1e-4


def test_evenness_lets_other_things_have_other_casts():
    two = spots("#303030", "#e0e0e0")
    changed = two.copy()
    changed[:, -8:, 0] *= np.float32(0.8)
    smooth = np.full_like(two, 0.5)
    also = smooth.copy()
    also[:, -8:, 0] *= np.float32(0.8)
    loss = EvennessLoss(octaves=1)
    assert float(loss(changed, two, COLOR)) < 1e-6 < 0.01 * float(loss(also, smooth, COLOR))


def test_evenness_of_a_line_of_pixels_is_finite():
    line = np.full((1, 5, 3), 0.5, np.float32)
    assert np.isfinite(float(EvennessLoss()(line + np.float32(0.1), line, COLOR)))


def test_grain_minds_faint_differences_that_grow():
    rng = np.random.default_rng(0)
    noise = rng.normal(0, 0.01, (16, 16, 3)).astype(np.float32)
    loss, dark = GrainLoss(distances=1), 0.1 + noise
    assert float(loss(0.4 + noise, dark, COLOR)) < 1e-9  # lighter as a whole
    assert float(loss(0.1 + 0.5 * noise, dark, COLOR)) == 0  # fainter
    squared = sum(np.square(np.diff(noise, axis=axis)).sum(-1).mean() for axis in (0, 1))
    found = float(GrainLoss(distances=1, edge=1e3)(0.1 + 2 * noise, dark, COLOR))
    assert math.isclose(found, 3 * squared, rel_tol=1e-3)


def test_grain_lets_edges_grow():
    two = spots("#303030", "#e0e0e0")
    assert float(GrainLoss(distances=1)(1.1 * two, two, COLOR)) < 1e-6


def test_clipping_minds_what_comes_to_the_ends_of_the_range():
    original = np.float32([[[0.5, 0.02, 0.99]]])
    loss = ClippingLoss(margin=0.05)
    assert float(loss(original, original, COLOR)) == 0  # what is there already may stay
    nearer = original + np.float32([0.5, -0.02, 0.0])
    assert math.isclose(float(loss(nearer, original, COLOR)), (0.05**2 + 0.02**2) / 3, rel_tol=1e-4)
    assert float(loss(original + np.float32([0.4, 0.1, -0.1]), original, COLOR)) == 0


def test_tone_is_bounded_where_nearly_all_is_dark():
    night = np.full((8, 8, 3), 0.02, np.float32)
    raised = float(ToneLoss(heaviest=5.0)(night + np.float32(0.1), night, COLOR))
    assert math.isclose(raised, 3 * 5.0 * 0.1**2, rel_tol=1e-4)
    few = np.full((8, 8, 3), 0.5, np.float32)
    few[0, 0] = 0.02
    assert float(ToneLoss()(few + np.float32(0.1), few, COLOR)) == float(
        ToneLoss(heaviest=60.0)(few + np.float32(0.1), few, COLOR)
    )


def test_tone_minds_veiled_shadows_and_tinted_lights_most():
    loss, original = ToneLoss(heaviest=100.0), spots("#101010", "#808080", "#f0f0f0")
    assert float(loss(original, original, COLOR)) == 0

    def price(square, change):
        current = original.copy()
        current[:, 8 * square : 8 * square + 8] += np.float32(change)
        return float(loss(current, original, COLOR))

    dark, middle, light = range(3)
    tint, up, down = [0.04, 0.0, -0.04], 0.04, -0.04
    assert price(dark, up) > 2 * price(dark, down)  # shadows may deepen
    assert price(light, down) > 1.5 * price(light, up)  # lights may brighten
    assert price(dark, tint) > 2 * price(middle, tint)
    assert price(light, tint) > 1.2 * price(middle, tint)
    assert math.isclose(price(middle, up), price(middle, down), rel_tol=1e-4)


class Unsure:
    """A prior of random densities, the same for every picture."""

    def __init__(self, rows, columns):
        rng = np.random.default_rng(3)
        self.densities = rng.normal(-8, 2, (rows, columns, COUNT, COUNT)).astype(np.float32)

    def log_densities(self, image, color):
        assert image.shape == (4 * len(self.densities), 4 * self.densities.shape[1], 3)
        return tf.constant(self.densities)


def test_color_prior_against_loops(pair):
    """Weights of pixels are summed up for the places that they lie in."""
    current, original = (image[:, :16] for image in pair)
    shares = np.random.default_rng(4).random((24, 16, 1)).astype(np.float32)
    shares[:8, :8] = 0
    shares /= shares.sum()
    scene = Scene.of(WorkingCopy(original, shares, (24, 16)), MeanColor(COLOR))
    prior, total = Unsure(6, 4), 0.0
    likely = [
        log_likelihoods(prior.log_densities(x, COLOR), tf.constant(x)).numpy()
        for x in (current, original)
    ]
    for row, column in np.ndindex(6, 4):
        weight = shares[4 * row : 4 * row + 4, 4 * column : 4 * column + 4].sum()
        now, before = (float(x[row, column]) for x in likely)
        worse = math.log1p(math.exp(4 * (before - now))) / 4
        total += weight * (0.7 * worse - 0.3 * now)
    loss = ColorPriorLoss(prior=prior, relative=0.7, size=24)
    value = loss.value(tf.constant(current), scene, loss.prepare(scene))
    assert math.isclose(value, total, rel_tol=1e-4)


def test_color_prior_asks_for_nothing_where_colours_are_likelier_than_before():
    """With the relative part alone, what is likelier costs less than log 2 / 4 and has no pull."""
    prior = Unsure(6, 4)
    prior.densities[:] = -10
    prior.densities[..., COUNT // 2, COUNT // 2] = -2  # grey
    original, grey = np.full((24, 16, 3), (0.8, 0.3, 0.1), np.float32), np.full((24, 16, 3), 0.5)
    loss = ColorPriorLoss(prior=prior, relative=1.0, size=24)
    same, likelier = (float(loss(x, original, COLOR)) for x in (original, grey))
    assert math.isclose(same, math.log(2) / 4, rel_tol=1e-4)
    assert likelier < 1e-6
    assert float(loss(original, grey, COLOR)) > 1


@pytest.mark.parametrize("size", [(24, 19), (9, 70), (200, 130)])
def test_color_prior_of_any_size(size):
    original = np.random.default_rng(0).random((*size, 3), np.float32)
    value = float(ColorPriorLoss()(original, original, COLOR))
    assert np.isfinite(value)
    assert value > 0


def test_gradients_of_terms_that_look_at_colours(pair):
    """By differences along a line, with an original of all colours; see `test_gradients`."""
    original, current = (0.15 + 0.7 * image for image in pair)
    line = np.random.default_rng(2).normal(size=original.shape).astype(np.float32)
    for loss in looking_at_colours():
        image = tf.constant(current)
        with tf.GradientTape() as tape:
            tape.watch(image)
            value = loss(image, original, COLOR)
        slope = tape.gradient(value, image).numpy()
        step = 0.002 * slope / np.abs(slope).max() + 2e-5 * line
        exact = float((slope * step).sum())
        ahead, behind = (float(loss(current + k * step, original, COLOR)) for k in (0.5, -0.5))
        assert math.isclose(exact, ahead - behind, rel_tol=0.03), loss.name


def test_black_and_white_have_slopes():
    original = spots("black", "white", "#c82020", "#808080")
    for loss in looking_at_colours():
        image = tf.constant(original[:, ::-1])
        with tf.GradientTape() as tape:
            tape.watch(image)
            value = loss(image, original, COLOR)
        assert np.isfinite(tape.gradient(value, image)).all(), loss.name


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


def looking_at_colours():
    return (
        MemoryColorsLoss(),
        ExcessLoss(),
        EvennessLoss(),
        GrainLoss(edge=1.0),
        ClippingLoss(margin=0.3),
        ColorPriorLoss(size=24),
        NeutralsLoss(),
        ToneLoss(),
    )


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
        if name in ("features", "color prior", "blur", "relative blur", "function", "sum"):
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
