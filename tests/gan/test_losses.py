"""GAN losses against closed forms, and against the loss of a fit."""

import numpy as np
import pytest
import tensorflow as tf
from hypothesis import given, settings
from hypothesis import strategies as st

from colortransfer.adversarial import Round
from colortransfer.adversarial.terms import gradient_penalty
from colortransfer.feature_extractors import PlainNet
from colortransfer.gan import Matching, losses
from colortransfer.gan.matching import SMALL
from colortransfer.losses import ChangeLoss, FeatureMatchingLoss, Scene, ToneLoss
from colortransfer.rendering import reach_colors


def linear_critic(weights):
    return lambda x: tf.reduce_sum(x * weights, [1, 2, 3])


@settings(deadline=None, max_examples=20)
@given(norm=st.floats(0.1, 9.0), seed=st.integers(0, 1000))
def test_penalty_of_a_linear_critic_is_its_norm_minus_one_squared(norm, seed):
    """On images: over all axes (not the one of the MNIST sample), wherever epsilon falls."""
    rng = np.random.default_rng(seed)
    weights = rng.normal(size=(6, 5, 3)).astype(np.float32)
    weights *= norm / np.linalg.norm(weights)
    real, fake = (tf.constant(rng.random((4, 6, 5, 3), np.float32)) for _ in range(2))
    epsilon = tf.constant(rng.random(4, np.float32))
    value = gradient_penalty(linear_critic(weights), real, fake, epsilon)
    assert float(value) == pytest.approx((norm - 1) ** 2, rel=1e-3, abs=1e-5)


def test_penalty_is_taken_between_real_and_fake():
    """Of D(x) = |x|^2 / 2 the slope is x itself: at e * 1 + (1 - e) * 0 its norm is e sqrt(n)."""
    real, fake = tf.ones([2, 2, 2, 3]), tf.zeros([2, 2, 2, 3])
    epsilon = np.array([0.25, 1.0], np.float32)
    value = gradient_penalty(
        lambda x: 0.5 * tf.reduce_sum(x * x, [1, 2, 3]), real, fake, tf.constant(epsilon)
    )
    assert float(value) == pytest.approx(np.mean((epsilon * np.sqrt(12) - 1) ** 2), rel=1e-5)


def test_penalty_at_a_critic_without_slope_has_a_finite_gradient():
    weight = tf.Variable(0.0)
    images = tf.ones([2, 4, 4, 3])
    with tf.GradientTape() as tape:
        value = gradient_penalty(
            lambda x: weight * tf.reduce_sum(x, [1, 2, 3]), images, images, tf.zeros([2])
        )
    assert float(value) == pytest.approx(1.0, abs=1e-5)
    assert np.isfinite(tape.gradient(value, weight))


def test_penalty_takes_the_norm_over_a_whole_structure():
    """Slopes 3 and 4 on the two single entries of a structure make a norm of 5."""
    pair = {"a": tf.zeros([1, 1, 1, 1]), "b": tf.zeros([1, 1])}
    value = gradient_penalty(
        lambda x: 3 * x["a"][:, 0, 0, 0] + 4 * x["b"][:, 0], pair, pair, tf.zeros([1])
    )
    assert float(value) == pytest.approx(16.0, rel=1e-5)


def test_color_loss_is_the_mean_distance_of_mean_colours():
    images = tf.fill([2, 3, 3, 3], 0.5)
    colors = tf.constant([[0.5, 0.5, 0.5], [0.2, 0.5, 0.8]])
    assert float(losses.color_loss(images, colors)) == pytest.approx(0.1, abs=1e-6)


def test_reconstruction_loss_asks_for_the_first_colour_again():
    images = tf.constant(np.random.default_rng(1).random((2, 4, 4, 3)), tf.float32)

    def shift(x, colors):
        return x + (colors - tf.reduce_mean(x, [1, 2]))[:, None, None]

    edited = shift(images, tf.constant([[0.9, 0.1, 0.4]] * 2))
    assert float(losses.reconstruction_loss(shift, images, edited)) == pytest.approx(0, abs=1e-6)
    kept = losses.reconstruction_loss(lambda x, c: x, images, edited)
    assert float(kept) == pytest.approx(float(tf.reduce_mean(tf.abs(edited - images))), rel=1e-5)


