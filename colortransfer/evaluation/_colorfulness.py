"""How colourful people would call a picture."""

from __future__ import annotations

from typing import Any

import numpy as np

from ._measured import measured


def colorfulness(image: Any) -> float:
    """M = sqrt(s_rg^2 + s_yb^2) + 0.3 sqrt(m_rg^2 + m_yb^2).

    m and s are mean and standard deviation over the pixels of rg = R - G and
    yb = (R + G) / 2 - B, on sRGB values in [0, 1].

    Returns
    -------
    float
        From 0 (grey) to about 1.4; times 255 on the scale of the paper, where 33 is moderately
        and 109 extremely colourful. Compare with the original's: neither end is better.

    Notes
    -----
    D. Hasler and S. Süsstrunk, Measuring colorfulness in natural images, Human Vision and
    Electronic Imaging VIII, SPIE 5007, 2003, M-hat(3).

    Examples
    --------
    >>> colorfulness(np.full((4, 4), 128, np.uint8))
    0.0
    >>> round(colorfulness(photo), 2)
    0.27
    """
    shown = measured(image)
    r, g, b = shown.count(shown.rgb).astype(np.float64).T
    opponents = np.stack([r - g, (r + g) / 2 - b])
    return float(np.hypot(*opponents.std(1)) + 0.3 * np.hypot(*opponents.mean(1)))
