"""One affine map of colours for the whole picture."""

from __future__ import annotations

import dataclasses
from typing import ClassVar

import numpy as np

from ..errors import InputError
from ..typing import Color, Images, Planes
from .pointwise import PointwiseTransform, combine


@dataclasses.dataclass(frozen=True, eq=False)
class AffineTransform(PointwiseTransform):
    """``matrix @ x + offset`` for every pixel x: ``matrix`` (3, 3), ``offset`` (3,).

    Examples
    --------
    >>> halved = AffineTransform(0.5 * np.eye(3), np.zeros(3))
    >>> halved.apply(np.full((2, 2, 3), 200, np.uint8))[0, 0]
    array([100, 100, 100], dtype=uint8)
    """

    kind: ClassVar[str] = "affine"
    dtype: ClassVar[type[np.floating]] = np.float64
    matrix: np.ndarray
    offset: np.ndarray

    def _check(self) -> None:
        if self.matrix.shape != (3, 3) or self.offset.shape != (3,):
            raise InputError("an affine transform has a matrix (3, 3) and an offset (3,)")

    @property
    def channelwise(self) -> bool:
        return bool(np.count_nonzero(self.matrix) == np.count_nonzero(self.matrix.diagonal()))

    def map_planes(self, planes: Planes) -> Planes:
        return combine(self.matrix, planes, self.offset)

    def render_tensor(self, images: Images) -> Images:
        from ..rendering import render_affine

        return render_affine(images, self.matrix[None], self.offset[None])

    def shifted(self, shift: Color) -> AffineTransform:
        return AffineTransform(self.matrix, self.offset + shift)
