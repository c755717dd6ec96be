"""One curve a channel."""

from __future__ import annotations

import dataclasses
from typing import Any, ClassVar

import numpy as np

from ..errors import InputError
from .base import Transform


@dataclasses.dataclass(frozen=True)
class CurvesTransform(Transform):
    """One curve a channel: ``curves`` (3, N) over [0, 1], linear between its N points."""

    kind: ClassVar[str] = "curves"
    curves: np.ndarray

    def _check(self) -> None:
        if self.curves.ndim != 2 or self.curves.shape[0] != 3 or self.curves.shape[1] < 2:
            raise InputError("curves have the shape (3, N) with N of at least 2")

    def render_rows(self, rgb: np.ndarray, top: int, height: int) -> np.ndarray:
        points = np.linspace(0, 1, self.curves.shape[1], dtype=np.float32)
        return np.stack([np.interp(rgb[..., c], points, self.curves[c]) for c in range(3)], -1)

    def render_tensor(self, images: Any) -> Any:
        from ..rendering import render_curves

        return render_curves(images, self.curves)

    def shifted(self, shift: np.ndarray) -> CurvesTransform:
        return CurvesTransform(self.curves + np.reshape(shift, (3, 1)))
