"""A look-up table of colours."""

from __future__ import annotations

import dataclasses
import functools
from collections.abc import Callable
from typing import Any, ClassVar

import numpy as np

from .._kernels import draw_table
from ..errors import InputError
from ..images.canvas import Canvas
from ..images.direct import drawn, is_plain
from ..typing import Color, Images, Pixels, Planes
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

    @functools.cached_property
    def _planes(self) -> np.ndarray:
        """The table as planes (3, n^3), one behind the other in memory."""
        return np.ascontiguousarray(self.table.reshape(-1, 3).T)

    def map_planes(self, planes: Planes) -> Planes:
        # The very arithmetic of the kernel, in its order: both give the same bytes.
        size = self.table.shape[0]
        shares = np.clip(planes, 0, 1)
        shares *= shares.dtype.type(size - 1)
        cells = np.minimum(shares.astype(np.int32), size - 2)
        shares -= cells.astype(shares.dtype)
        corner = (cells[0] * size + cells[1]) * size + cells[2]
        return np.stack([within(values, corner, shares, size) for values in self._planes])

    def render_rows(self, rgb: Pixels, top: int, height: int) -> Pixels:
        draw = draw_table.after(rgb.dtype.name, rgb.shape[0] * rgb.shape[1])
        if draw is None:
            return super().render_rows(rgb, top, height)
        result = np.empty(rgb.shape, rgb.dtype)
        self._draw(draw, rgb.reshape(-1, 3), result.reshape(-1, 3), clip=False)
        return result

    def redraw(self, canvas: Canvas, *, strength: float = 1.0) -> Any:
        if strength == 1 and is_plain(canvas):
            draw = draw_table.after(canvas.pixels.dtype.name, canvas.size[0] * canvas.size[1])
            if draw is not None:
                return drawn(canvas, lambda old, new: self._draw(draw, old, new, clip=True))
        return super()._applied(canvas, strength)

    def _applied(self, canvas: Canvas, strength: float) -> Any:
        return self.redraw(canvas, strength=strength)

    def _draw(self, kernel: Any, old: np.ndarray, new: np.ndarray, *, clip: bool) -> None:
        kernel(old, new, self._planes, self.table.shape[0], ramp_of(old.dtype.name), clip)

    def render_tensor(self, images: Images) -> Images:
        from ..rendering import render_tables

        return render_tables(images, self.table)

    def shifted(self, shift: Color) -> Lut3D:
        return Lut3D(self.table + np.asarray(shift, np.float32))


@functools.cache
def ramp_of(dtype: str) -> np.ndarray:
    """The values in [0, 1] of the levels of an integer dtype, float32; none of floats.

    Examples
    --------
    >>> ramp_of("uint8")[[0, 51, 255]]
    array([0. , 0.2, 1. ], dtype=float32)
    """
    if not dtype.startswith("uint"):
        return np.empty(0, np.float32)
    top = np.iinfo(dtype).max
    return np.arange(top + 1, dtype=np.float32) / np.float32(top)


def within(values: np.ndarray, corner: np.ndarray, shares: Any, size: int) -> np.ndarray:
    """Values (n^3,) between the eight corners of cells: along red first, then green, then blue.

    Parameters
    ----------
    values
        Of a table indexed [red, green, blue], one behind the other.
    corner
        Places in it of the cells' first corners.
    shares
        How far into its cell each point is along the three, in [0, 1].
    size
        n.

    Examples
    --------
    >>> middle = np.full((3, 1), 0.5)
    >>> within(np.arange(8.0), np.zeros(1, int), middle, 2).tolist()
    [3.5]
    """
    red, green, blue = shares

    def along_red(offset: int) -> np.ndarray:
        low = values[corner + offset]
        return low + red * (values[corner + (offset + size * size)] - low)

    def along_green(offset: int) -> np.ndarray:
        low = along_red(offset)
        return low + green * (along_red(offset + size) - low)

    found = along_green(0)
    return found + blue * (along_green(1) - found)
