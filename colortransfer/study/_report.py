"""The report of a study: one HTML file for people, and the same as JSON for programs."""

from __future__ import annotations

import html
import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from ..core.atomic import write_atomically
from ..errors import InputError
from . import _plots

ASKED = {
    "natural": "Which looks more like an unedited photograph?",
    "faults": "Which has fewer faults?",
}
DECIDED = 5  # photographs named for each side
STYLE = """
body { font: 1rem/1.5 system-ui, sans-serif; max-width: 60rem; margin: 1rem auto; padding: 0 1rem;
  color: #111; background: #fff; }
table { border-collapse: collapse; margin: .5rem 0 1rem; display: block; overflow-x: auto; }
th, td { padding: .25rem .7rem; border-bottom: 1px solid #ccc; text-align: left; }
td { font-variant-numeric: tabular-nums; }
svg { max-width: 100%; height: auto; }
figure { margin: 1rem 0; }
"""
EXPLAINED = """Shares have Wilson's 95 % interval (bold in the plot) and the exact two-sided
binomial test against one half, both of which take answers as independent; and the interval of a
bootstrap over observers and photographs (thin), which does not. With several comparisons, a p
below 0.05 divided by their number is what tells. Repeats and traps count in
their own lines only."""


def write_report(found: dict[str, Any], path: str | Path) -> Path:
    """Write what `evaluate` found as a page, and as JSON beside it.

    Parameters
    ----------
    found
        Of `evaluate`.
    path
        A file that ends in .html.

    Returns
    -------
    pathlib.Path
        The JSON file: the same name with .json.

    Raises
    ------
    InputError
        If the path does not end in .html.
    FileError
        If a file cannot be written.
    MissingDependencyError
        Without matplotlib.

    Examples
    --------
    >>> from colortransfer.study import evaluate
    >>> from colortransfer.study import Choice
    >>> choices = [
    ...     Choice(f"observer {i}", 1, "sea", "ours", "shift", "left", "left", 4) for i in range(9)
    ... ]
    >>> write_report(evaluate(choices, replicates=100), folder / "report.html").name
    'report.json'
    """
    path = Path(path)
    if path.suffix.lower() not in (".html", ".htm"):
        raise InputError(f"{path} does not end in .html")
    page = _page(found)
    beside = path.with_suffix(".json")
    write_atomically(path, page.encode())
    write_atomically(beside, (json.dumps(found, indent=1) + "\n").encode())
    return beside


def _page(found: dict[str, Any]) -> str:
    out = [name for name, row in found["observers"].items() if not row["counts"]]
    parts = ["<h1>What observers chose</h1>", _summary(found, out), f"<p>{EXPLAINED}</p>"]
    for question, asked in ASKED.items():
        parts.append(f"<h2>{asked}</h2>")
        parts += _question(found["questions"][question])
        if out:
            parts.append("<h3>With the observers that failed the traps</h3>")
            parts.append(_comparisons(found["everyone"][question]["comparisons"]))
    parts.append("<h2>Observers</h2>")
    parts.append(_observers(found["observers"]))
    body = "\n".join(parts)
    return (
        '<!doctype html>\n<html lang="en"><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>Report of a study</title><style>{STYLE}</style>\n<main>{body}</main></html>\n"
    )


def _summary(found: dict[str, Any], out: list[str]) -> str:
    observers = found["observers"]
    answers = sum(row["answers"] for row in observers.values())
    text = f"{len(observers)} observers gave {answers} answers."
    if out:
        names = ", ".join(map(html.escape, out))
        text += f" Failed the traps, and left out of all but the last tables: {names}."
    return f"<p>{text}</p>"


def _question(row: dict[str, Any]) -> list[str]:
    comparisons, repeats = row["comparisons"], row["repeats"]
    parts = [_comparisons(comparisons), _figure("shares of wins", _plots.shares(comparisons))]
    parts += ["<h3>Scores of Bradley and Terry</h3>", _scores(row["scores"])]
    parts.append(_figure("scores with intervals", _plots.scores(row["scores"])))
    if repeats["of"]:
        parts.append(f"<p>Same answer on {repeats['same']} of {repeats['of']} repeats.</p>")
    parts.append("<h3>The photographs that decided</h3>")
    for name, comparison in comparisons.items():
        parts.append(f"<h4>{html.escape(name)}</h4>")
        parts.append(_decided(comparison["photographs"]))
        parts.append(
            _figure("share of each photograph", _plots.photographs(comparison["photographs"]))
        )
    return parts


def _comparisons(comparisons: dict[str, Any]) -> str:
    head = ["", "wins", "share", "Wilson", "bootstrap", "p"]
    rows = [
        [
            name,
            f"{row['wins']} of {row['of']}",
            f"{row['share']:.0%}",
            f"{row['low']:.0%} to {row['high']:.0%}",
            f"{row['bootstrap_low']:.0%} to {row['bootstrap_high']:.0%}",
            f"{row['p']:.2g}",
        ]
        for name, row in comparisons.items()
    ]
    return _table(head, rows)


def _scores(scores: dict[str, Any]) -> str:
    rows = [
        [name, f"{row['score']:+.2f}", f"{row['low']:+.2f} to {row['high']:+.2f}"]
        for name, row in scores.items()
    ]
    return _table(["method", "score", "bootstrap"], rows)


def _decided(photographs: dict[str, Any]) -> str:
    """The photographs for and against the first of the two, most decided first."""
    rows = list(photographs.items())
    sides = {
        "for the first": [r for r in rows if 2 * r[1]["wins"] > r[1]["of"]][:DECIDED],
        "for the second": [r for r in rows[::-1] if 2 * r[1]["wins"] < r[1]["of"]][:DECIDED],
    }
    cells = [
        [side, ", ".join(f"{name} ({row['wins']} of {row['of']})" for name, row in found) or "none"]
        for side, found in sides.items()
    ]
    return _table(["", "photographs (choices for the first)"], cells)


def _observers(observers: dict[str, Any]) -> str:
    head = ["observer", "answers", "to the left", "seconds a pair", "repeats: natural", "faults"]
    head += ["traps seen through", ""]
    rows = [
        [
            name,
            f"{row['answers']}",
            f"{row['left']}",
            f"{row['seconds']:.1f}",
            *(f"{r['same']} of {r['of']}" for r in row["repeats"].values()),
            f"{row['traps']['right']} of {row['traps']['of']}",
            "" if row["counts"] else "failed the traps",
        ]
        for name, row in observers.items()
    ]
    return _table(head, rows)


def _table(head: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    def line(cells: Iterable[str], tag: str) -> str:
        return "<tr>" + "".join(f"<{tag}>{html.escape(cell)}</{tag}>" for cell in cells) + "</tr>"

    return "<table>" + line(head, "th") + "".join(line(row, "td") for row in rows) + "</table>"


def _figure(label: str, svg: str) -> str:
    return f'<figure role="img" aria-label="{html.escape(label)}">{svg}</figure>'
