"""What an edit reaches, one kind of target a file."""

from __future__ import annotations

from ..typing import ColorLike
from .base import Both, Goal, Target
from .brightness import Brightness
from .contrast import Contrast
from .distribution import Distribution
from .dominant import DominantColors
from .hue import Hue
from .mean_color import MeanColor
from .moments import Moments
from .palette import Palette
from .places import Places
from .reference import Reference
from .regions import Regions
from .saturation import Saturation
from .segmentation import segment
from .sharpness import Sharpness
from .unconstrained import Unconstrained

__all__ = [
    "Both",
    "Brightness",
    "Contrast",
    "Distribution",
    "DominantColors",
    "Goal",
    "Hue",
    "MeanColor",
    "Moments",
    "Palette",
    "Places",
    "Reference",
    "Regions",
    "Saturation",
    "Sharpness",
    "Target",
    "Unconstrained",
    "as_target",
    "segment",
]


def as_target(target: Target | ColorLike) -> Target:
    """``target`` itself; a colour ("#5b86b4", "teal", three floats in [0, 1]) is a `MeanColor`.

    Raises
    ------
    InputError
        If it is neither a target nor a colour.

    Examples
    --------
    >>> as_target("white").color
    array([1., 1., 1.])
    """
    return target if isinstance(target, Target) else MeanColor(target)
