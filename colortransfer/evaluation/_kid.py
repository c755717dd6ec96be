"""Kernel inception distance: how far a set of pictures is from a set of real ones."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, NamedTuple

import numpy as np

from ..errors import InputError
from ._feature_distance import Extractor, features_of
from ._measured import measured

ROWS = 1024  # of the kernel matrix held at a time


class Estimate(NamedTuple):
    """A figure and how uncertain it is.

    Examples
    --------
    >>> Estimate(0.012, error=0.003).value
    0.012
    """

    value: float
    error: float


def kernel_inception_distance(
    features: np.ndarray,
    real: np.ndarray,
    *,
    unit: bool = False,
    subset_size: int | None = None,
    subsets: int = 100,
    seed: int = 0,
) -> Estimate:
    """KID: the unbiased squared maximum mean discrepancy, kernel (x . y / D + 1)^3.

    mean_{i != j} k(x_i, x_j) + mean_{i != j} k(y_i, y_j) - 2 mean_{i, j} k(x_i, y_j)

    Parameters
    ----------
    features, real
        Finite floats (N, D) and (M, D), a row per picture, of the same network: see
        `pooled_features`. At least three rows each.
    unit
        Whether rows are first brought to one length, sqrt(D), so that the kernel is (cos + 1)^3.
        Features have a heavy tail: without it a few pictures decide the figure, and its error is
        as large as the figure itself. Publications leave it out; compare with them without.
    subset_size
        None: all rows at once, which is the most precise. A number: the mean over random subsets
        of so many rows of each, as is usual in publications, for comparison with them.
    subsets, seed
        How many subsets, and the seed of their choice.

    Returns
    -------
    Estimate
        ``value``: lower is better; its expectation is 0 for two samples of one distribution,
        whatever their sizes, so that single values can be negative. ``error``: the jackknife
        standard error; with subsets the standard deviation between them, as published.

    Raises
    ------
    InputError
        If the arrays or numbers cannot be used so.

    Notes
    -----
    M. Bińkowski, D. J. Sutherland, M. Arbel and A. Gretton, Demystifying MMD GANs, ICLR 2018;
    A. Gretton, K. M. Borgwardt, M. J. Rasch, B. Schölkopf and A. Smola, A kernel two-sample test,
    JMLR 13, 2012, equation (3). O((N + M)^2 D) operations.

    Examples
    --------
    >>> import numpy as np
    >>> from colortransfer import evaluation
    >>> rng = np.random.default_rng(0)
    >>> rows, others = rng.normal(size=(200, 8)), rng.normal(1, 1, size=(300, 8))
    >>> found = evaluation.kernel_inception_distance(rows, others, unit=True)
    >>> found.value > 5 * found.error > 0
    True
    """
    x, y = _rows(features, "features"), _rows(real, "real")
    if x.shape[1] != y.shape[1]:
        raise InputError(
            f"features have {x.shape[1]} columns and real {y.shape[1]}; use one network"
        )
    if unit:
        x, y = _unit(x), _unit(y)
    if subset_size is None:
        return _discrepancy(x, y)
    if not 3 <= subset_size <= min(len(x), len(y)) or subsets < 2:
        raise InputError("subset_size must be 3 up to the number of rows, and subsets at least 2")
    rng = np.random.default_rng(seed)
    values = [
        _discrepancy(
            x[rng.choice(len(x), subset_size, replace=False)],
            y[rng.choice(len(y), subset_size, replace=False)],
        ).value
        for _ in range(subsets)
    ]
    return Estimate(float(np.mean(values)), float(np.std(values, ddof=1)))


def pooled_features(images: Iterable[Any], extractor: Extractor) -> np.ndarray:
    """A row of features per picture: each layer averaged over its positions, layers side by side.

    Parameters
    ----------
    images
        Images of any kinds and sizes, also a generator; one is held at a time.
    extractor
        The network: takes a float32 tensor (1, H, W, 3), sRGB in [0, 1], and returns a dict from
        layer names to tensors, such as a `FeatureExtractor`.

    Returns
    -------
    numpy.ndarray
        float64 (N, D).

    Examples
    --------
    >>> def means(images):
    ...     return {"mean": images, "square": images**2}
    >>> pooled_features([photo, photo[::-1], photo // 2], means).shape
    (3, 6)
    """
    rows = []
    for image in images:
        maps = features_of(measured(image), extractor).values()
        rows.append(np.concatenate([m.reshape(-1, m.shape[-1]).mean(0) for m in maps]))
    if not rows:
        raise InputError("there are no images; give at least three")
    return np.stack(rows)


def _rows(features: Any, name: str) -> np.ndarray:
    rows = np.asarray(features)
    if rows.ndim != 2 or rows.shape[0] < 3 or rows.shape[1] < 1 or rows.dtype.kind != "f":
        raise InputError(f"{name} must be floats, three rows or more, one per picture")
    if not np.isfinite(rows).all():
        raise InputError(f"{name} have NaN or infinite values; leave those pictures out")
    return rows.astype(np.float64)


def _unit(rows: np.ndarray) -> np.ndarray:
    """Rows of length sqrt(D); those of zeros, in which a network saw nothing, stay as they are."""
    lengths = np.linalg.norm(rows, axis=1, keepdims=True)
    return rows * (np.sqrt(rows.shape[1]) / np.where(lengths > 0, lengths, 1))


def _discrepancy(x: np.ndarray, y: np.ndarray) -> Estimate:
    """Unbiased estimate, and its jackknife error over the rows of both sets."""
    n, m = len(x), len(y)
    xx = _kernel_sums(x, x)[0] - _kernel(x, x, paired=True)
    yy = _kernel_sums(y, y)[0] - _kernel(y, y, paired=True)
    xy, yx = _kernel_sums(x, y)
    sum_xx, sum_yy, sum_xy = xx.sum(), yy.sum(), xy.sum()
    within_x, within_y = sum_xx / (n * (n - 1)), sum_yy / (m * (m - 1))
    value = within_x + within_y - 2 * sum_xy / (n * m)
    # The same without row i of one set: its kernel values leave the sums.
    without_x = (sum_xx - 2 * xx) / ((n - 1) * (n - 2)) - 2 * (sum_xy - xy) / ((n - 1) * m)
    without_y = (sum_yy - 2 * yy) / ((m - 1) * (m - 2)) - 2 * (sum_xy - yx) / (n * (m - 1))
    variance = (n - 1) * without_x.var() + (m - 1) * without_y.var()
    return Estimate(float(value), float(np.sqrt(variance)))


def _kernel_sums(x: np.ndarray, y: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Row sums (N,) and column sums (M,) of the kernel matrix, which is never held whole."""
    rows, columns = [], np.zeros(len(y))
    for start in range(0, len(x), ROWS):
        part = _kernel(x[start : start + ROWS], y)
        rows.append(part.sum(1))
        columns += part.sum(0)
    return np.concatenate(rows), columns


def _kernel(x: np.ndarray, y: np.ndarray, *, paired: bool = False) -> np.ndarray:
    products = (x * y).sum(1) if paired else x @ y.T
    return (products / x.shape[1] + 1) ** 3
