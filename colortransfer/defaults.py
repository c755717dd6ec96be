"""What ``FeatureMatcher()`` does unless told otherwise: its losses and what it lets vary."""

from __future__ import annotations

from .feature_extractors import Ensemble, InceptionV1, PlainNet
from .losses import (
    ClippingLoss,
    ColorPriorLoss,
    EvennessLoss,
    ExcessLoss,
    FeatureMatchingLoss,
    GrainLoss,
    MemoryColorsLoss,
    NeutralsLoss,
    TargetLoss,
    ToneLoss,
)
from .losses.base import LossSum
from .parametrizations import Lut3D


def default_table() -> Lut3D:
    """What ``FeatureMatcher()`` lets vary: the same edit wherever a colour stands, so no patches.

    Examples
    --------
    >>> default_table().size
    9
    """
    return Lut3D(size=9, smoothness=600.0, tone_smoothness=20.0)


def default_losses() -> LossSum:
    """What ``FeatureMatcher()`` minimises.

    The bundled networks' feature distance to the original, in units of the mean shift's, guards the
    content. The others say where the change goes: away from shadows and lights, colourful things,
    skin and sky, to what could have had another colour in photographs; no place pays for all, one
    thing has one cast, no noise comes out, and nothing is newly clipped.

    Examples
    --------
    >>> default_losses().names[:5]
    ['features', 'tone', 'neutrals', 'color_prior', 'memory_colors']
    >>> default_losses().names[5:]
    ['excess', 'evenness', 'grain', 'clipping']
    """
    return (
        7.0 * content()
        + 8.0 * ToneLoss(dark=34.0)
        + 12.0 * NeutralsLoss(black=0.0)
        + 0.15 * ColorPriorLoss()
        + 1.5 * MemoryColorsLoss()
        + 8.0 * ExcessLoss()
        + 400.0 * EvennessLoss()
        + 100.0 * GrainLoss()
        + 300.0 * ClippingLoss()
    )


def default_masked_losses() -> LossSum:
    """What ``FeatureMatcher()`` minimises within masks.

    Who draws a mask has said where the change goes, and that this very thing shall have another
    colour. So what is known of pictures as a whole, and of the colours of things, has no say;
    tones and the most that any place changes have less, and whites more.

    Examples
    --------
    >>> default_masked_losses().names
    ['features', 'tone', 'neutrals', 'excess']
    """
    return content() + 0.35 * ToneLoss() + 1.0 * NeutralsLoss(black=0.0) + 0.05 * ExcessLoss()


def default_statistic_losses() -> LossSum:
    """What ``FeatureMatcher()`` minimises where numbers are asked for, such as a contrast.

    Where colours may go has been said by the number; whites keep their faint tints. What holds
    tones to the original's would work against the number, and tint whites instead.

    Examples
    --------
    >>> default_statistic_losses().names
    ['features', 'neutrals']
    """
    return content() + 6.0 * NeutralsLoss(black=0.0, keep_tint=True)


def default_reference_losses() -> LossSum:
    """What ``FeatureMatcher()`` minimises where the distribution of another picture is asked for.

    Whatever is near enough costs nothing, so that of all such edits it is content that decides. As
    what varies is added to a linear map, content weighs much beside what keeps that smooth.

    Examples
    --------
    >>> default_reference_losses().names
    ['features', 'target']
    """
    return 30.0 * content() + 120.0 * TargetLoss()


def content() -> FeatureMatchingLoss:
    """The bundled networks' feature distance to the original in units of the mean shift's.

    Examples
    --------
    >>> content().name
    'features'
    """
    plain = PlainNet(layers=("conv1_2", "conv2_2", "conv4_2"))
    networks = Ensemble([plain, InceptionV1(layers=("mixed3a", "mixed3b"))])
    return FeatureMatchingLoss(networks, octaves=1, normalisation="shift")
