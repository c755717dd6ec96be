"""What is shown when: sides balanced, repeats with sides exchanged, traps, a seeded order."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

SIDES = ("left", "right")
APART = 8  # trials between a pair and its repeat, where there are enough


class Comparison(NamedTuple):
    """Two results of one photograph, by the names of their methods.

    Examples
    --------
    >>> Comparison("sea", "shift", "ours").methods
    ('ours', 'shift')
    """

    photograph: str
    one: str
    other: str

    @property
    def methods(self) -> tuple[str, str]:
        """The two names in alphabetical order: what comparisons of all photographs share."""
        first, second = sorted((self.one, self.other))
        return first, second


class Trial(NamedTuple):
    """What an observer sees at once: a photograph and two results of it.

    Examples
    --------
    >>> Trial("sea", "shift", "ours", False).subject
    ('sea', 'ours', 'shift')
    """

    photograph: str
    left: str
    right: str
    repeat: bool

    @property
    def subject(self) -> tuple[str, ...]:
        """What a trial and its repeat have in common."""
        return self.photograph, *sorted((self.left, self.right))


def exchanged(side: str) -> str:
    """The other side.

    Examples
    --------
    >>> exchanged("left")
    'right'
    """
    return SIDES[1 - SIDES.index(side)]


def plan(
    comparisons: Sequence[Comparison],
    *,
    repeats: int = 2,
    traps: Sequence[Comparison] = (),
    seed: int = 0,
) -> list[Trial]:
    """The trials of one observer, in the order of showing.

    Viewers lean to one side, and so each method is on the left as often as on the right (but for
    one, of an odd number) within the comparisons of the same two methods. Repeats have sides
    exchanged and come at least a few trials after the first showing.

    Parameters
    ----------
    comparisons
        Each is shown once.
    repeats
        How many of the comparisons of the same two methods are shown twice.
    traps
        Comparisons in which one result is plainly worse: shown once, with sides at random.
    seed
        Of sides and order.

    Returns
    -------
    list of Trial

    Examples
    --------
    >>> three = [Comparison(name, "ours", "shift") for name in ("sea", "hill", "face")]
    >>> trials = plan(three, repeats=1, seed=3)
    >>> len(trials), sum(trial.repeat for trial in trials)
    (4, 1)
    """
    rng = np.random.default_rng(seed)
    trials: list[Trial] = []
    for methods in dict.fromkeys(comparison.methods for comparison in comparisons):
        group = [c for c in comparisons if c.methods == methods]
        sides = rng.permutation(np.resize(rng.permutation(2), len(group)))
        shown = [_trial(c, bool(side)) for c, side in zip(group, sides, strict=True)]
        again = [shown[i] for i in rng.permutation(len(shown))[:repeats]]
        trials += shown
        trials += [Trial(t.photograph, t.right, t.left, True) for t in again]
    trials += [_trial(trap, bool(rng.integers(2))) for trap in traps]
    distance = min(APART, len({c.photograph for c in comparisons}) // 4)
    while True:
        order = [trials[i] for i in rng.permutation(len(trials))]
        if _repeats_last(order) >= distance:
            return order


def _trial(comparison: Comparison, turned: bool) -> Trial:
    left, right = comparison[:0:-1] if turned else comparison[1:]
    return Trial(comparison.photograph, left, right, repeat=False)


def _repeats_last(order: list[Trial]) -> int:
    """Put repeats after what they repeat, in place; returns how far behind the nearest one is."""
    places = {(trial.subject, trial.repeat): i for i, trial in enumerate(order)}
    gaps = []
    for (subject, repeat), later in places.items():
        if repeat:
            first = places[subject, False]
            if later < first:
                order[first], order[later] = order[later], order[first]
            gaps.append(abs(later - first))
    return min(gaps, default=len(order))
