"""study.wins, bradley_terry and sample_size against closed forms and brute force."""

import numpy as np
import pytest
from scipy.special import expit
from scipy.stats import binomtest

from colortransfer.errors import InputError
from colortransfer.study import bradley_terry, sample_size, wins


def test_wins_are_wilsons_and_the_exact_test():
    found = wins([True] * 24 + [False] * 14)
    assert (found["wins"], found["of"]) == (24, 38)
    assert (found["low"], found["high"]) == pytest.approx((0.4728, 0.7662), abs=1e-3)
    assert wins([True] * 8)["p"] == pytest.approx(2 / 2**8)
    assert wins([]) == {"wins": 0, "of": 0}


def test_two_methods_have_a_closed_form():
    scores = bradley_terry([[0, 60], [20, 0]])
    assert scores.sum() == pytest.approx(0)
    assert scores[0] - scores[1] == pytest.approx(np.log(60.5 / 20.5))


def test_exact_shares_give_their_scores_back():
    truth = np.array([0.9, 0.1, -0.2, -0.8])
    counts = 1e7 * expit(truth[:, None] - truth)
    np.testing.assert_allclose(bradley_terry(counts), truth, atol=1e-5)
    counts[0, 3] = counts[3, 0] = 0  # a pair that was not shown; the others say enough
    np.testing.assert_allclose(bradley_terry(counts), truth, atol=1e-5)


def test_who_always_wins_has_a_finite_score():
    scores = bradley_terry([[0, 40, 40], [0, 0, 20], [0, 20, 0]])
    assert np.isfinite(scores).all()
    assert scores[0] > scores[1] + 2


@pytest.mark.parametrize(
    ("counts", "message"),
    [
        ([[0, 1]], "shape"),
        ([[0]], "two methods"),
        ([[0, -1], [1, 0]], "from 0"),
        ([[0, np.nan], [1, 0]], "finite"),
        ([[0, 5, 0, 0], [5, 0, 0, 0], [0, 0, 0, 5], [0, 0, 5, 0]], "never compared"),
    ],
)
def test_counts_that_say_nothing(counts, message):
    with pytest.raises(InputError, match=message):
        bradley_terry(counts)


def power(share, size):
    """By brute force, with the test that `wins` makes."""
    from scipy.stats import binom

    significant = [binomtest(won, size).pvalue <= 0.05 for won in range(size + 1)]
    return binom.pmf(np.arange(size + 1), size, share)[significant].sum()


def test_the_sample_is_large_enough_and_no_larger():
    size = sample_size(0.75)
    assert power(0.75, size - 1) < 0.8
    assert all(power(0.75, n) >= 0.8 for n in range(size, size + 30))
    assert sample_size(0.75, power=0.9) > size
    assert sample_size(0.75, level=0.01) > size


@pytest.mark.parametrize("share", [0.5, 1, 0.3, 0.502])
def test_shares_that_cannot_be_asked_for(share):
    with pytest.raises(InputError, match=r"between|too near"):
        sample_size(share)
