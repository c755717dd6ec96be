"""study.plan: balance, repeats, traps, and that orders are seeded."""

from collections import Counter

import pytest

from colortransfer.study import Comparison, Trial, exchanged, plan

METHODS = [("ours", "shift"), ("ours", "v01"), ("gan", "shift")]


def comparisons(count=40):
    return [Comparison(f"photo{i:02d}", *pair) for pair in METHODS for i in range(count)]


def test_sides():
    assert exchanged("left") == "right"
    assert exchanged("right") == "left"


@pytest.mark.parametrize("seed", range(5))
def test_sides_are_balanced_and_repeats_exchange_them(seed):
    traps = [Comparison(f"photo{i:02d}", "ours", "trap") for i in range(6)]
    trials = plan(comparisons(), repeats=2, traps=traps, seed=seed)
    assert len(trials) == 120 + 6 + 6
    first = {trial.subject: (n, trial) for n, trial in enumerate(trials) if not trial.repeat}
    assert len(first) == 126
    for pair in METHODS:
        lefts = Counter(t.left for _, t in first.values() if {t.left, t.right} == set(pair))
        assert set(lefts.values()) == {20}
    for n, trial in enumerate(trials):
        if trial.repeat:
            earlier, twin = first[trial.subject]
            assert trial == Trial(twin.photograph, twin.right, twin.left, repeat=True)
            assert n >= earlier + 8
    assert trials == plan(comparisons(), repeats=2, traps=traps, seed=seed)
    assert trials != plan(comparisons(), repeats=2, traps=traps, seed=seed + 1)


@pytest.mark.parametrize("count", [1, 2, 5])
def test_small_studies_can_be_planned(count):
    assert len(plan(comparisons(count), repeats=9)) == 2 * 3 * count


def test_whichever_method_is_named_first_sides_are_balanced():
    pairs = [("ours", "shift"), ("shift", "ours")] * 10
    trials = plan([Comparison(str(i), *pair) for i, pair in enumerate(pairs)], repeats=0)
    assert Counter(trial.left for trial in trials)["ours"] in range(4, 17)
