"""How far light and dark are apart."""

from __future__ import annotations

import dataclasses
from typing import Any, ClassVar

import tensorflow as tf

from .. import colors
from ..rendering.adjustment import contrasted
from .statistic import Statistic, StatisticGoal

FAINTEST = 1e-10  # a root's slope is infinite at 0


class ContrastGoal(StatisticGoal):
    """Standard deviation of luma."""

    def terms(self, now: Any, before: Any, centre: Any) -> Any:
        luma = tf.tensordot(now, tf.constant(colors.LUMA[:, None], now.dtype), 1)
        return tf.concat([luma, tf.square(luma)], -1)

    def raw(self, means: Any) -> Any:
        variance = means[1] - means[0] ** 2
        return (abs(variance) + FAINTEST) ** 0.5

    def adjusted(self, image: Any, parameter: Any) -> Any:
        return contrasted(image, parameter, self.pivot)


@dataclasses.dataclass(frozen=True, eq=False)
class Contrast(Statistic):
    """The picture has ``value`` times the contrast that it had.

    The statistic is the standard deviation over pixels of luma (Rec. 709 of sRGB), the RMS contrast
    of Peli (1990); the error is that of its ratio to the original's.

    Parameters
    ----------
    value
        From 0, which leaves one grey, to 8; 1 leaves the picture as it is.

    Raises
    ------
    InputError
        If the value cannot be used, or all of the picture has one luma.

    Examples
    --------
    >>> Contrast(0.8).value
    0.8
    """

    name: ClassVar[str] = "contrast"
    place: ClassVar[int] = 1
    lack: ClassVar[str] = "of one luma"

    @property
    def goal_type(self) -> type[StatisticGoal]:
        return ContrastGoal
