"""One curve a channel."""

from __future__ import annotations

import dataclasses
from typing import ClassVar

import numpy as np

from ..errors import InputError
from ..typing import Color, Images, Planes
from .pointwise import PointwiseTransform


@dataclasses.dataclass(frozen=True, eq=False)
class CurvesTransform(PointwiseTransform):
    """One curve a channel: ``curves`` (3, N) over [0, 1], linear between its N points.

    Examples
    --------
    >>> curves = np.array([[0.0, 0.25, 1.0]] * 3)
    >>> CurvesTransform(curves).apply(np.full((1, 1, 3), 0.5))[0, 0]
    array([0.25, 0.25, 0.25])
    """

    kind: ClassVar[str] = "curves"
    dtype: ClassVar[type[np.floating]] = np.float64
    curves: np.ndarray

    def _check(self) -> None:
        if self.curves.ndim != 2 or self.curves.shape[0] != 3 or self.curves.shape[1] < 2:
            raise InputError("curves have the shape (3, N) with N of at least 2")

    @property
    def channelwise(self) -> bool:
        return True

    def map_planes(self, planes: Planes) -> Planes:
        inside = np.clip(planes, 0, 1)
        return np.stack([along(*pair) for pair in zip(self.curves, inside, strict=True)])

    def render_tensor(self, images: Images) -> Images:
        from ..rendering import render_curves

        return render_curves(images, self.curves)

    def shifted(self, shift: Color) -> CurvesTransform:
        return CurvesTransform(self.curves + np.reshape(shift, (3, 1)))


def along(curve: np.ndarray, positions: np.ndarray) -> np.ndarray:
    """The curve at ``positions`` in [0, 1]: linear between its points, quicker than np.interp."""
    scaled = positions * positions.dtype.type(len(curve) - 1)
    below = np.minimum(scaled.astype(np.int32), len(curve) - 2)
    scaled -= below
    low = curve[below]
    scaled *= curve[below + 1] - low
    scaled += low
    return scaled
