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


@dataclasses.dataclass(frozen=True, eq=False)
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


# Rows, columns and weights of entries of a sparse matrix.
Entries = tuple[np.ndarray, np.ndarray, np.ndarray]


def prolongation(matrix: sparse.csr_array, shape: Shape) -> sparse.csr_array:
    """Interpolation from every second row and column to all pixels.

    Pixels with an even row and an even column are those of the coarse grid. Pixels with one odd
    coordinate lie between two of them; pixels with two odd ones in the middle of four.
    """
    frames, height, width = shape
    fine = _FineGrid(matrix, shape)
    parts = [fine.kept(), *fine.between_columns(), *fine.between_rows()]
    rows, columns, weights = (np.concatenate(part) for part in zip(*parts, strict=True))
    coarse = (fine.size, frames * ((height + 1) // 2) * ((width + 1) // 2))
    near = sparse.csr_array((weights, (rows, columns)), coarse)
    rows, columns, weights = fine.middle()
    spread = sparse.csr_array((weights, (rows, columns)), (fine.size, fine.size))
    return (near + spread @ near).tocsr()


class _FineGrid:
    """The pixels of a grid, and how strongly their neighbours pull at them.

    Attributes
    ----------
    alone
        bool (N,): pixels whose value is given; they neither take nor give.
    tied
        (N,): how strongly a pixel is pulled to what is given.
    y, x
        (N,): row and column in the frame.
    place
        (N,): the number of the coarse pixel at the same place, for pixels of even row and column.
    row, column, pull
        (E,): a pixel, its neighbour in the same frame, and how strongly the one takes after the
        other; 0 for other entries of the matrix.
    """

    def __init__(self, matrix: sparse.csr_array, shape: Shape) -> None:
        _, height, self.width = shape
        self.size = matrix.shape[0]
        entries = np.diff(matrix.indptr)
        self.alone = entries == 1
        self.tied = np.maximum(matrix.sum(1), 0)
        pixel, frame = np.arange(self.size), height * self.width
        self.y, self.x = pixel // self.width % height, pixel % self.width
        coarse_row = pixel // frame * ((height + 1) // 2) + self.y // 2
        self.place = coarse_row * ((self.width + 1) // 2) + self.x // 2
        self.row = np.repeat(np.arange(self.size, dtype=np.int32), entries)
        self.column = matrix.indices
        inside = (self.row // frame == self.column // frame) & (self.row != self.column)
        self.pull = np.where(inside, np.maximum(-matrix.data, 0), 0)

    def kept(self) -> Entries:
        """Pixels of the coarse grid, which keep their value."""
        kept = np.flatnonzero(~self.alone & (self.y % 2 == 0) & (self.x % 2 == 0))
        return kept, self.place[kept], np.ones(len(kept))

    def between_columns(self) -> list[Entries]:
        """Pixels between a coarse one on the left and one on the right."""
        sideways = self.column % self.width - self.row % self.width
        return self._between((self.x % 2 == 1) & (self.y % 2 == 0), sideways, step=1)

    def between_rows(self) -> list[Entries]:
        """Pixels between a coarse one above and one below."""
        upright = self.column // self.width - self.row // self.width
        return self._between((self.y % 2 == 1) & (self.x % 2 == 0), upright, step=self.width)

    def _between(self, between: np.ndarray, direction: np.ndarray, step: int) -> list[Entries]:
        """Weights of the two coarse neighbours, ``step`` pixels before and after.

        Each has the pull of all three neighbours on its side (entries whose ``direction`` is -1
        or 1).
        """
        pulls = {
            side: np.bincount(self.row, self.pull * (direction == side), self.size)
            for side in (-1, 1)
        }
        total = np.maximum(pulls[-1] + pulls[1] + self.tied, 1e-300)
        entries = []
        for side, pull in pulls.items():
            pixel = np.flatnonzero(between & ~self.alone & (pull > 0))
            pixel = pixel[~self.alone[pixel + side * step]]
            entries.append((pixel, self.place[pixel + side * step], (pull / total)[pixel]))
        return entries

    def middle(self) -> Entries:
        """Pixels in the middle of four coarse ones, from all of their neighbours on this grid."""
        middle = ~self.alone & (self.y % 2 == 1) & (self.x % 2 == 1)
        total = np.maximum(np.bincount(self.row, self.pull, self.size) + self.tied, 1e-300)
        chosen = middle[self.row] & (self.pull > 0)
        pixel = self.row[chosen]
        return pixel, self.column[chosen], self.pull[chosen] / total[pixel]
