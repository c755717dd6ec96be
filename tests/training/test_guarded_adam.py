"""Adam's steps for the networks: they are rejected where a gradient is not finite."""

import numpy as np
import pytest
import tensorflow as tf

from colortransfer.training import GuardedAdam


def descend(gradients):
    """The weights and Adam's state after these gradients (2,), and which of the steps were made."""
    weights = {"w": tf.Variable([1.0, -2.0])}
    optimizer = GuardedAdam(weights, beta_1=0.5, beta_2=0.9)
    made = [
        bool(optimizer.apply({"w": tf.constant(g)}, tf.constant(0.1), tf.constant(True)))
        for g in gradients
    ]
    values = [weights["w"].numpy(), *(v.numpy() for v in optimizer.state.values())]
    return values, made


@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf, 1e38])
def test_a_hundred_bad_gradients_among_good_ones_leave_no_trace(bad):
    rng = np.random.default_rng(0)
    good = rng.normal(size=(100, 2)).astype(np.float32)
    broken = good.copy()
    broken[np.arange(100), rng.integers(0, 2, 100)] = bad  # one of the two numbers
    mixed = np.stack([good, broken], 1).reshape(200, 2)
    expected, all_made = descend(good)
    found, made = descend(mixed)
    assert all(all_made)
    assert made == [True, False] * 100
    for value, other in zip(found, expected, strict=True):
        np.testing.assert_array_equal(value, other)


def test_a_step_is_not_made_where_the_loss_forbids_it():
    weights = {"w": tf.Variable([1.0])}
    optimizer = GuardedAdam(weights, beta_1=0.5, beta_2=0.9)
    gradient = {"w": tf.constant([1.0])}
    assert not bool(optimizer.apply(gradient, tf.constant(0.1), tf.constant(False)))
    assert float(weights["w"][0]) == 1.0
    assert bool(optimizer.apply(gradient, tf.constant(0.1), tf.constant(True)))
    assert float(weights["w"][0]) == pytest.approx(0.9, abs=1e-6)


def test_the_gradients_norm_is_clipped():
    """Adam itself hardly notices a scale; its moments do."""
    weights = {"w": tf.Variable([0.0, 0.0])}
    optimizer = GuardedAdam(weights, beta_1=0.5, beta_2=0.9, clip_norm=1.0)
    optimizer.apply({"w": tf.constant([30.0, 40.0])}, tf.constant(0.1), tf.constant(True))
    np.testing.assert_allclose(optimizer.state["first/w"], [0.3, 0.4], rtol=1e-5)
    bad = {"w": tf.constant([np.inf, 1.0])}
    assert not bool(optimizer.apply(bad, tf.constant(0.1), tf.constant(True)))
