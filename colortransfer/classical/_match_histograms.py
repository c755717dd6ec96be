"""Histogram matching, one channel at a time."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..edit import Edit
from ..images import as_canvas
from ..transforms import CurvesTransform
from ._checks import check_share
from ._edits import gives_image
from ._histograms import channel_histograms, matching_curve


@gives_image
def match_histograms(
    image: Any,
    reference: Any,
    *,
    mask: Any = None,
    reference_mask: Any = None,
    strength: float = 1.0,
) -> Edit:
    """Give each channel (sRGB) the histogram of the reference's channel.

    ``y = F_r^(-1)(F_s(x))`` with the cumulative distributions F of source and reference.

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
    Histograms have 256 levels for 8-bit images and 65,536 for others. A value is matched by its
    mean rank (the middle of its step in F), so that a flat image takes the median of the
    reference, where matching by the upper end of the step would take its maximum.

    Reference: Gonzalez and Woods, "Digital image processing", on histogram specification.

    Examples
    --------
    >>> import numpy as np
    >>> from colortransfer import classical
    >>> photo = np.random.default_rng(0).random((20, 30, 3))
    >>> darker = classical.match_histograms(photo, photo**2)
    >>> bool(darker.mean() < photo.mean())
    True
    """
    strength = check_share(strength, "strength")
    target = channel_histograms(as_canvas(reference, mask=reference_mask, name="reference"))
    counts = channel_histograms(as_canvas(image, mask=mask))
    curves = np.stack([matching_curve(*pair) for pair in zip(counts, target, strict=True)])
    transform = CurvesTransform(curves)
    return Edit(transform.apply(image, strength), transform)
