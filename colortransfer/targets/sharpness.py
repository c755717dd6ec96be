"""How much fine detail a picture has."""

from __future__ import annotations

import dataclasses
import functools
import math
from collections.abc import Sequence
from typing import Any, ClassVar

import numpy as np
import tensorflow as tf

from .. import colors
from ..core.threads import in_threads
from ..edit import Edit
from ..images.canvas import Canvas, as_canvas
from ..images.strips import strips
from ..rendering.detail import fine, render_detail
from ..rendering.luma import luma_of
from ..transforms import ChainTransform, DetailTransform, Transform
from ..transforms.detail import BANDS, blurred, deviation, radius
from .base import Both, Target
from .joint import BESIDE, CLIPPED, ENOUGH, STRETCHED, limits
from .statistic import LEAST, Statistic, StatisticGoal, is_plain

ROUNDS = 8  # corrections by what clipping and rounding did
STRONGEST = 16.0  # gain


class SharpnessGoal(StatisticGoal):
    """Mean energy of fine detail."""

    def terms(self, now: Any, before: Any, centre: Any) -> Any:
        return tf.square(fine(luma_of(now)[tf.newaxis])[0])

    def raw(self, means: Any) -> Any:
        return means[0]

    def adjusted(self, image: Any, parameter: Any) -> Any:
        return render_detail(image[tf.newaxis], tf.fill([BANDS, 1], parameter))[0]


@dataclasses.dataclass(frozen=True, eq=False)
class Sharpness(Statistic):
    """The picture's fine detail has ``value`` times the energy that it had.

    The statistic is the mean over pixels of (Y - G_s Y)^2, with Y the luma (Rec. 709 of sRGB) and
    G_s a Gaussian whose deviation s is 1/300 of the longer side, 1.5 pixels at least: the energy of
    what is finer than s, a focus measure of the Laplacian family (Pertuz, Puig and Garcia 2013,
    "Analysis of focus measure operators for shape-from-focus"; the difference from a Gaussian is
    the Laplacian of a pyramid, Burt and Adelson 1983). As s is a share of the side, a picture and
    its reduced copy say the same. The error is that of the ratio to the original's.

    Parameters
    ----------
    value
        From 0 to 8; 1 leaves the picture as it is. The energy goes with the square of the detail: 2
        is 1.41 times as strong. A Gaussian leaves some, about 0.05, and less is not reached.

    Raises
    ------
    InputError
        If the value cannot be used, or the picture has no detail.

    Examples
    --------
    >>> Sharpness(0.5).value
    0.5
    """

    name: ClassVar[str] = "sharpness"
    place: ClassVar[int] = -1  # by an edit of its own
    turn: ClassVar[int] = 2
    varies = frozenset({"detail"})
    working_size = 448  # in which s is the 1.5 pixels that can just be told
    lack: ClassVar[str] = "without detail"
    least: ClassVar[float] = LEAST**2

    @property
    def goal_type(self) -> type[StatisticGoal]:
        return SharpnessGoal

    @property
    def first_parameter(self) -> float:
        return math.sqrt(self.value)

    def contradicts(self, other: Target) -> str | None:
        if not (isinstance(other, Statistic) or is_plain(other)):
            return (
                "Sharpness is of the whole picture and goes with plain mean colours, Saturation, "
                "Brightness, Contrast and Hue; leave out the rest"
            )
        return super().contradicts(other)

    def finish(self, canvas: Canvas, transform: Transform) -> Edit:
        return self.finish_beside(canvas, transform, [])

    def finish_beside(self, canvas: Canvas, transform: Transform, others: Sequence[Target]) -> Edit:
        """The gains times the factor for which the picture, with the rest reached, has the value.

        Without clipping and rounding the energy goes with the square of the factor.
        """
        factor = self.first_parameter if isinstance(transform, DetailTransform) else 1.0
        best: tuple[float, Edit] | None = None
        for _ in range(ROUNDS):
            edit = self._reached(canvas, _scaled(transform, factor), others)
            lacking = self.missing(as_canvas(edit.image))
            if best is None or abs(lacking) < abs(best[0]):
                best = (lacking, edit)
            if abs(lacking) < ENOUGH or factor in (0.0, STRONGEST):
                break
            there = max(self.value - lacking, LEAST)
            factor = min(factor * math.sqrt(self.value / there), STRONGEST)
        assert best is not None
        lacking, edit = best
        return dataclasses.replace(
            edit,
            errors=edit.errors | {self.name: abs(lacking)},
            warnings=(
                *edit.warnings,
                *limits([self], np.array([lacking]), self._limit(factor, others)),
            ),
        )

    @staticmethod
    def _limit(factor: float, others: Sequence[Target]) -> str:
        if factor in (0.0, STRONGEST):
            return STRETCHED
        return BESIDE if others else CLIPPED

    def _reached(self, canvas: Canvas, transform: Transform, others: Sequence[Target]) -> Edit:
        if others:
            return functools.reduce(Both, others).finish(canvas, transform)
        return Edit(image=transform.redraw(canvas), transform=transform)

    def _means(self, canvas: Canvas, before: Canvas) -> np.ndarray:
        height, width = canvas.size
        sigma = deviation(canvas.size)
        margin = radius(sigma)

        def strip(rows: slice) -> np.ndarray:
            first, last = max(0, rows.start - margin), min(height, rows.stop + margin)
            luma = canvas.rows(slice(first, last)) @ colors.LUMA.astype(np.float32)
            energy = np.square(luma - blurred(luma, sigma))[rows.start - first :][: _length(rows)]
            if before.weights is not None:
                energy = energy[before.weights[rows] > 0]
            return np.array([energy.sum(dtype=np.float64), energy.size])

        parts = in_threads(strip, strips(height, width, margin=margin))
        total, count = functools.reduce(np.add, parts)
        return np.array([total / count])


def _length(rows: slice) -> int:
    return rows.stop - rows.start


def _scaled(transform: Transform, factor: float) -> Transform:
    """What a fit found, with all of its gains times a factor; one that has none gets them."""
    if isinstance(transform, DetailTransform):
        return transform.scaled(factor)
    edits = transform.transforms if isinstance(transform, ChainTransform) else (transform,)
    first, rest = edits[0], edits[1:]
    if not isinstance(first, DetailTransform):
        first, rest = DetailTransform(np.ones((BANDS, 1)), np.zeros(3)), edits
    return ChainTransform((first.scaled(factor), *rest))
