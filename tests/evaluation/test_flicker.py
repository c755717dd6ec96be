"""Flicker: the second difference in time of what an edit changed."""

import numpy as np
import pytest

from colortransfer import evaluation
from colortransfer.errors import InputError


def clip(change, count=9, size=(16, 24)):
    """A textured clip that moves, and the same with ``change(t)`` (...) added."""
    texture = 0.3 + 0.3 * np.random.default_rng(1).random((*size, 3))
    before = [np.roll(texture, t, 1).astype(np.float32) for t in range(count)]
    return before, [frame + np.float32(change(t)) for t, frame in enumerate(before)]


@pytest.mark.parametrize("change", [lambda t: 0.2, lambda t: 0.01 * t, lambda t: [0.1, 0, -0.1]])
def test_what_is_steady_or_even_does_not_flicker(change):
    assert evaluation.flicker(*clip(change)) < 1e-7


def test_a_change_that_alternates_is_its_amplitude():
    assert evaluation.flicker(*clip(lambda t: 0.04 * (-1) ** t)) == pytest.approx(0.04, rel=1e-4)
    assert evaluation.flicker(*clip(lambda t: (0.2 * (t % 2), 0, 0))) == pytest.approx(0.1 / 3**0.5)


@pytest.mark.parametrize("period", [3, 5, 12, 40])
def test_the_response_to_a_sine_is_that_of_a_second_difference(period):
    """|1 - cos w| / 2 of the amplitude, whose root mean square is that over the root of 2."""
    w = 2 * np.pi / period
    found = evaluation.flicker(*clip(lambda t: 0.1 * np.sin(w * t), count=40 * period // 3 + 2))
    assert found == pytest.approx(0.1 / 2**0.5 * (1 - np.cos(w)) / 2, rel=0.02)


def test_black_and_white_frames_in_turns_are_the_most():
    black, white = np.zeros((5, 6, 3), np.uint8), np.full((5, 6, 3), 255, np.uint8)
    assert evaluation.flicker([black] * 6, [black, white] * 3) == 0.5
    assert evaluation.flicker([white, black] * 3, [black, white] * 3) == 1.0


def test_clips_that_cannot_be_compared():
    frame = np.zeros((4, 5, 3))
    with pytest.raises(InputError, match="equally long"):
        evaluation.flicker([frame] * 4, [frame] * 5)
    with pytest.raises(InputError, match="three frames"):
        evaluation.flicker([frame] * 2, [frame] * 2)
    with pytest.raises(InputError):
        evaluation.flicker([frame] * 3, [np.zeros((9, 9, 3))] * 3)


def test_frames_may_come_one_by_one():
    before, after = clip(lambda t: 0.1 * (t == 4))
    assert evaluation.flicker(iter(before), iter(after)) == evaluation.flicker(before, after) > 0
