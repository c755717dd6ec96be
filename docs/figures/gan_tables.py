"""The tables of docs/gan.md, from ``benchmarks/results/gan_*.json``.

A table stands between ``<!-- NAME -->`` and ``<!-- end of NAME -->``, and stays as it is where
there is no record of it.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from . import RESULTS

Record = dict[str, Any]


def record(name: str) -> Record:
    """What a benchmark has found; empty without it."""
    path = RESULTS / f"gan_{name}.json"
    return json.loads(path.read_text("utf-8")) if path.exists() else {}


def table(titles: list[str], rows: list[list[Any]]) -> str:
    """Markdown; floats with three digits."""
    lines = [titles, ["---"] * len(titles), *rows]
    cells = [[f"{x:.3g}" if isinstance(x, float) else str(x) for x in row] for row in lines]
    return "\n".join("| " + " | ".join(row) + " |" for row in cells)


def settings(found: Record) -> str:
    return (
        f"Batches of {found['batch']}, learning rate {found['rate']:g}, width {found['width']}:\n\n"
    )


def seeds(found: Record) -> str:
    titles = ["seed", "steps", "not finite", "rejected", "largest penalty", "mean of the last 20"]
    titles += ["colour error on held-out images"]
    rows = [
        [
            *(run[key] for key in ("seed", "steps", "not_finite")),
            round(run["rejected"]),
            *(run[key] for key in ("largest_penalty", "last_penalty")),
            run["held_out"]["color_error"],
        ]
        for run in found["runs"]
    ]
    return settings(found) + table(titles, rows)


def faults(found: Record) -> str:
    titles = ["mistakes", "rejected", "first at step", "its own penalty at the end"]
    titles += ["true norm of the critic's gradient", "colour error"]
    rows = [
        [
            run["fault"],
            round(run["rejected"]),
            run["first_rejected"] or "",
            run["last_penalty"],
            *(run["held_out"][key] for key in ("gradient_norm", "color_error")),
        ]
        for run in found["runs"]
    ]
    return f"{settings(found)}{table(titles, rows)}\n\nAfter {found['runs'][0]['steps']} steps."


def reconstruction(found: Record) -> str:
    titles = ["", "colour error", "farther than the input", "contrast-structure", "double pass"]
    names = ("color_error", "farther_than_input", "contrast_structure", "reconstruction")
    rows = [
        [f"weight {run['changes']['reconstruction']:g}", *[run["held_out"][k] for k in names]]
        for run in found["runs"]
    ]
    return f"{settings(found)}{table(titles, rows)}\n\nAfter {found['runs'][0]['steps']} steps."


def double_pass(found: Record) -> str:
    names = ("contrast_structure", "reconstruction")
    rows = [[title, *[row[name] for name in names]] for title, row in found["maps"].items()]
    return table(["", "contrast-structure", "double pass"], rows)


def default(found: Record) -> str:
    titles = ["", "colour error", "95th percentile", "farther than the input"]
    titles += ["contrast-structure", "GoogLeNet, unit", "raw", "SqueezeNet, unit", "raw"]
    names = ("color_error", "color_error_95", "farther_than_input", "contrast_structure")
    judges = ("googlenet_unit", "googlenet", "squeezenet_unit", "squeezenet")
    rows = [
        [key.replace("_", " "), *[row[k] for k in names], *[row[f"ratio_{k}"] for k in judges]]
        for key, row in found.items()
        if "ratio_googlenet" in row
    ]
    return table(titles, rows)


TABLES: dict[str, tuple[str, Callable[[Record], str]]] = {
    "seeds": ("paper_seeds", seeds),
    "faults": ("paper_faults", faults),
    "reconstruction": ("paper_reconstruction", reconstruction),
    "double_pass": ("paper_double_pass", double_pass),
    "default": ("default", default),
    "pretrained": ("pretrained", default),
}


def with_tables(page: str) -> str:
    """The text of the page with the tables that the records give."""
    for name, (source, write) in TABLES.items():
        if one := record(source):
            first, last = f"<!-- {name} -->", f"<!-- end of {name} -->"
            before, rest = page.split(first)
            page = f"{before}{first}\n\n{write(one)}\n\n{last}{rest.split(last)[1]}"
    return page
