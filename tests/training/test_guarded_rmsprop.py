"""RMSProp within bounds: steps by its formula, none that is not finite."""

import numpy as np
import tensorflow as tf

from colortransfer.training import GuardedRMSProp

RATE, ALLOWED = tf.constant(0.05), tf.constant(True)


def test_steps_follow_the_formula_and_stay_within_the_bound():
    weight, gradient = tf.Variable([0.05, -0.05, 0.02]), np.float32([1.0, -2.0, 0.5])
    rmsprop = GuardedRMSProp({"weight": weight}, decay=0.9, clip=0.1)
    expected, square = weight.numpy(), np.ones(3)
    for _ in range(4):
        square = 0.9 * square + 0.1 * gradient**2
        expected = np.clip(expected - 0.05 * gradient / np.sqrt(square), -0.1, 0.1)
        assert rmsprop.apply({"weight": tf.constant(gradient)}, RATE, ALLOWED)
        np.testing.assert_allclose(weight.numpy(), expected, rtol=1e-5, atol=1e-7)
    np.testing.assert_allclose(weight.numpy()[:2], [-0.1, 0.1], rtol=1e-6)


def test_a_step_that_is_not_finite_changes_nothing():
    weight = tf.Variable([0.05])
    rmsprop = GuardedRMSProp({"weight": weight}, clip=0.1)
    assert not rmsprop.apply({"weight": tf.constant([np.nan])}, RATE, ALLOWED)
    assert weight.numpy() == np.float32(0.05)
    assert rmsprop.state["squares/weight"].numpy() == 1.0
