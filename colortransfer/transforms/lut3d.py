"""A look-up table of colours."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from typing import ClassVar

import numpy as np
from scipy import ndimage

from ..errors import InputError
from ..typing import Color, Images, Planes
from .cube import sampled
from .pointwise import PointwiseTransform


@dataclasses.dataclass(frozen=True, eq=False)
class Lut3D(PointwiseTransform):
    """A look-up table of colours: ``table`` (n, n, n, 3), indexed [red, green, blue], trilinear.

    Examples
    --------
    >>> inverted = Lut3D.sample(lambda colors: 1 - colors, size=2)
    >>> inverted.apply(np.array([[[1.0, 0.25, 0.0]]]))[0, 0]
    array([0.  , 0.75, 1.  ])
    """

    kind: ClassVar[str] = "lut3d"
    table: np.ndarray

    def _check(self) -> None:
        size = self.table.shape[0] if self.table.ndim == 4 else 0
        if size < 2 or self.table.shape != (size, size, size, 3):
            raise InputError("a 3D look-up table has the shape (n, n, n, 3) with n of at least 2")

    @staticmethod
    def sample(function: Callable[[np.ndarray], np.ndarray], size: int = 33) -> Lut3D:
        """The table of a ``function`` from colours (N, 3) to colours (N, 3)."""
        return Lut3D(sampled(function, size))

    def map_planes(self, planes: Planes) -> Planes:
        positions = planes * np.float32(self.table.shape[0] - 1)
        channels = np.moveaxis(self.table, -1, 0)
        return np.stack(
            [ndimage.map_coordinates(c, positions, order=1, mode="nearest") for c in channels]
        )

    def render_tensor(self, images: Images) -> Images:
        from ..rendering import render_tables

        return render_tables(images, self.table)

    def shifted(self, shift: Color) -> Lut3D:
        return Lut3D(self.table + np.asarray(shift, np.float32))
