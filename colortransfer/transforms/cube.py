"""Look-up tables of colours: sampled from a map of colours, and written as a ``.cube`` file."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np

from ..core.atomic import write_atomically
from ..errors import InputError

LARGEST = 256  # points a side, as the format has it


def sampled(function: Callable[[np.ndarray], np.ndarray], size: int) -> np.ndarray:
    """The table (size, size, size, 3) of a ``function`` from colours (N, 3) to colours (N, 3)."""
    if not 2 <= size <= LARGEST:
        raise InputError(f"the size of a look-up table lies between 2 and {LARGEST}, not {size}")
    axis = np.linspace(0, 1, size, dtype=np.float32)
    lattice = np.stack(np.meshgrid(axis, axis, axis, indexing="ij"), -1)
    return function(lattice.reshape(-1, 3)).reshape(lattice.shape)


def write_cube(path: str | Path, table: np.ndarray) -> None:
    """Write a table (n, n, n, 3), clipped to [0, 1], as ``.cube`` (Adobe/Iridas 1.0), atomically.

    FileError if the file cannot be written.
    """
    lines = ["# written by colortransfer", f"LUT_3D_SIZE {len(table)}"]
    # Red varies fastest.
    rows = np.clip(table, 0, 1).transpose(2, 1, 0, 3).reshape(-1, 3)
    lines += [f"{r:.6f} {g:.6f} {b:.6f}" for r, g, b in rows]
    write_atomically(path, ("\n".join(lines) + "\n").encode("ascii"))
