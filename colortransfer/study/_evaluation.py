"""What the answers say: by comparison, by method, by observer, by photograph."""

from __future__ import annotations

import contextlib
import itertools
from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np

from ..errors import InputError
from ._answers import QUESTIONS, Choice
from ._pairs import TRAP
from ._statistics import bradley_terry, wins

PASSED = 0.75  # share of right answers on traps from which on an observer counts
INTERVAL = (2.5, 97.5)  # percentiles
Figures = dict[str, Any]


def evaluate(choices: Sequence[Choice], *, replicates: int = 1000, seed: int = 0) -> Figures:
    """All figures of a study.

    Parameters
    ----------
    choices
        Of all observers; see `read_all`.
    replicates
        Of the bootstrap.
    seed
        Of the bootstrap.

    Returns
    -------
    dict
        ``observers``: for each how many answers, how many on the left, median seconds, repeats with
        the same answer, traps seen through, and whether that is enough (three of four) to count.
        ``questions``: for "natural" and "faults" the ``comparisons`` ("a over b": `wins` of a with
        the ends of the bootstrap's interval, and the photographs by a's share), the ``scores`` of
        `bradley_terry` with intervals, and the share of ``repeats`` with the same answer.
        ``everyone``: the same questions with the observers that do not count.
        Plain data that can be written as JSON.

    Raises
    ------
    InputError
        If no observer counts, or methods were never compared.
    MissingDependencyError
        Without choix.

    Notes
    -----
    The bootstrap draws observers and photographs, both with replacement; an answer counts as often
    as the two together were drawn. Its intervals hold for other observers and other photographs
    (A. B. Owen, "The pigeonhole bootstrap", Annals of Applied Statistics 1, 2007), and are rather
    too wide than too narrow. Repeats and traps count nowhere else.

    Examples
    --------
    >>> from colortransfer.study import Choice
    >>> choices = [
    ...     Choice(f"observer {i}", 1, "sea", "ours", "shift", "left", "left", 4) for i in range(9)
    ... ]
    >>> found = evaluate(choices, replicates=100)
    >>> found["questions"]["natural"]["comparisons"]["ours over shift"]["wins"]
    9
    """
    if replicates < 100:
        raise InputError("replicates must be at least 100, for ends of intervals")
    by_observer = _grouped(choices, lambda choice: choice.observer)
    observers = {name: _observer(given) for name, given in by_observer.items()}
    counted = [name for name, row in observers.items() if row["counts"]]
    if not counted:
        raise InputError("no observer saw through enough traps to count; ask others")
    options = {"replicates": replicates, "seed": seed}
    found = _questions([by_observer[name] for name in counted], **options)
    everyone = found
    if len(counted) < len(observers):
        everyone = _questions(list(by_observer.values()), **options)
    return {"observers": observers, "questions": found, "everyone": everyone, **options}


def _questions(given: Sequence[Sequence[Choice]], *, replicates: int, seed: int) -> Figures:
    first, pairs = [], []
    for one in given:
        shown, repeated = _split(one)
        first += shown
        pairs += repeated
    if not first:
        raise InputError("there are no answers but those about traps; ask others")
    table = _Table(first)
    found = {}
    for question in QUESTIONS:
        rng = np.random.default_rng(seed)
        drawn = np.array([table.replicate(question, rng) for _ in range(replicates)])
        found[question] = {
            "comparisons": _comparisons(first, question, table.methods, drawn),
            "scores": _scores(table, question, drawn),
            "repeats": _same(pairs, question),
        }
    return found


def _observer(given: Sequence[Choice]) -> Figures:
    _, repeated = _split(given)
    traps = [choice for choice in given if choice.is_trap]
    right = sum(choice.chosen(question) != TRAP for choice in traps for question in QUESTIONS)
    of = len(traps) * len(QUESTIONS)
    return {
        "answers": len(given),
        "left": sum(choice.natural == "left" for choice in given),
        "seconds": float(np.median([choice.seconds for choice in given])),
        "repeats": {question: _same(repeated, question) for question in QUESTIONS},
        "traps": {"right": right, "of": of},
        "counts": right >= PASSED * of,
    }


