"""A multigrid preconditioner for diffusion on the pixels of an image or a sequence.

The matrix couples each pixel with the 3x3 window around it (and around the same place in the
frames beside it); a row sums to what ties its pixel to given values, and given pixels stand
alone. Every second row and column is kept on the next grid; between them values are interpolated
with the matrix' own weights, so that nothing is carried over an edge (Dendy, "Black box
multigrid", Journal of Computational Physics 48, 1982), and the coarse matrix is Galerkin's.
"""

from __future__ import annotations

import dataclasses

import numpy as np
from scipy import sparse
from scipy.sparse import linalg

SMALLEST = 600  # unknowns that are solved directly
SWEEPS = 2  # of Jacobi's method before and after each coarse correction
DAMPING = 0.8

Shape = tuple[int, int, int]  # frames, rows, columns


@dataclasses.dataclass(frozen=True)
class Level:
    """A grid's matrix, the inverse of its diagonal, and the way from the next grid."""

    matrix: sparse.csr_array
    inverse: np.ndarray
    up: sparse.csr_array
    down: sparse.csr_array


class Multigrid:
    """One V-cycle as an approximate inverse."""

    def __init__(self, matrix: sparse.csr_array, shape: Shape) -> None:
        self.levels: list[Level] = []
        while matrix.shape[0] > SMALLEST and min(shape[1:]) > 2:
            up = prolongation(matrix, shape)
            down = up.T.tocsr()
            inverse = (DAMPING / matrix.diagonal()).astype(np.float64)
            self.levels.append(Level(matrix, inverse, up, down))
            matrix = (down @ (matrix @ up)).tocsr()
            # Grid points without influence stay alone.
            empty = matrix.diagonal() <= 1e-14
            matrix = (matrix + sparse.diags_array(empty.astype(float))).tocsr()
            shape = (shape[0], (shape[1] + 1) // 2, (shape[2] + 1) // 2)
        self.bottom = linalg.splu(matrix.tocsc())

    def __call__(self, right: np.ndarray, depth: int = 0) -> np.ndarray:
        """An approximate solution for the right-hand side (N,)."""
        if depth == len(self.levels):
            return self.bottom.solve(right)
        level = self.levels[depth]
        x = level.inverse * right
        for _ in range(SWEEPS - 1):
            x += level.inverse * (right - level.matrix @ x)
        x += level.up @ self(level.down @ (right - level.matrix @ x), depth + 1)
        for _ in range(SWEEPS):
            x += level.inverse * (right - level.matrix @ x)
        return x


def prolongation(matrix: sparse.csr_array, shape: Shape) -> sparse.csr_array:
    """Interpolation from every second row and column to all pixels."""
    frames, height, width = shape
    size = matrix.shape[0]
    row = np.repeat(np.arange(size, dtype=np.int32), np.diff(matrix.indptr))
    column = matrix.indices
    alone = np.diff(matrix.indptr) == 1
    frame = height * width
    inside = (row // frame == column // frame) & (row != column)
    pull = np.where(inside, np.maximum(-matrix.data, 0), 0)
    tied = np.maximum(matrix.sum(1), 0)
    y, x = np.arange(size) // width % height, np.arange(size) % width
    place = (np.arange(size) // frame * ((height + 1) // 2) + y // 2) * ((width + 1) // 2) + x // 2

    # Pixels of the coarse grid, then those between two of them in a row or in a column, which
    # take all three neighbours on a side together.
    kept = np.flatnonzero(~alone & (y % 2 == 0) & (x % 2 == 0))
    parts = [(kept, place[kept], np.ones(len(kept)))]
    sideways, upright = column % width - row % width, column // width - row // width
    for step, along, odd, beside in ((1, sideways, x, y), (width, upright, y, x)):
        between = ~alone & (odd % 2 == 1) & (beside % 2 == 0)
        pulls = {side: np.bincount(row, pull * (along == side), size) for side in (-1, 1)}
        total = np.maximum(pulls[-1] + pulls[1] + tied, 1e-300)
        for side, strength in pulls.items():
            index = np.flatnonzero(between & (strength > 0))
            index = index[~alone[index + side * step]]
            parts.append((index, place[index + side * step], (strength / total)[index]))
    rows, columns, weights = (np.concatenate(part) for part in zip(*parts, strict=True))
    coarse = (size, frames * ((height + 1) // 2) * ((width + 1) // 2))
    near = sparse.csr_array((weights, (rows, columns)), coarse)

    # Pixels in the middle of four coarse ones, from all of their neighbours.
    middle = ~alone & (y % 2 == 1) & (x % 2 == 1)
    total = np.maximum(np.bincount(row, pull, size) + tied, 1e-300)
    chosen = middle[row] & (pull > 0)
    spread = sparse.csr_array(
        (pull[chosen] / total[row[chosen]], (row[chosen], column[chosen])), (size, size)
    )
    return (near + spread @ near).tocsr()
