"""The pictures and tables of the documentation: ``python -m docs.figures`` makes them anew."""

from pathlib import Path

DOCS = Path(__file__).resolve().parents[1]
PICTURES = DOCS / "images"
TABLES = DOCS / "tables"
RESULTS = DOCS.parent / "benchmarks" / "results"
