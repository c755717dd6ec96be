"""Multivariate Gaussian transfer by Cholesky factors (Pitié and Kokaram 2007)."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..colors.gaussian import FLAT
from ..edit import Edit
from ._edits import gives_image
from ._gaussian import gaussian_transfer


@gives_image
def mvgd(
    image: Any,
    reference: Any,
    *,
    mask: Any = None,
    reference_mask: Any = None,
    strength: float = 1.0,
) -> Edit:
    """Give the image the mean and covariance of the reference by Cholesky factors.

    Both distributions are taken as multivariate Gaussians; ``y = Lr Ls^(-1) (x - ms) + mr`` where
    ``L L^T`` is the covariance. The moments are the same as with :func:`monge_kantorovich`; the
    map is another one (it depends on the order of the channels: red is matched with red alone,
    green with what red leaves, blue with the rest), and moves colours farther.

    Parameters
    ----------
    image
        Array or tensor (H, W), (H, W, 1), (H, W, 3) or (H, W, 4), sRGB: uint8, uint16, or floats in
        [0, 1]. It is not changed.
    reference
        The image whose colours are taken, of the same kinds; size, type and dtype may differ.
    mask, reference_mask
        bool (H, W): the pixels of the image and of the reference whose colours are measured; None
        for all. Transparent pixels never count. The edit is applied to the whole image.
    strength
        Share of the edit, from 0, the image as it is, to 1; colours are blended in sRGB.

    Returns
    -------
    ndarray or tensor
        The edited image, of the type, dtype and shape of ``image``, with its alpha and metadata. A
        grey image stays grey, and takes the luma of the edit.

    Raises
    ------
    InputError
        If an argument cannot be used.

    Notes
    -----
    A direction in which the image does not vary keeps what little it has.

    Reference: Pitié and Kokaram, "The linear Monge-Kantorovitch linear colour mapping for
    example-based colour transfer", CVMP 2007, on the Cholesky decomposition.

    Examples
    --------
    >>> import numpy as np
    >>> from colortransfer import classical
    >>> photo = np.random.default_rng(0).random((20, 30, 3))
    >>> darker = classical.mvgd(photo, photo**2)
    >>> bool(darker.mean() < photo.mean())
    True
    """
    return gaussian_transfer(_triangular, image, reference, mask, reference_mask, strength)


def _triangular(source: np.ndarray, target: np.ndarray) -> np.ndarray:
    """The lower triangular matrix ``Lr Ls^(-1)``."""
    lower_source, varies = _cholesky(source)
    lower_target, _ = _cholesky(target)
    # A channel that adds no variation of its own in the source has nothing to be scaled.
    for channel in np.flatnonzero(~varies):
        lower_source[:, channel] = lower_target[:, channel] = np.eye(3)[channel]
    return np.linalg.solve(lower_source.T, lower_target.T).T


def _cholesky(covariance: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The Cholesky factor of a semidefinite matrix, and which of its columns are not zero."""
    lower = np.zeros((3, 3))
    rest = covariance.astype(np.float64)
    for k in range(3):
        if rest[k, k] > FLAT**2:
            lower[:, k] = rest[:, k] / np.sqrt(rest[k, k])
            lower[:k, k] = 0
            rest = rest - np.outer(lower[:, k], lower[:, k])
    return lower, np.diag(lower) > 0
