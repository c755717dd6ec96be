"""What viewers' answers say: wins with intervals, faults in their words, consistency."""

from __future__ import annotations

import csv
import re
from collections import Counter, defaultdict
from pathlib import Path
from typing import Any, NamedTuple

from colortransfer.study import SIDES, exchanged, wins

from .making import subject

QUESTIONS = ("natural", "faults")
HEADER = ["n", *QUESTIONS, "certainty", "worse", "why"]
YES, NO = {"true", "1", "yes"}, {"false", "0", "no", ""}
# Faults by the beginnings of words that name them.
FAULTS = {
    "patches": ("patch", "blotch", "spot", "splotch", "stain", "two colo"),
    "gradients": ("gradient", "band", "poster", "halo", "fring"),
    "veil": ("veil", "milk", "haz", "fog", "wash", "lifted"),
    "blacks": ("black", "shadow"),
    "whites": ("white", "highlight"),
    "cast": ("cast", "tint"),
    "skin": ("skin", "face"),
    "garish": ("garish", "neon", "oversat", "lurid", "harsh"),
    "dull": ("dull", "flat", "grey", "gray", "drain", "muted", "desat"),
}
Item = dict[str, Any]


class Answer(NamedTuple):
    natural: str
    faults: str
    certainty: int
    worse: bool
    why: str


Given = tuple[Item, Answer]


def read(path: Path, keys: dict[str, Any]) -> dict[int, Answer]:
    """Answers by the picture's number; ValueError with file and line where one cannot be read."""
    known, found = {item["n"] for item in keys["items"]}, {}
    with path.open(newline="", encoding="utf-8-sig") as file:
        rows = csv.reader(file)
        if [word.strip() for word in next(rows, [])] != HEADER:
            raise ValueError(f"{path}: the first line must be {','.join(HEADER)}")
        for row in rows:
            if not row:
                continue
            place = f"{path}, line {rows.line_num}"
            # A comma in the last column, which nobody put in quotes, is part of the text.
            n, *words, why = [word.strip().lower() for word in [*row[:5], ",".join(row[5:])]]
            if len(words) != 4:
                raise ValueError(f"{place}: there are six columns, {','.join(HEADER)}")
            if not n.isdigit() or int(n) not in known or int(n) in found:
                raise ValueError(f"{place}: {n!r} is no picture, or has an answer already")
            natural, faults, certainty, worse = words
            sides = natural in SIDES and faults in SIDES
            if not sides or certainty not in {"0", "1", "2"} or worse not in YES | NO:
                raise ValueError(f"{place}: left or right, twice; 0, 1 or 2; true or false")
            found[int(n)] = Answer(natural, faults, int(certainty), worse in YES, why)
    return found


def evaluate(
    keys: dict[str, dict[str, Any]], answers: dict[str, dict[int, Answer]]
) -> dict[str, Any]:
    """All figures, by comparison; keys and answers by observer, answers by the picture's number."""
    items = {name: {item["n"]: item for item in keys[name]["items"]} for name in answers}
    given = by_comparison(keys, answers)
    return {
        "observers": {name: _observer(items[name], found) for name, found in answers.items()},
        "comparisons": {name: _comparison(found) for name, found in given.items()},
    }


def by_comparison(
    keys: dict[str, dict[str, Any]], answers: dict[str, dict[int, Answer]]
) -> dict[str, dict[str, list[Given]]]:
    """Items and their answers, without repeats: by comparison, then by observer."""
    found: dict[str, dict[str, list[Given]]] = defaultdict(lambda: defaultdict(list))
    for name, given in answers.items():
        for item in keys[name]["items"]:
            if item["n"] in given and not item["repeat"]:
                comparison = f"{item['candidate']} against {item['baseline']}"
                found[comparison][name].append((item, given[item["n"]]))
    return found


def _observer(items: dict[int, Item], given: dict[int, Answer]) -> dict[str, Any]:
    """Missing answers, the lean to one side, and how often a repeat got the same answer."""
    left = sum(answer.natural == "left" for answer in given.values())
    twins = {subject(item): n for n, item in items.items() if not item["repeat"]}
    same: dict[str, list[bool]] = {question: [] for question in QUESTIONS}
    for n, item in items.items():
        twin = twins[subject(item)]
        if not (item["repeat"] and n in given and twin in given):
            continue
        for question, list_ in same.items():
            once = chosen(items[twin], given[twin], question)
            list_.append(once == chosen(item, given[n], question))
    return {
        "answers": len(given),
        "missing": sorted(set(items) - set(given)),
        "left": left,
        "repeats": {q: {"same": sum(list_), "of": len(list_)} for q, list_ in same.items()},
    }


