"""Edits of a pixel's colour by that colour alone, wherever it is."""

from __future__ import annotations

from abc import abstractmethod
from typing import Any

import numpy as np

from ..images.canvas import Canvas
from ..images.recoloring import recolored
from ..typing import Pixels, Planes
from .base import Transform


class PointwiseTransform(Transform):
    """A map of colours. Subclasses give it for planes, which is how it is quickest.

    Examples
    --------
    >>> import dataclasses
    >>> @dataclasses.dataclass(frozen=True, eq=False)
    ... class Power(PointwiseTransform):
    ...     kind = "power"
    ...     exponent: np.ndarray
    ...     def _check(self):
    ...         pass
    ...     def map_planes(self, planes):
    ...         return planes**self.exponent
    ...     def shifted(self, shift):
    ...         raise NotImplementedError
    >>> Power(2.0).apply(np.full((1, 1, 3), 0.5))[0, 0]
    array([0.25, 0.25, 0.25])
    """

    @property
    def precise(self) -> bool:
        """Whether pixels are computed in float64, float32 otherwise."""
        return self.dtype is np.float64

    @property
    def channelwise(self) -> bool:
        """Whether a channel's new value depends on its old one alone."""
        return False

    @abstractmethod
    def map_planes(self, planes: Planes) -> Planes:
        """New values (3, n) of planes (3, n) in [0, 1]; float64 if ``precise``, else float32."""

    def render_rows(self, rgb: Pixels, top: int, height: int) -> Pixels:
        dtype = np.float64 if self.precise else np.float32
        planes = rgb.reshape(-1, 3).T.astype(dtype, order="C")
        return self.map_planes(planes).T.reshape(rgb.shape)

    def _applied(self, canvas: Canvas, strength: float) -> Any:
        return recolored(
            canvas,
            self.map_planes,
            strength=strength,
            precise=self.precise,
            channelwise=self.channelwise,
        )


def combine(matrix: np.ndarray, planes: np.ndarray, offset: np.ndarray | None = None) -> np.ndarray:
    """``matrix @ planes + offset`` in the planes' dtype; for three, quicker than BLAS."""
    matrix = matrix.astype(planes.dtype)
    columns = matrix.T[..., None]
    result = columns[0] * planes[0]
    product = np.empty_like(result)
    for column, plane in zip(columns[1:], planes[1:], strict=True):
        result += np.multiply(column, plane, out=product)
    if offset is not None:
        result += offset[:, None].astype(planes.dtype)
    return result
