"""Linear maps between normal distributions of colours."""

from __future__ import annotations

import numpy as np

FLAT = 1e-5  # deviations (sRGB) below this are rounding, not variation: a sixth of a 16-bit level


def optimal_map(source: np.ndarray, target: np.ndarray) -> np.ndarray:
    """The symmetric matrix that takes one covariance to another with least displacement.

    T = S^(-1/2) (S^(1/2) R S^(1/2))^(1/2) S^(-1/2), the Monge-Kantorovich solution (Pitié and
    Kokaram 2007); the identity along axes on which the source does not vary.

    Parameters
    ----------
    source, target
        Covariances S and R, (3, 3).

    Examples
    --------
    >>> optimal_map(np.eye(3), 4 * np.eye(3)).round(6)[0]
    array([2., 0., 0.])
    """
    variances, axes = np.linalg.eigh(source)
    varies = variances > FLAT**2
    deviations = np.sqrt(np.where(varies, variances, 1))
    root = axes * np.where(varies, deviations, 0) @ axes.T
    inverse = axes * np.where(varies, 1 / deviations, 0) @ axes.T
    between, directions = np.linalg.eigh(root @ target @ root)
    middle = directions * np.sqrt(np.maximum(between, 0)) @ directions.T
    still = axes * np.where(varies, 0.0, 1.0) @ axes.T
    found: np.ndarray = inverse @ middle @ inverse + still
    return found
