"""How bright a picture is."""

from __future__ import annotations

import dataclasses
from typing import Any, ClassVar

import numpy as np
import tensorflow as tf
from scipy import special

from .. import colors
from ..rendering.adjustment import brightened
from .base import Target
from .mean_color import MeanColor
from .statistic import Statistic, StatisticGoal


class BrightnessGoal(StatisticGoal):
    """Mean luma."""

    def bounds(self) -> tuple[float, float]:
        return (-12.0, 12.0)

    def terms(self, now: Any, before: Any, centre: Any) -> Any:
        return tf.tensordot(now, tf.constant(colors.LUMA[:, None], now.dtype), 1)

    def raw(self, means: Any) -> Any:
        return means[0]

    def adjusted(self, image: Any, parameter: Any) -> Any:
        return brightened(image, parameter)


@dataclasses.dataclass(frozen=True, eq=False)
class Brightness(Statistic):
    """The picture's mean luma is ``value``: of Rec. 709, 0.2126 R + 0.7152 G + 0.0722 B of sRGB.

    Parameters
    ----------
    value
        In (0, 1): the value itself, not a factor. A picture with this mean luma stays as it is.

    Raises
    ------
    InputError
        If the value cannot be used.

    Examples
    --------
    >>> Brightness(0.6).value
    0.6
    """

    name: ClassVar[str] = "brightness"
    place: ClassVar[int] = 0
    limits: ClassVar[tuple[float, float]] = (0.01, 0.99)
    neutral: ClassVar[float | None] = None

    @property
    def goal_type(self) -> type[StatisticGoal]:
        return BrightnessGoal

    @property
    def first_parameter(self) -> float:
        if self.original is None:
            return 0.0
        return float(special.logit(self.value) - special.logit(self.pivot))

    def _scale(self, means: np.ndarray) -> float:
        return 1.0

    def contradicts(self, other: Target) -> str | None:
        if isinstance(other, MeanColor) and other.mask is None:
            return "a mean colour has a brightness already: leave out Brightness or the colour"
        return super().contradicts(other)
