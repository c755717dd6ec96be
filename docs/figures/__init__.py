"""The pictures and tables of the documentation: ``python -m docs.figures`` makes them anew."""

from collections.abc import Iterable
from pathlib import Path

import numpy as np

DOCS = Path(__file__).resolve().parents[1]
PICTURES = DOCS / "images"
TABLES = DOCS / "tables"
RESULTS = DOCS.parent / "benchmarks" / "results"


def mosaic(rows: Iterable[Iterable[np.ndarray]], zoom: int) -> np.ndarray:
    """Small pictures of one size side by side in rows, each pixel ``zoom`` times as large."""
    lines = [np.concatenate(list(row), 1) for row in rows]
    return np.concatenate(lines).repeat(zoom, 0).repeat(zoom, 1)