def _comparison(given: dict[str, list[Given]]) -> dict[str, Any]:
    """Figures of one comparison, from its items and their answers by observer."""
    pairs = [pair for own in given.values() for pair in own]
    subsets = {
        "all": pairs,
        "held_out": [pair for pair in pairs if pair[0]["held_out"]],
        "tuned": [pair for pair in pairs if not pair[0]["held_out"]],
    }
    found: dict[str, Any] = {}
    for question in QUESTIONS:
        found[question] = {name: wins(_choices(part, question)) for name, part in subsets.items()}
        found[question]["by_observer"] = {
            name: wins(_choices(own, question)) for name, own in given.items()
        }
    found["weighted"] = sum(
        answer.certainty * (1 if chosen(item, answer, "natural") else -1) for item, answer in pairs
    )
    found["clearly_worse"] = _clearly(pairs, for_candidate=False)
    found["clearly_better"] = _clearly(pairs, for_candidate=True)
    counts = {"candidate": Counter[str](), "baseline": Counter[str]()}
    for item, answer in pairs:
        for side, faults in faults_of(answer).items():
            role = "candidate" if side == item["candidate_side"] else "baseline"
            counts[role].update(faults)
    found["fault_words"] = {role: dict(sorted(words.items())) for role, words in counts.items()}
    return found


def _choices(pairs: list[Given], question: str) -> list[bool]:
    return [chosen(item, answer, question) for item, answer in pairs]


def _clearly(pairs: list[Given], *, for_candidate: bool) -> dict[str, Any]:
    """Pairs in which every viewer chose this one, and called the other clearly worse."""
    so: dict[str, list[bool]] = defaultdict(list)
    for item, answer in pairs:
        so[item["photograph"]].append(
            answer.worse and chosen(item, answer, "natural") == for_candidate
        )
    found = [name for name, all_ in so.items() if all(all_)]
    return {"pairs": found, "share": len(found) / len(so) if so else 0.0}


def faults_of(answer: Answer) -> dict[str, set[str]]:
    """Faults named in ``why``, by side.

    Words after "left" or "right" are about that side; before, or without these, about the side
    that was not chosen for fewer faults. Praise ("whites stay white") cannot be told from blame.
    """
    found: dict[str, set[str]] = {side: set() for side in SIDES}
    side = exchanged(answer.faults)
    for part in re.split(r"\b(left|right)\b", answer.why):
        if part in SIDES:
            side = part
            continue
        for fault, beginnings in FAULTS.items():
            if any(re.search(rf"\b{beginning}", part) for beginning in beginnings):
                found[side].add(fault)
    return found


def chosen(item: Item, answer: Answer, question: str) -> bool:
    """Whether the answer is for the candidate."""
    return bool(getattr(answer, question) == item["candidate_side"])


def text(found: dict[str, Any]) -> str:
    """The figures in lines to be read."""
    lines = []
    for name, figures in found["comparisons"].items():
        lines.append(name)
        for question in QUESTIONS:
            rows = dict(figures[question])
            rows |= rows.pop("by_observer")
            lines += [f"  {question:8}{part:12}{line(row)}" for part, row in rows.items()]
        lines.append(f"  weighted by certainty {figures['weighted']:+d}")
        for key in ("clearly_worse", "clearly_better"):
            value = figures[key]
            pairs = ", ".join(value["pairs"]) or "none"
            lines.append(f"  {key.replace('_', ' ')} to all: {value['share']:.1%} ({pairs})")
        for role, words in figures["fault_words"].items():
            counted = ", ".join(f"{w} {n}" for w, n in sorted(words.items(), key=lambda x: -x[1]))
            lines.append(f"  faults of the {role}: {counted or 'none'}")
    for name, row in found["observers"].items():
        same = ", ".join(f"{q} {r['same']} of {r['of']}" for q, r in row["repeats"].items())
        missing = f", {len(row['missing'])} missing" if row["missing"] else ""
        lean = f"{row['left']} of {row['answers']} to the left"
        lines.append(f"{name}: {lean}{missing}; same answer on repeats: {same}")
    return "\n".join(lines)


def line(row: dict[str, Any]) -> str:
    """Wins in words."""
    if not row["of"]:
        return "no answers"
    interval = f"{row['low']:.0%} to {row['high']:.0%}"
    return f"{row['wins']} of {row['of']} ({row['share']:.0%}; {interval}; p {row['p']:.3f})"
