"""Counts of choices to shares, intervals and scores."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from scipy.stats import binom, binomtest

from ..errors import InputError, MissingDependencyError

LARGEST_SAMPLE = 20_000


def wins(chosen: Sequence[bool]) -> dict[str, float]:
    """How often one of two was chosen, with its interval and test.

    Parameters
    ----------
    chosen
        For each answer whether it was chosen.

    Returns
    -------
    dict
        ``wins``, ``of``, and unless there are no answers ``share``, the ends ``low`` and ``high``
        of Wilson's 95 % interval, and ``p`` of the exact two-sided binomial test against one half.

    Notes
    -----
    Answers count as independent. Several of one observer, or about one photograph, are not quite:
    the bootstrap of `evaluate` takes that into account.

    Examples
    --------
    >>> found = wins([True] * 24 + [False] * 14)
    >>> [round(found[name], 3) for name in ("share", "low", "high", "p")]
    [0.632, 0.473, 0.766, 0.143]
    """
    count, won = len(chosen), int(sum(chosen))
    if not count:
        return {"wins": 0, "of": 0}
    test = binomtest(won, count)
    low, high = test.proportion_ci(method="wilson")
    interval = {"low": float(low), "high": float(high), "p": float(test.pvalue)}
    return {"wins": won, "of": count, "share": won / count, **interval}


def bradley_terry(counts: Any) -> np.ndarray:
    """Scores of which all shares follow, of the model of Bradley and Terry.

    Parameters
    ----------
    counts
        (k, k): how often the method of the row was chosen over that of the column; not necessarily
        whole numbers.

    Returns
    -------
    numpy.ndarray
        float64 (k,), of mean 0: i is chosen over j with probability
        ``1 / (1 + exp(scores[j] - scores[i]))``.

    Raises
    ------
    InputError
        If the counts are no square matrix of finite numbers from 0, or the methods fall into groups
        that were never compared with each other.
    MissingDependencyError
        Without choix.

    Notes
    -----
    Bradley and Terry, Biometrika 39 (1952); found by choix (Maystre and Grossglauser, NIPS 2015).
    Half a win is added to both sides of each pair that was compared, so that scores are finite
    where one always won.

    Examples
    --------
    >>> scores = bradley_terry([[0, 30], [10, 0]])
    >>> round(float(1 / (1 + np.exp(scores[1] - scores[0]))), 3)
    0.744
    """
    matrix = np.asarray(counts, np.float64)
    if matrix.ndim != 2 or matrix.shape[0] != matrix.shape[1] or len(matrix) < 2:
        raise InputError(f"counts have shape {matrix.shape}; give (k, k) of at least two methods")
    if not np.isfinite(matrix).all() or (matrix < 0).any():
        raise InputError("counts are finite numbers from 0")
    compared = (matrix + matrix.T > 0) & ~np.eye(len(matrix), dtype=bool)
    if not _connected(compared):
        raise InputError("some methods were never compared with the others; report them apart")
    scores: np.ndarray = _choix().ilsr_pairwise_dense(matrix * compared + 0.5 * compared)
    return scores - scores.mean()


def sample_size(share: float, *, power: float = 0.8, level: float = 0.05) -> int:
    """How many independent answers tell a preference from a coin.

    Parameters
    ----------
    share
        The share of answers, between 0.5 and 1, for the better of two that shall be noticed.
    power
        Probability that the test notices it, in (0, 1).
    level
        Of the exact two-sided binomial test, in (0, 1).

    Returns
    -------
    int
        The smallest number from which on the power is never less: the test is of whole numbers,
        whose power goes up and down.

    Raises
    ------
    InputError
        If a number is out of range, or more than 20,000 answers were needed.

    Examples
    --------
    >>> sample_size(0.65), sample_size(0.6)
    (97, 210)
    """
    if not (0.5 < share < 1 and 0 < power < 1 and 0 < level < 1):
        raise InputError("share lies between 0.5 and 1, power and level between 0 and 1")
    size = 8
    while size <= LARGEST_SAMPLE:  # the last of a range twice as wide that falls short
        sizes = np.arange(1, 2 * size + 1)
        short = np.flatnonzero(_power(share, sizes, level) < power)
        if not len(short) or short[-1] < size:
            return int(short[-1]) + 2 if len(short) else 1
        size *= 2
    raise InputError(f"{share} is too near to one half: that takes over {LARGEST_SAMPLE} answers")


def _power(share: float, sizes: np.ndarray, level: float) -> np.ndarray:
    """Of the exact test with that many answers each."""
    fewest = binom.ppf(level / 2, sizes, 0.5)  # the most losses that are significant, and one
    fewest = np.where(binom.cdf(fewest, sizes, 0.5) <= level / 2, fewest, fewest - 1)
    found: np.ndarray = binom.cdf(fewest, sizes, 1 - share) + binom.cdf(fewest, sizes, share)
    return found


def _connected(compared: np.ndarray) -> bool:
    """Whether every method can be reached from the first by comparisons."""
    reached = np.zeros(len(compared), bool)
    reached[0] = True
    for _ in range(len(compared)):
        reached |= compared[reached].any(0)
    return bool(reached.all())


def _choix() -> Any:
    try:
        import choix
    except ImportError as error:
        raise MissingDependencyError(
            "the report needs choix; pip install 'colortransfer[study]'"
        ) from error
    return choix
