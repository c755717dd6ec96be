"""Sums over the cells of a grid that covers a picture of any size."""

from __future__ import annotations

import numpy as np


def cell_starts(size: int, cells: int) -> np.ndarray:
    """Where each of ``cells`` nearly equal parts of ``size`` pixels begins (int, (cells,))."""
    return np.arange(cells) * size // cells


def cell_sums(values: np.ndarray, rows: np.ndarray, columns: np.ndarray) -> np.ndarray:
    """float64 sums of ``values`` (H, W, ...) over cells that begin at these rows and columns."""
    along = np.add.reduceat(values, rows, axis=0, dtype=np.float64)
    return np.add.reduceat(along, columns, axis=1)
