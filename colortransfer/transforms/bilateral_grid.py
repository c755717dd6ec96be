"""Affine colour maps that depend on the place and on the luma."""

from __future__ import annotations

import dataclasses
from typing import ClassVar

import numpy as np

from .. import colors
from ..errors import InputError
from .base import Transform


@dataclasses.dataclass(frozen=True)
class BilateralGridTransform(Transform):
    """Affine colour maps on a grid over the picture and its luma (Chen, Paris, Durand 2007).

    ``grid`` (rows, columns, depth, 3, 4): at each node a matrix [A | b], added to the identity; a
    pixel x at a place becomes ``x + A x + b`` with A and b interpolated linearly between the nodes
    around its place and its luma (Rec. 709). Nodes lie on the borders of the picture.
    """

    kind: ClassVar[str] = "bilateral_grid"
    grid: np.ndarray

    def _check(self) -> None:
        if self.grid.ndim != 5 or self.grid.shape[3:] != (3, 4) or 0 in self.grid.shape:
            raise InputError("a bilateral grid has the shape (rows, columns, depth, 3, 4)")

    def render_rows(self, rgb: np.ndarray, top: int, height: int) -> np.ndarray:
        rows, columns, depth = self.grid.shape[:3]
        # A second, equal level keeps the interpolation free of special cases.
        grid = self.grid if depth > 1 else np.repeat(self.grid, 2, 2)
        depth = grid.shape[2]
        count, width = rgb.shape[:2]
        lines = interpolation_matrix(height, rows)[top : top + count] @ grid.reshape(rows, -1)
        left, right, across = _neighbours(width, columns)
        level = np.clip(rgb @ colors.LUMA.astype(np.float32), 0, 1) * np.float32(depth - 1)
        below = np.minimum(level.astype(np.intp), depth - 2)
        share = (level - below)[..., None]
        first = below + np.arange(width) * depth
        result = np.empty_like(rgb)
        for row in range(count):  # a row's nodes fit in the processor's cache, a strip's do not
            line = lines[row].reshape(columns, depth * 12)
            nodes = line.take(right, 0)
            nodes -= (near := line.take(left, 0))
            nodes *= across
            nodes += near
            nodes = nodes.reshape(width * depth, 12)
            matrix = nodes.take(first[row] + 1, 0)
            matrix -= (low := nodes.take(first[row], 0))
            matrix *= share[row]
            matrix += low
            matrix = matrix.reshape(width, 3, 4)
            pixel = rgb[row]
            change = matrix[..., 3] + pixel
            for channel in range(3):
                change += matrix[..., channel] * pixel[:, channel : channel + 1]
            result[row] = change
        return result

    def shifted(self, shift: np.ndarray) -> BilateralGridTransform:
        grid = self.grid.copy()
        grid[..., 3] += np.asarray(shift, np.float32)
        return BilateralGridTransform(grid)

    def map_colors(self, colors: np.ndarray) -> np.ndarray:
        average = BilateralGridTransform(self.grid.mean((0, 1), keepdims=True))
        return average.render_rows(np.asarray(colors, np.float32)[None], 0, 1)[0]


def _neighbours(size: int, nodes: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Left and right node of each of ``size`` pixels, and the right one's share (size, 1)."""
    position = (np.arange(size) + 0.5) / size * (nodes - 1)
    left = position.astype(np.intp)
    share = (position - left).astype(np.float32)[:, None]
    return left, np.minimum(left + 1, nodes - 1), share


def interpolation_matrix(size: int, nodes: int) -> np.ndarray:
    """Weights (size, nodes) of linear interpolation from nodes that span a line of pixels.

    The first and the last node lie on the line's ends, half a pixel outside the outermost centres.
    """
    position = (np.arange(size) + 0.5) / size * (nodes - 1)
    return np.maximum(0, 1 - np.abs(position[:, None] - np.arange(nodes))).astype(np.float32)
