"""What a fit of single pixels adds."""

from __future__ import annotations

import copy
import dataclasses
from typing import ClassVar

import numpy as np
from scipy import ndimage

from ..errors import InputError
from ..typing import Color, ColorList, Images, Pixels
from .base import Transform


@dataclasses.dataclass(frozen=True, eq=False)
class ResidualTransform(Transform):
    """What a fit of single pixels adds: ``residual`` (h, w, 3), enlarged bilinearly to any size.

    Examples
    --------
    >>> ResidualTransform(np.full((2, 2, 3), 0.25)).apply(np.zeros((4, 6, 3)))[0, 0]
    array([0.25, 0.25, 0.25])
    """

    kind: ClassVar[str] = "residual"
    residual: np.ndarray

    def _check(self) -> None:
        if self.residual.ndim != 3 or self.residual.shape[2] != 3 or 0 in self.residual.shape:
            raise InputError("a residual has the shape (h, w, 3)")

    def render_rows(self, rgb: Pixels, top: int, height: int) -> Pixels:
        rows, columns = self.residual.shape[:2]
        count, width = rgb.shape[:2]
        if (rows, columns) == (height, width):
            return rgb + self.residual[top : top + count]
        y = _centres(height, rows)[top : top + count]
        coordinates = np.meshgrid(y, _centres(width, columns), indexing="ij")
        added = [
            ndimage.map_coordinates(self.residual[..., c], coordinates, order=1, mode="nearest")
            for c in range(3)
        ]
        return rgb + np.stack(added, -1)

    def render_tensor(self, images: Images) -> Images:
        from ..rendering import render_residuals

        return render_residuals(images, self.residual[None])

    def shifted(self, shift: Color) -> ResidualTransform:
        shifted = copy.copy(self)
        # Not by the constructor, which takes a copy: this may be as large as a photograph.
        object.__setattr__(shifted, "residual", self.residual + np.asarray(shift, np.float32))
        return shifted

    def map_colors(self, colors: ColorList) -> ColorList:
        raise InputError("a fit of single pixels has no look-up table; fit a grid instead")


def _centres(size: int, nodes: int) -> np.ndarray:
    """Positions of ``size`` pixel centres between the centres of ``nodes`` larger pixels."""
    return ((np.arange(size) + 0.5) * (nodes / size) - 0.5).astype(np.float32)
