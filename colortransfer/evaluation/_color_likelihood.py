"""How likely the colours of an edited picture are where they stand, by a colour prior."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from ..colors import mean_color
from ._measured import measured_pair

if TYPE_CHECKING:
    from ..color_prior import ColorPrior


def color_likelihood(original: Any, edited: Any, prior: ColorPrior) -> float:
    """Mean over places of log p(a*b* of the edited | the original in grey, the edited's mean).

    Parameters
    ----------
    original, edited
        Images of one size.
    prior
        The network that knows p. That of the fit has been asked already: to judge, take one of
        another seed and shape, which ``colortransfer train-prior`` trains.

    Returns
    -------
    float
        In nats per unit of a*b*: about -13 where nothing is as it could be, to about -4 where all
        is grey and expected to be. Higher is more likely; compare edits of one photograph.

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
    import tensorflow as tf  # slow to import

    from ..color_prior import at_places, log_likelihoods, reduced, reduction

    first, second = measured_pair(original, edited)
    matrices = reduction(*first.mask.shape)
    before, after, counted = (
        reduced(tf.constant(values, tf.float32), *matrices)
        for values in (first.rgb, second.rgb, first.mask[..., None])
    )
    mean = tf.constant(mean_color(second.rgb, second.visible), tf.float32)
    found = log_likelihoods(prior.log_densities(before, mean), after)
    return float(np.average(found, weights=at_places(counted)[..., 0]))
