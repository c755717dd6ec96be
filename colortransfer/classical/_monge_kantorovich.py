"""The linear Monge-Kantorovich colour map (Pitié and Kokaram 2007)."""

from __future__ import annotations

from typing import Any

from ..colors.gaussian import optimal_map
from ..edit import Edit
from ._edits import gives_image
from ._gaussian import gaussian_transfer


@gives_image
def monge_kantorovich(
    image: Any,
    reference: Any,
    *,
    mask: Any = None,
    reference_mask: Any = None,
    strength: float = 1.0,
) -> Edit:
    """Give the image the mean and covariance of the reference, moving colours as little as can be.

    The Monge-Kantorovich solution for Gaussian distributions in sRGB, in closed form::

        T = Ss^(-1/2) (Ss^(1/2) Sr Ss^(1/2))^(1/2) Ss^(-1/2),    y = T (x - ms) + mr

    with the means m and covariances S of source and reference.

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
    Directions in which the image does not vary (a flat image, a grey one) keep what little they
    have: the map is the identity there. One pass over each image, one over the result.

    Reference: Pitié and Kokaram, "The linear Monge-Kantorovitch linear colour mapping for
    example-based colour transfer", CVMP 2007.

    Examples
    --------
    >>> import numpy as np
    >>> from colortransfer import classical
    >>> photo = np.random.default_rng(0).random((20, 30, 3))
    >>> darker = classical.monge_kantorovich(photo, photo**2)
    >>> bool(darker.mean() < photo.mean())
    True
    """
    return gaussian_transfer(optimal_map, image, reference, mask, reference_mask, strength)
