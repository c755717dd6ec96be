"""One affine map of colours for the whole picture."""

from __future__ import annotations

import dataclasses
from typing import Any, ClassVar

import numpy as np

from ..errors import InputError
from .base import Transform


@dataclasses.dataclass(frozen=True)
class AffineTransform(Transform):
    """``matrix @ x + offset`` for every pixel x: ``matrix`` (3, 3), ``offset`` (3,)."""

    kind: ClassVar[str] = "affine"
    matrix: np.ndarray
    offset: np.ndarray

    def _check(self) -> None:
        if self.matrix.shape != (3, 3) or self.offset.shape != (3,):
            raise InputError("an affine transform has a matrix (3, 3) and an offset (3,)")

    def render_rows(self, rgb: np.ndarray, top: int, height: int) -> np.ndarray:
        return rgb @ self.matrix.T + self.offset

    def render_tensor(self, images: Any) -> Any:
        from ..rendering import render_affine

        return render_affine(images, self.matrix[None], self.offset[None])

    def shifted(self, shift: np.ndarray) -> AffineTransform:
        return AffineTransform(self.matrix, self.offset + shift)
