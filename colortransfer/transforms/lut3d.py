"""A look-up table of colours."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from typing import Any, ClassVar

import numpy as np
from scipy import ndimage

from ..errors import InputError
from .base import Transform


@dataclasses.dataclass(frozen=True)
class Lut3D(Transform):
    """A look-up table of colours: ``table`` (n, n, n, 3), indexed [red, green, blue], trilinear."""

    kind: ClassVar[str] = "lut3d"
    table: np.ndarray

    def _check(self) -> None:
        size = self.table.shape[0] if self.table.ndim == 4 else 0
        if size < 2 or self.table.shape != (size, size, size, 3):
            raise InputError("a 3D look-up table has the shape (n, n, n, 3) with n of at least 2")

    @staticmethod
    def sample(function: Callable[[np.ndarray], np.ndarray], size: int = 33) -> Lut3D:
        """The table of a ``function`` from colours (N, 3) to colours (N, 3)."""
        if not 2 <= size <= 256:
            raise InputError(f"the size of a look-up table lies between 2 and 256, not {size}")
        axis = np.linspace(0, 1, size, dtype=np.float32)
        lattice = np.stack(np.meshgrid(axis, axis, axis, indexing="ij"), -1)
        return Lut3D(function(lattice.reshape(-1, 3)).reshape(lattice.shape))

    def render_rows(self, rgb: np.ndarray, top: int, height: int) -> np.ndarray:
        positions = np.moveaxis(rgb, -1, 0) * np.float32(self.table.shape[0] - 1)
        channels = [
            ndimage.map_coordinates(self.table[..., c], positions, order=1, mode="nearest")
            for c in range(3)
        ]
        return np.stack(channels, -1)

    def render_tensor(self, images: Any) -> Any:
        from ..rendering import render_tables

        return render_tables(images, self.table)

    def shifted(self, shift: np.ndarray) -> Lut3D:
        return Lut3D(self.table + np.asarray(shift, np.float32))
