"""Which measures choose as viewers do: judges of naturalness, judged."""

from __future__ import annotations

import itertools
import math
from collections import defaultdict
from collections.abc import Callable, Iterable
from typing import Any

import numpy as np

from colortransfer import evaluation
from colortransfer.evaluation._report import HIGHER_IS_BETTER
from colortransfer.study import wins

from .. import candidates, common
from . import making
from .report import Answer, by_comparison, chosen, line

# These say how a picture is, not how good.
NEITHER = {"color_error", "colorfulness", "visible_difference"}
Values = dict[str, float]


def agreements(rows: Iterable[tuple[Values, Values, bool]]) -> dict[str, Any]:
    """For each measure, the share of answers that it would have given.

    Rows have the measures of the candidate and of the baseline, and whether the candidate was
    chosen. Pairs that a measure cannot tell apart do not count for it.
    """
    found: dict[str, list[bool]] = defaultdict(list)
    for candidate, baseline, chose_candidate in rows:
        for name in candidate.keys() - NEITHER:
            difference = candidate[name] - baseline[name]
            if difference and math.isfinite(difference):
                prefers = (difference > 0) == (name in HIGHER_IS_BETTER)
                found[name].append(prefers == chose_candidate)
    return {name: wins(found[name]) for name in sorted(found)}


def evaluate(
    keys: dict[str, dict[str, Any]], answers: dict[str, dict[int, Answer]]
) -> dict[str, Any]:
    """The agreements of all measures of `evaluation` with answers to one study, by comparison."""
    settings, networks = next(iter(keys.values()))["settings"], common.judges()
    measured: dict[str, dict[str, Values]] = {}
    found = {}
    for comparison, given in by_comparison(keys, answers).items():
        rows = []
        for item, answer in itertools.chain.from_iterable(given.values()):
            names = item["candidate"], item["baseline"]
            for name in set(names) - measured.keys():
                measured[name] = measures(settings, name, networks)
            both = (measured[name][item["photograph"]] for name in names)
            rows.append((*both, chosen(item, answer, "natural")))
        found[comparison] = agreements(rows)
    return found


def measures(
    settings: dict[str, Any], name: str, extractors: dict[str, Callable[[Any], Any]]
) -> dict[str, Values]:
    """What the edits of a study's photographs by a method measure, by photograph."""
    method, prior, found = candidates.build(name), common.judging_prior(), {}
    for pair, _ in making.pairs(settings["pairs"], settings["size"]):
        edited = np.asarray(common.edited(method, pair.image, pair.color))
        color = tuple(map(float, pair.color))
        found[pair.name] = evaluation.evaluate(
            pair.image, edited, color, extractors=extractors, prior=prior
        )
    return found


def text(found: dict[str, Any]) -> str:
    """The agreements in lines to be read, the best first."""
    lines = []
    for comparison, rows in found.items():
        best = sorted(rows.items(), key=lambda pair: -pair[1]["share"])
        lines += [comparison, *(f"  {name}: {line(row)}" for name, row in best)]
    return "\n".join(lines)
