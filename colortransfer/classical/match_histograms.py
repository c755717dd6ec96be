"""Histogram matching, one channel at a time."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..transforms import CurvesTransform
from .checks import check_share
from .histograms import along, channel_histograms, matching_curve
from .picture import open_picture


def match_histograms(
    image: Any,
    reference: Any,
    *,
    mask: Any = None,
    reference_mask: Any = None,
    strength: float = 1.0,
    return_transform: bool = False,
) -> Any:
    """Give each channel (sRGB) the histogram of the reference's channel.

    ``y = F_r^(-1)(F_s(x))`` with the cumulative distributions F of source and reference.

    Parameters
    ----------
    image, reference, mask, reference_mask, strength
        As in :mod:`colortransfer.classical`, as are result and errors.
    return_transform
        Return ``(image, CurvesTransform)``.

    Notes
    -----
    Histograms have 256 levels for 8-bit images and 65,536 for others. A value is matched by its
    mean rank (the middle of its step in F), so that a flat image takes the median of the
    reference, where matching by the upper end of the step would take its maximum.

    Reference: Gonzalez and Woods, "Digital image processing", on histogram specification.
    """
    strength = check_share(strength, "strength")
    target = channel_histograms(open_picture(reference, reference_mask, name="reference"))
    source = open_picture(image, mask)
    counts = channel_histograms(source)
    curves = np.stack([matching_curve(*pair) for pair in zip(counts, target, strict=True)])

    def change(planes: np.ndarray) -> np.ndarray:
        return np.stack([along(curve, plane) for curve, plane in zip(curves, planes, strict=True)])

    result = source.recolor_channels(change, strength)
    return (result, CurvesTransform(np.clip(curves, 0, 1))) if return_transform else result
