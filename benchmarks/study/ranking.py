"""What rankings of several edits of each photograph say: each method against each other.

    python -m benchmarks.study.ranking FOLDER [--only bsds]

FOLDER holds ``keys.json``, whose items say which method each letter of a picture stands for, and
the observers' CSV files with the columns ``n,order,best_why,worst_why``; an order reads ``C>A=B``,
most natural first. Prints for each method its mean rank and the share of pictures in which it comes
before each other one, ties counting half, with Wilson's interval against the mean shift.
"""

from __future__ import annotations

import argparse
import csv
import json
import re
from collections import defaultdict
from pathlib import Path
from typing import Any

from colortransfer import study

BASELINE = "shift"


def ranks(order: str, methods: list[str]) -> dict[str, int]:
    """The place of each method, from 0; those that were tied share one."""
    groups = [re.findall("[A-Z]", group) for group in order.upper().split(">")]
    letters = [chr(ord("A") + i) for i in range(len(methods))]
    if sorted(letter for group in groups for letter in group) != letters:
        raise ValueError(f"{order!r} does not name every letter once")
    return {
        methods[letters.index(letter)]: place
        for place, group in enumerate(groups)
        for letter in group
    }


def read(folder: Path, only: str) -> list[dict[str, int]]:
    """The ranks of every answer; ``only`` "bsds" or "photos" takes photographs of that set."""
    items = {item["n"]: item for item in json.loads((folder / "keys.json").read_text())["items"]}
    found = []
    for path in sorted(folder.glob("*.csv")):
        for row in csv.DictReader(path.read_text("utf-8").splitlines()):
            item = items[int(row["n"])]
            kind = "bsds" if item["photograph"][0].isdigit() else "photos"
            if only in ("all", kind):
                found.append(ranks(row["order"], item["order"]))
    return found


def wins(answers: list[dict[str, int]], one: str, other: str) -> float:
    """In how many answers ``one`` comes before ``other``; a tie is half a win."""
    return sum((a[one] < a[other]) + 0.5 * (a[one] == a[other]) for a in answers)


def report(answers: list[dict[str, int]]) -> str:
    """A line for each method, best first."""
    places: dict[str, Any] = defaultdict(list)
    for answer in answers:
        for method, place in answer.items():
            places[method].append(place)
    count = len(answers)
    order = sorted(places, key=lambda method: sum(places[method]))
    lines = [f"{count} answers"]
    for method in order:
        shares = [f"{o} {wins(answers, method, o) / count:.2f}" for o in order if o != method]
        interval = ""
        if method != BASELINE:
            won = round(wins(answers, method, BASELINE))
            row = study.wins([True] * won + [False] * (count - won))
            interval = f"; over {BASELINE} {won / count:.2f} [{row['low']:.2f}, {row['high']:.2f}]"
        lines.append(
            f"{method}: mean rank {1 + sum(places[method]) / count:.2f}{interval}; before "
            + ", ".join(shares)
        )
    return "\n".join(lines)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--only", choices=("all", "bsds", "photos"), default="all")
    options = parser.parse_args()
    print(report(read(options.folder, options.only)))


if __name__ == "__main__":
    main()