def _split(given: Sequence[Choice]) -> tuple[list[Choice], list[tuple[Choice, Choice]]]:
    """First showings, and pairs of a first showing and its repeat, of one observer."""
    shown: dict[Any, Choice] = {}
    repeated = []
    for choice in sorted(given, key=lambda choice: choice.n):
        if choice.is_trap:
            continue
        subject = choice.photograph, choice.methods
        if subject in shown:
            repeated.append((shown[subject], choice))
        else:
            shown[subject] = choice
    return list(shown.values()), repeated


def _same(pairs: Iterable[tuple[Choice, Choice]], question: str) -> dict[str, int]:
    kept = [one.chosen(question) == other.chosen(question) for one, other in pairs]
    return {"same": sum(kept), "of": len(kept)}


class _Table:
    """First showings as numbers, so that a replicate of the bootstrap is one sum."""

    def __init__(self, first: Sequence[Choice]) -> None:
        self.methods = sorted({name for choice in first for name in choice.methods})
        self.observers = self._numbers(choice.observer for choice in first)
        self.photographs = self._numbers(choice.photograph for choice in first)
        k, place = len(self.methods), {name: i for i, name in enumerate(self.methods)}
        self.cells: dict[str, np.ndarray] = {}  # winner * k + loser, by question
        for question in QUESTIONS:
            cells = []
            for choice in first:
                winner = choice.chosen(question)
                (loser,) = set(choice.methods) - {winner}
                cells.append(place[winner] * k + place[loser])
            self.cells[question] = np.array(cells)

    @staticmethod
    def _numbers(names: Iterable[str]) -> np.ndarray:
        return np.unique(list(names), return_inverse=True)[1]

    def counts(self, question: str, weights: np.ndarray | None = None) -> np.ndarray:
        """(k, k): how often the row was chosen over the column."""
        k = len(self.methods)
        return np.bincount(self.cells[question], weights, k * k).reshape(k, k)

    def replicate(self, question: str, rng: np.random.Generator) -> np.ndarray:
        """`counts` of other observers and photographs, drawn from these."""
        weights = np.ones(len(self.observers))
        for numbers in (self.observers, self.photographs):
            of = int(numbers.max()) + 1
            weights *= np.bincount(rng.integers(of, size=of), minlength=of)[numbers]
        return self.counts(question, weights)


def _comparisons(
    first: Sequence[Choice], question: str, methods: Sequence[str], drawn: np.ndarray
) -> Figures:
    """By two methods; ``drawn`` (n, k, k) are the counts of the bootstrap."""
    found = {}
    by_methods = _grouped(first, lambda choice: choice.methods)
    for (i, one), (j, other) in itertools.combinations(enumerate(methods), 2):
        given = by_methods.get((one, other))
        if not given:
            continue
        total = drawn[:, i, j] + drawn[:, j, i]
        shares = drawn[total > 0, i, j] / total[total > 0]
        low, high = np.percentile(shares, INTERVAL)
        row: Figures = wins([choice.chosen(question) == one for choice in given])
        row |= {"bootstrap_low": float(low), "bootstrap_high": float(high)}
        found[f"{one} over {other}"] = row | {"photographs": _photographs(given, question, one)}
    return found


def _photographs(given: Sequence[Choice], question: str, one: str) -> Figures:
    """How often ``one`` was chosen of each photograph, the most decided for it first."""
    rows = {}
    for name, about in _grouped(given, lambda choice: choice.photograph).items():
        rows[name] = {
            "wins": sum(choice.chosen(question) == one for choice in about),
            "of": len(about),
        }
    # What more have seen decides more: Laplace's rule of succession.
    return dict(sorted(rows.items(), key=lambda row: -(row[1]["wins"] + 1) / (row[1]["of"] + 2)))


def _scores(table: _Table, question: str, drawn: np.ndarray) -> Figures:
    scores = bradley_terry(table.counts(question))
    others = []
    for counts in drawn:
        # A draw may have left out what connects two methods.
        with contextlib.suppress(InputError):
            others.append(bradley_terry(counts))
    if not others:
        raise InputError("too few answers for intervals; ask more observers")
    ends = np.percentile(others, INTERVAL, axis=0)
    rows = {
        name: {"score": float(score), "low": float(low), "high": float(high)}
        for name, score, low, high in zip(table.methods, scores, *ends, strict=True)
    }
    return dict(sorted(rows.items(), key=lambda row: -row[1]["score"]))


def _grouped(choices: Iterable[Choice], key: Any) -> dict[Any, list[Choice]]:
    found = defaultdict(list)
    for choice in choices:
        found[key(choice)].append(choice)
    return dict(found)