def test_content_loss_of_the_mean_shift_is_the_squared_shift():
    """Whatever the features' number, size and unit; twice as far is four times as much."""
    rng = np.random.default_rng(5)
    scales = {"a": 100.0, "b": 0.1}
    original = {k: tf.constant(v * rng.random((2, 4, 4, 3)), tf.float32) for k, v in scales.items()}
    change = {k: 0.3 * v * rng.random((2, 4, 4, 3)).astype(np.float32) for k, v in scales.items()}
    shifted, twice = ({k: original[k] + n * change[k] for k in scales} for n in (1, 2))
    shift = tf.constant([[0.3, 0.0, -0.4], [0.0, 0.6, 0.8]])
    value = losses.content_loss(original, shifted, shifted, shift)
    assert float(value) == pytest.approx((0.25 + 1.0) / 2, rel=1e-2)
    assert float(losses.content_loss(original, twice, shifted, shift)) == pytest.approx(
        4 * float(value), rel=1e-4
    )
    assert float(losses.content_loss(original, original, shifted, shift)) == 0.0


def test_content_loss_of_one_image_is_the_feature_matching_loss(photo):
    """Against the loss of a fit, in the same units, for a shift far larger than its floor."""
    network = PlainNet(layers=("conv1_2", "conv2_2"))
    original = tf.constant(photo[:48, :48], tf.float32) / 255
    color = tf.reduce_mean(original, [0, 1]) + tf.constant([0.2, -0.15, 0.1])
    edited = tf.clip_by_value(original**1.4 + 0.1, 0, 1)
    shifted = reach_colors(original[None], color[None])
    features = (network(x) for x in (original[None], edited[None], shifted))
    shift = color - tf.reduce_mean(original, [0, 1])
    expected = FeatureMatchingLoss(network, octaves=1, normalisation="shift")
    scene = Scene.whole(original, color.numpy())
    prepared = expected.prepare(scene)
    assert float(losses.content_loss(*features, shift[None])) == pytest.approx(
        float(expected.value(edited, scene, prepared)), rel=2e-2
    )


def test_matching_is_what_a_fit_has_left_as_a_share_of_the_shifts(photo):
    """In a graph and eagerly; of several images the mean of their shares."""
    terms = 2.0 * ToneLoss() + ChangeLoss()
    images = tf.constant(np.stack([photo[:32, :32], photo[8:40, 8:40]]), tf.float32) / 255
    colors = tf.reduce_mean(images, [1, 2]) + tf.constant([[0.2, -0.1, 0.1], [0.02, 0.0, -0.1]])
    edited = images**1.2
    drawn = {"images": images, "edited": edited, "colors": colors}
    value = tf.function(lambda: Matching(losses=terms)(Round({}, drawn, {})))()
    shares = []
    for image, after, color in zip(images, edited, colors, strict=True):
        target = tuple(map(float, color))
        shifted = Scene.whole(image, target).baseline
        left, all_of_it = (float(terms(x, image, target)) for x in (after, shifted))
        shares.append((left + SMALL) / (all_of_it + SMALL))
    assert float(value) == pytest.approx(np.mean(shares), rel=1e-4)


def test_matching_has_a_slope():
    images, colors = tf.fill([1, 32, 32, 3], 0.25), tf.fill([1, 3], 0.5)
    with tf.GradientTape() as tape:
        tape.watch(edited := images * 2.5)
        drawn = {"images": images, "edited": edited, "colors": colors}
        value = Matching(losses=1.0 * ChangeLoss())(Round({}, drawn, {}))
    assert float(tf.reduce_max(tf.abs(tape.gradient(value, edited)))) > 0
