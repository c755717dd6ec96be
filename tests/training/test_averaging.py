"""Running averages: short at first, then of the decay; nothing where an update is forbidden."""

import numpy as np
import pytest
import tensorflow as tf

from colortransfer.training import RunningAverage


def test_the_average_follows_and_forgets_where_it_began():
    weight = tf.Variable([5.0])
    average = RunningAverage({"w": weight}, 0.9)
    weight.assign([1.0])
    for _ in range(100):
        average.update(tf.constant(True))
    assert average.arrays()["w"][0] == pytest.approx(1, abs=1e-3)


def test_updates_are_exponential_once_enough_are_in_it():
    weight = tf.Variable([0.0])
    average = RunningAverage({"w": weight}, 0.5)
    for _ in range(20):
        average.update(tf.constant(True))
    weight.assign([1.0])
    average.update(tf.constant(True))
    np.testing.assert_allclose(average.arrays()["w"], [0.5])
    before = {name: v.numpy() for name, v in average.state.items()}
    average.update(tf.constant(False))
    for name, value in before.items():
        np.testing.assert_array_equal(average.state[name], value)


def test_the_variables_have_the_averages_while_these_are_assigned():
    weight = tf.Variable([0.0])
    average = RunningAverage({"w": weight}, 0.5)
    weight.assign([1.0])
    average.update(tf.constant(True))
    with average.assigned():
        np.testing.assert_array_equal(weight, average.arrays()["w"])
    np.testing.assert_array_equal(weight, [1.0])
