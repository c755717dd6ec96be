"""How steep an edit is: where near colours are torn apart, smooth gradients become steps."""

from __future__ import annotations

import itertools
from typing import Any

import numpy as np

from ..errors import InputError
from ._measured import measured_pair

LEVELS = 32  # cells along each side of the colour cube
NEAREST = 0.5 / LEVELS  # between nearer colours rounding alone makes slopes
FEWEST = 1e-5  # a cell with a smaller share of the pixels has no colour to speak of
PERCENTILE = 99.9
# One of each two opposite steps from a cell to its neighbours.
STEPS = [step for step in itertools.product((-1, 0, 1), repeat=3) if step > (0, 0, 0)]


def lipschitz(original: Any, edited: Any) -> float:
    """Largest slope |f(x) - f(y)| / |x - y| of the edit f between near colours x and y, in sRGB.

    The colours of the original are sorted into 32 x 32 x 32 cells; each cell's mean colour has
    become the mean of the same pixels after the edit. Of the slopes between all cells that touch,
    with means half a cell (1/64) apart or more, the 99.9th percentile is returned.

    Parameters
    ----------
    original, edited
        Images of one size.

    Returns
    -------
    float
        From 0, lower is better; 1 for identical pictures and for any shift that clips nothing, k
        where all colours are spread by k. NaN where no two cells that touch have colours, as in a
        flat picture.

    Notes
    -----
    The project's own: a robust estimate of the Lipschitz constant, over the colours that the
    picture has. An edit that depends on the place is measured by the mean of what becomes of a
    colour: places that part raise it, though less than a person would. For the exact constant of
    a look-up table see `table_lipschitz`.

    Examples
    --------
    >>> import numpy as np
    >>> from colortransfer import evaluation
    >>> ramp = np.linspace(0, 0.5, 256)[None, :, None] * np.ones((8, 1, 3))
    >>> round(evaluation.lipschitz(ramp, 2 * ramp), 3)
    2.0
    """
    first, second = measured_pair(original, edited)
    colors, images, table = _cell_means(first.count(first.rgb), second.count(second.rgb))
    slopes = []
    for step in STEPS:
        near = table[tuple(slice(1 + s, LEVELS + 1 + s) for s in step)]
        here = table[1:-1, 1:-1, 1:-1]
        both = (here >= 0) & (near >= 0)
        i, j = here[both], near[both]
        apart = np.linalg.norm(colors[i] - colors[j], axis=1)
        moved = np.linalg.norm(images[i] - images[j], axis=1)
        slopes.append(moved[apart >= NEAREST] / apart[apart >= NEAREST])
    found = np.concatenate(slopes)
    return float(np.percentile(found, PERCENTILE)) if len(found) else float("nan")


def table_lipschitz(table: Any) -> float:
    """Lipschitz constant of the trilinear interpolation of a look-up table, exactly.

    max over all cells and their corners of |J|_2, the largest singular value of the slopes along
    the three edges that meet there. Within a cell the Jacobian is a mean of those at its corners,
    so that its norm, which is convex, is nowhere larger.

    Parameters
    ----------
    table
        Finite floats (n, n, n, 3), n at least 2, indexed [red, green, blue]: the table of a
        `transforms.Lut3D`, or of any other transform by
        ``transforms.Lut3D.sample(transform.map_colors).table``.

    Returns
    -------
    float
        From 0, in sRGB units by sRGB units; 1 for the identity. Values beyond [0, 1], which would
        be clipped, count as they are. Colours that no picture has count too.

    Raises
    ------
    InputError
        If the table has another shape or values that are not finite.

    Examples
    --------
    >>> from colortransfer import evaluation, transforms
    >>> halving = transforms.Lut3D.sample(lambda x: 0.1 + 0.5 * x, 9)
    >>> round(evaluation.table_lipschitz(halving.table), 3)
    0.5
    """
    values = np.asarray(table, np.float64)
    size = values.shape[0] if values.ndim == 4 else 0
    if size < 2 or values.shape != (size, size, size, 3) or not np.isfinite(values).all():
        raise InputError("a table has finite values of shape (n, n, n, 3), n at least 2")
    edges = [np.diff(values, axis=axis) * (size - 1) for axis in range(3)]
    largest = 0.0
    for corner in itertools.product((slice(None, -1), slice(1, None)), repeat=3):
        columns = []
        for axis, slopes in enumerate(edges):
            ends = list(corner)
            ends[axis] = slice(None)
            columns.append(slopes[tuple(ends)])
        jacobians = np.stack(columns, -1)
        squared = np.linalg.eigvalsh(np.swapaxes(jacobians, -1, -2) @ jacobians)[..., -1]
        largest = max(largest, float(squared.max()))
    return float(np.sqrt(largest))


def _cell_means(before: np.ndarray, after: np.ndarray) -> tuple[np.ndarray, ...]:
    """Mean colours (N, 3) of cells before and after, and which cell has which row.

    The last is int (34, 34, 34), with a border of no cells around them; -1 where there is none.
    """
    places = np.minimum((before * LEVELS).astype(np.intp), LEVELS - 1)
    flat = np.ravel_multi_index(tuple(places.T), (LEVELS,) * 3)
    counts = np.bincount(flat, minlength=LEVELS**3)
    kept = np.flatnonzero(counts > FEWEST * len(flat))
    means = [
        np.stack([np.bincount(flat, c, LEVELS**3)[kept] for c in values.T], -1) / counts[kept, None]
        for values in (before, after)
    ]
    rows = np.full(LEVELS**3, -1)
    rows[kept] = np.arange(len(kept))
    return *means, np.pad(rows.reshape((LEVELS,) * 3), 1, constant_values=-1)
