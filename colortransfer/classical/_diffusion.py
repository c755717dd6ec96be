"""Chrominance that each pixel takes from its neighbours, with some pixels given."""

from __future__ import annotations

import numpy as np
from scipy import sparse
from scipy.sparse import linalg

from ..core.threads import in_threads
from ._affinity import Offset
from ._multigrid import Multigrid

DIRECT = 20_000  # unknowns up to which the system is factorised
TOLERANCE = 1e-6  # of the residual, relative
STEPS = 200
BALANCE_STEPS = 50
GREY_PULL = 1e-9  # what no scribble can reach becomes grey, and the system stays regular


def diffuse(
    offsets: list[Offset], weights: np.ndarray, marked: np.ndarray, given: np.ndarray
) -> np.ndarray:
    """Solve ``U(r) = sum_s w_rs U(s)`` for the pixels r that are not marked.

    Parameters
    ----------
    offsets, weights
        As `neighbour_affinities` gives them.
    marked
        bool (T, H, W), the pixels whose values are given.
    given
        (T, H, W, C) values.

    Returns
    -------
    numpy.ndarray
        float64 (T, H, W, C).

    Notes
    -----
    Factorised when small; otherwise solved by BiCGSTAB with one multigrid V-cycle as
    preconditioner, which takes about twenty steps whatever the size.
    """
    matrix, right = balanced_system(offsets, weights, marked, given)
    if matrix.shape[0] <= DIRECT:
        return linalg.splu(matrix.tocsc()).solve(right).reshape(given.shape)
    cycle = linalg.LinearOperator(matrix.shape, Multigrid(matrix, marked.shape), dtype=np.float64)

    def solve(channel: int) -> np.ndarray:
        wanted = right[:, channel]
        found, failed = linalg.bicgstab(
            matrix, wanted, M=cycle, rtol=TOLERANCE, atol=0, maxiter=STEPS
        )
        return linalg.spsolve(matrix.tocsc(), wanted) if failed else found

    channels = in_threads(solve, range(given.shape[-1]))
    return np.stack(list(channels), -1).reshape(given.shape)


def balanced_system(
    offsets: list[Offset], weights: np.ndarray, marked: np.ndarray, given: np.ndarray
) -> tuple[sparse.csr_array, np.ndarray]:
    """The matrix and right-hand sides (N, C) of :func:`diffuse`, nearly symmetric.

    The rows of I - W are scaled by d with ``d_r w_rs ~ d_s w_sr`` (some steps towards the
    stationary distribution of W), without which coarse grids would be of little use. Marked pixels
    are moved to the right-hand side.
    """
    free = ~marked.ravel()
    values = np.where(free[:, None], 0, given.reshape(len(free), -1)).astype(np.float64)
    walk = _walk(offsets, weights)
    transposed = walk.T.tocsr()
    scale = np.ones(len(free))
    for _ in range(BALANCE_STEPS):
        scale = 0.5 * (scale + transposed @ scale)
    scale = np.where(free, np.maximum(scale, 1e-4), 0)
    walk.data *= np.repeat(scale, np.diff(walk.indptr))
    right = walk @ values + values
    walk.data *= free[walk.indices]
    walk.eliminate_zeros()
    diagonal = np.where(free, scale * (1 + GREY_PULL), 1)
    return (sparse.diags_array(diagonal) - walk).tocsr(), right


def _walk(offsets: list[Offset], weights: np.ndarray) -> sparse.csr_array:
    """The weights as a matrix W."""
    shape = weights.shape[1:]
    size = int(np.prod(shape))
    steps = np.array([(t * shape[1] + y) * shape[2] + x for t, y, x in offsets], np.int32)
    entries = weights.reshape(len(offsets), size).T.astype(np.float64)
    # Sums of 1 beyond float32: their error would be a pull, stronger than that to grey.
    entries /= np.maximum(entries.sum(1, keepdims=True), 1e-300)
    present = entries > 0
    columns = np.arange(size, dtype=np.int32)[:, None] + steps
    starts = np.concatenate([[0], np.cumsum(present.sum(1))]).astype(np.int32)
    return sparse.csr_array((entries[present], columns[present], starts), (size, size))
