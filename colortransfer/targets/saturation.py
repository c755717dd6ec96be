"""How colourful a picture is."""

from __future__ import annotations

import dataclasses
from typing import Any, ClassVar, Literal

import tensorflow as tf

from ..errors import InputError
from ..rendering.adjustment import contrasted, saturated
from ..rendering.spaces import srgb_to_oklab
from .statistic import Statistic, StatisticGoal

FAINTEST = 1e-12  # a root's slope is infinite at 0
STRONGEST = 2.0  # times what is asked: more makes greys iridescent, beside a mean colour


class SaturationGoal(StatisticGoal):
    """Mean chroma of Oklab."""

    def terms(self, now: Any, before: Any, centre: Any) -> Any:
        axes = srgb_to_oklab(now)[..., 1:]
        return tf.sqrt(tf.reduce_sum(tf.square(axes), -1, keepdims=True) + FAINTEST)

    def bounds_beside(self) -> tuple[Any, Any]:
        return (0.0, STRONGEST * self.wanted + 0.1)

    def raw(self, means: Any) -> Any:
        return means[0]

    def adjusted(self, image: Any, parameter: Any) -> Any:
        return saturated(image, parameter)


class PaperSaturationGoal(SaturationGoal):
    """The paper's V(I)."""

    def bounds_beside(self) -> tuple[Any, Any]:
        return self.bounds()

    def terms(self, now: Any, before: Any, centre: Any) -> Any:
        return tf.sqrt(tf.abs(now - tf.cast(centre, now.dtype)) + FAINTEST)

    def raw(self, means: Any) -> Any:
        return (means[0] ** 2 + means[1] ** 2 + means[2] ** 2) / 3

    def adjusted(self, image: Any, parameter: Any) -> Any:
        return contrasted(image, parameter, self.pivot)


@dataclasses.dataclass(frozen=True, eq=False)
class Saturation(Statistic):
    """The picture is ``value`` times as colourful as it was.

    The statistic is the mean over pixels of Oklab's chroma sqrt(a^2 + b^2) (Ottosson 2020), or the
    paper's V(I) = mean[sqrt|I - C|]^2 (section 3.1), averaged over channels, with C the mean
    colour; the error is that of its ratio to the original's.

    Parameters
    ----------
    value
        From 0, which is grey, to 8; 1 leaves the picture as it is.
    of
        "chroma" or "paper". The paper's statistic counts differences of tone as well: it is moved
        as `Contrast` is, and cannot be asked for beside it.

    Raises
    ------
    InputError
        If an argument cannot be used, or the picture is grey.

    Examples
    --------
    >>> Saturation(0.5).value, Saturation(1.3, of="paper").of
    (0.5, 'paper')
    """

    of: Literal["chroma", "paper"] = dataclasses.field(default="chroma", kw_only=True)

    name: ClassVar[str] = "saturation"
    lack: ClassVar[str] = "grey"

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.of not in ("chroma", "paper"):
            raise InputError(f"of is 'chroma' or 'paper', not {self.of!r}")

    @property
    def place(self) -> int:  # type: ignore[override]
        return 2 if self.of == "chroma" else 1

    @property
    def goal_type(self) -> type[StatisticGoal]:
        return SaturationGoal if self.of == "chroma" else PaperSaturationGoal
