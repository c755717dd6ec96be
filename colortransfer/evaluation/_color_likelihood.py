"""How likely the colours of an edited picture are where they stand, by a colour prior."""

from __future__ import annotations

from typing import Any, Protocol

import numpy as np

from ..colors import mean_color
from ._measured import measured_pair


class Prior(Protocol):
    """What knows how likely colours are, such as a `ColorPrior`."""

    def log_likelihood(
        self, original: np.ndarray, edited: np.ndarray, color: np.ndarray, counted: np.ndarray
    ) -> float:
        """Of the edited picture (H, W, 3), whose mean is ``color``, where pixels count (H, W)."""


def color_likelihood(original: Any, edited: Any, prior: Prior) -> float:
    """Mean over places of log p(a*b* of the edited | the original in grey, the edited's mean).

    Parameters
    ----------
    original, edited
        Images of one size.
    prior
        The network that knows p, a `ColorPrior`. That of the fit has been asked already: to judge,
        take one of another seed and shape, which ``colortransfer train-prior`` trains.

    Returns
    -------
    float
        In nats per unit of a*b*: from -13, where the prior rules all colours out, to -3.6, where
        all is grey and certain to be. Higher is more likely; compare edits of one photograph.

    Notes
    -----
    The project's own. The prior sees a copy whose longest side has 128 pixels, as in
    `ColorPriorLoss`, and each place is a square of four of these. Hidden pixels do not count.

    Examples
    --------
    >>> from colortransfer.color_prior import bundled_prior
    >>> from colortransfer.evaluation import color_likelihood
    >>> patches = photo.copy()
    >>> patches[::2, :, 0] = 255
    >>> before, after = (color_likelihood(photo, x, bundled_prior()) for x in (photo, patches))
    >>> after < before
    True
    """
    first, second = measured_pair(original, edited)
    mean = mean_color(second.rgb, second.visible)
    return prior.log_likelihood(first.rgb, second.rgb, mean, first.mask)
