"""Which measures choose as viewers do: judges of naturalness, judged."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Callable, Iterable
from typing import Any

import numpy as np

from colortransfer import evaluation
from colortransfer.study import wins

from .. import candidates, common
from . import making
from .report import Answer, chosen

# Of the others less is better.
MORE = {"contrast_structure"}
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
                prefers = (difference > 0) == (name in MORE)
                found[name].append(prefers == chose_candidate)
    return {name: wins(found[name]) for name in sorted(found)}


def judge(
    keys: dict[str, dict[str, Any]],
    answers: dict[str, dict[int, Answer]],
    extractors: dict[str, Callable[[Any], Any]],
) -> dict[str, Any]:
    """The agreements of all measures of `evaluation`, with networks, for each comparison."""
    measured: dict[tuple[str, str], Values] = {}
    rows = defaultdict(list)
    for observer, given in answers.items():
        key = keys[observer]
        for item in key["items"]:
            if item["repeat"] or item["n"] not in given:
                continue
            names = item["candidate"], item["baseline"]
            for name in names:
                if (item["photograph"], name) not in measured:
                    measure(key["settings"], name, extractors, measured)
            pair = [measured[item["photograph"], name] for name in names]
            answer = chosen(item, given[item["n"]], "natural")
            rows[f"{names[0]} against {names[1]}"].append((pair[0], pair[1], answer))
    return {name: agreements(found) for name, found in rows.items()}


def measure(
    settings: dict[str, Any],
    name: str,
    extractors: dict[str, Callable[[Any], Any]],
    measured: dict[tuple[str, str], Values],
) -> None:
    """Edit all photographs of a study by a method, and add the measures of the results."""
    method = candidates.build(name)
    for pair, _ in making.pairs(settings["pairs"], settings["size"]):
        edited = np.asarray(common.edited(method, pair.image, pair.color))
        color = tuple(map(float, pair.color))
        measured[pair.name, name] = evaluation.evaluate(
            pair.image, edited, color, extractors=extractors
        )


def text(found: dict[str, Any]) -> str:
    """The agreements in lines to be read, the best first."""
    lines = []
    for name, measures in found.items():
        lines.append(name)
        for measure_, row in sorted(measures.items(), key=lambda pair: -pair[1]["share"]):
            interval = f"{row['low']:.0%} to {row['high']:.0%}"
            lines.append(f"  {row['share']:.0%} of {row['of']} ({interval}) {measure_}")
    return "\n".join(lines)
