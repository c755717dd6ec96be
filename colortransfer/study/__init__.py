"""Let people judge: pages of blind choices between two edits, and what the answers say.

`make` writes a page that runs in any browser without a server; `read` takes the files that people
download from it, `evaluate` counts, and `write_report` shows. Pages are made without TensorFlow;
the report needs ``pip install 'colortransfer[study]'``.
"""

from __future__ import annotations

from ._answers import Choice, read, read_all
from ._evaluation import evaluate
from ._making import make
from ._pairs import Photographed, load_pairs
from ._plan import SIDES, Comparison, Trial, exchanged, plan
from ._report import write_report
from ._statistics import bradley_terry, sample_size, wins

__all__ = [
    "SIDES",
    "Choice",
    "Comparison",
    "Photographed",
    "Trial",
    "bradley_terry",
    "evaluate",
    "exchanged",
    "load_pairs",
    "make",
    "plan",
    "read",
    "read_all",
    "sample_size",
    "wins",
    "write_report",
]
