"""Whether light and dark patterns are still there: the second factor of SSIM."""

from __future__ import annotations

from typing import Any

import numpy as np
from scipy import ndimage

from ._measured import measured_pair

SIGMA = 1.5  # pixels; with TRUNCATE the 11x11 window of the paper
TRUNCATE = 3.5
C2 = 0.03**2  # the paper's (K_2 L)^2, for luma in [0, 1]


def contrast_structure(original: Any, edited: Any) -> float:
    """Mean of (2 s_xy + C2) / (s_x^2 + s_y^2 + C2) over the picture.

    s_x^2, s_y^2 and s_xy are variances and covariance of the two lumas (Rec. 709, on sRGB values)
    under a Gaussian window (sigma 1.5 pixels, 11x11, edges mirrored). The factor of SSIM that a
    new mean luma leaves alone.

    Parameters
    ----------
    original, edited
        Images of one size.

    Returns
    -------
    float
        In [-1, 1], higher is better; 1 for identical pictures and for any constant shift.

    Notes
    -----
    Z. Wang, A. C. Bovik, H. R. Sheikh and E. P. Simoncelli, Image quality assessment: from error
    visibility to structural similarity, IEEE Transactions on Image Processing 13(4), 2004,
    equations (9) and (10) with C3 = C2 / 2.

    Examples
    --------
    >>> contrast_structure(photo, photo)
    1.0
    >>> contrast_structure(photo, photo // 2) < 0.9
    True
    """
    first, second = measured_pair(original, edited)
    # Without their means, which cancel, the squares lose fewer digits.
    x, y = first.luma - first.luma.mean(), second.luma - second.luma.mean()
    mean_x, mean_y = _window(x), _window(y)
    both = _window(x * y) - mean_x * mean_y
    spread = _window(x * x) - mean_x**2 + _window(y * y) - mean_y**2
    return float(first.count((2 * both + C2) / (spread + C2)).mean())


def _window(values: np.ndarray) -> np.ndarray:
    return ndimage.gaussian_filter(values, SIGMA, truncate=TRUNCATE)
