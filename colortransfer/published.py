"""What feature matching as published minimises."""

from __future__ import annotations

from .feature_extractors import FeatureExtractor
from .losses import BlurLoss, ColorLoss, ColorVarianceLoss, FeatureMatchingLoss
from .losses.base import LossSum


def paper_losses(
    extractor: FeatureExtractor, *, saturation: bool = False, tile: int | None = None
) -> LossSum:
    """The paper's terms with every constant of theirs; see docs/paper for who chose which.

    Parameters
    ----------
    extractor
        The network N.
    saturation
        With the optional term |V(I) - V(I_0)|^2.
    tile
        See `FeatureMatchingLoss`.

    Examples
    --------
    >>> from colortransfer.feature_extractors import PlainNet
    >>> paper_losses(PlainNet(), saturation=True).names
    ['color', 'features', 'blur', 'color_variance']
    """
    losses = (
        100.0 * ColorLoss(norm="l2")
        + 1.0
        * FeatureMatchingLoss(extractor, octaves=4, decay=0.9, normalisation="mean", tile=tile)
        + 1.0 * BlurLoss(relative=False)
    )
    return losses + 1.0 * ColorVarianceLoss() if saturation else losses
