"""Figures of the documentation are those of the records in ``benchmarks/results``.

A comment before a table or a paragraph names the records that its figures are from:

    <!-- figures: batch_sizes.json -->

Every number of the table (but for its first row and column, which say what is measured;
``; labels 2`` after the names makes it two columns), and every number with a decimal point of a
paragraph or list, has to be in the records, rounded to the digits that are shown: as a value, or as
the count, the largest, the smallest, the mean or the median of a list or of one key of the records
of a list; in the same unit, or in per cent, thousandths, millions or thousand millions.
"""

from __future__ import annotations

import json
import math
import re
import statistics
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[1]
RESULTS = ROOT / "benchmarks" / "results"
MARK = re.compile(
    r"<!-- figures: ([^;>]+?)(?:; labels (\d))? -->\n\n?(.+?)(?=\n\s*\n|\Z)", re.DOTALL
)
NUMBER = re.compile(r"(?<![\w.#/-])-?\d[\d,]*(?:\.\d+)?(?![\w/]|\.\d)")
UNITS = (1.0, 100.0, 1000.0, 1e-6, 1e-9)
PAGES = [
    path
    for path in sorted([ROOT / "README.md", *(ROOT / "docs").rglob("*.md")])
    if "generated" not in path.parts and MARK.search(path.read_text("utf-8"))
]


def values(record: Any) -> Iterator[float]:
    """Every number of a record, and what is said of its lists."""
    if isinstance(record, bool) or record is None:
        return
    if isinstance(record, (int, float)):
        yield float(record)
    elif isinstance(record, dict):
        for value in record.values():
            yield from values(value)
    elif isinstance(record, list):
        yield float(len(record))
        for value in record:
            yield from values(value)
        columns = [record]
        rows = [row for row in record if isinstance(row, dict)]
        keys = {key for row in rows for key in row}
        columns += [[row[key] for row in rows if key in row] for key in keys]
        for column in columns:
            yield from summaries(column)


def summaries(column: list[Any]) -> Iterator[float]:
    """Largest, smallest, mean and median of a list of numbers."""
    numbers = [v for v in column if isinstance(v, (int, float)) and not isinstance(v, bool)]
    if numbers:
        yield from (
            max(numbers),
            min(numbers),
            statistics.mean(numbers),
            statistics.median(numbers),
        )


def shown(block: str, labels: int) -> list[str]:
    """The numbers of a table or a paragraph that have to be in the record."""
    if not block.startswith("|"):
        plain = re.sub(r"`[^`]*`", "", block)
        return [number for number in NUMBER.findall(plain) if "." in number]
    rows = [line.strip().strip("|").split("|")[labels:] for line in block.splitlines()[2:]]
    return [number for row in rows for cell in row for number in NUMBER.findall(cell)]


def is_of(number: str, measured: list[float]) -> bool:
    """Whether a measured value, in one of the units, is this number when rounded as it is."""
    text = number.replace(",", "")
    digits = len(text.partition(".")[2])
    if not digits:
        digits = len(text.rstrip("0")) - len(text) if text.strip("-0") else 0
    half = 0.5 * 10.0**-digits * (1 + 1e-6)
    return any(
        math.isfinite(value) and abs(value * unit - float(text)) <= half
        for value in measured
        for unit in UNITS
    )


def strangers(page: str) -> list[str]:
    """Figures of a page that are in none of the records that it names."""
    found = []
    for names, labels, block in MARK.findall(page):
        records = [json.loads((RESULTS / name).read_text("utf-8")) for name in names.split()]
        measured = [value for record in records for value in values(record)]
        found += [
            f"{names}: {number}"
            for number in shown(block, int(labels or 1))
            if not is_of(number, measured)
        ]
    return found


@pytest.mark.parametrize("page", PAGES, ids=lambda path: path.stem)
def test_figures_are_in_the_records(page: Path) -> None:
    assert strangers(page.read_text("utf-8")) == []


def test_a_stale_figure_is_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The test above can fail."""
    record = {"ratio": 0.4742, "errors": [0.1, 0.3], "fits": [{"off": 0.02}, {"off": 0.05}]}
    (tmp_path / "some.json").write_text(json.dumps(record))
    monkeypatch.setitem(globals(), "RESULTS", tmp_path)
    mark = "<!-- figures: some.json -->\n"
    good = f"{mark}| | a | b |\n|---|---|---|\n| 8 | 0.47 | 0.20 |\n| 9 | 47 | |"
    assert strangers(good) == []
    assert strangers(good.replace("0.47", "0.48")) == ["some.json: 0.48"]
    paragraph = f"{mark}Of 12 it is 0.035, not 0.036.\n\nAnd 0.7.\n"
    assert strangers(paragraph) == ["some.json: 0.036"]
