"""Which hues a picture has."""

from __future__ import annotations

import dataclasses
import math
from typing import Any, ClassVar

import numpy as np
import tensorflow as tf

from ..rendering.adjustment import turned
from ..rendering.spaces import srgb_to_oklab
from .statistic import Statistic, StatisticGoal


class HueGoal(StatisticGoal):
    """The angle by which colours have turned, in radians."""

    def bounds(self) -> tuple[float, float]:
        return (-4.0, 4.0)

    def terms(self, now: Any, before: Any, centre: Any) -> Any:
        a, b = tf.unstack(srgb_to_oklab(now)[..., 1:], axis=-1)
        c, d = tf.unstack(srgb_to_oklab(before)[..., 1:], axis=-1)
        return tf.stack([a * c + b * d, b * c - a * d], -1)

    def raw(self, means: Any) -> Any:
        return tf.atan2(means[1], means[0])

    def lacking(self, means: Any) -> Any:
        away = self.wanted - self.raw(means)
        return tf.atan2(tf.sin(away), tf.cos(away))  # the short way round

    def adjusted(self, image: Any, parameter: Any) -> Any:
        return turned(image, parameter)


@dataclasses.dataclass(frozen=True, eq=False)
class Hue(Statistic):
    """Every hue of the picture is turned, on the whole by ``degrees``.

    The statistic is the angle of the sum over pixels of z' conj(z), where z = a + ib is the
    original's colour in Oklab (Ottosson 2020) and z' the new one: a mean of the turns, in which
    colours count by the product of their chromas. The error is in radians.

    Parameters
    ----------
    value
        Degrees from -180 to 180, from red towards yellow; 0 leaves the picture as it is.

    Raises
    ------
    InputError
        If the value cannot be used, or the picture is grey.

    Examples
    --------
    >>> Hue(20).value, round(Hue(20).wanted, 3)
    (20.0, 0.349)
    """

    name: ClassVar[str] = "hue"
    place: ClassVar[int] = 3
    limits: ClassVar[tuple[float, float]] = (-180.0, 180.0)
    neutral: ClassVar[float | None] = 0.0
    lack: ClassVar[str] = "grey"

    @property
    def goal_type(self) -> type[StatisticGoal]:
        return HueGoal

    @property
    def wanted(self) -> float:
        """The angle in radians."""
        return math.radians(self.value)

    def _scale(self, means: np.ndarray) -> float:
        return math.sqrt(abs(float(means[0])))  # the chroma that there is to turn
