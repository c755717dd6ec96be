"""Affine colour maps that depend on the place and on the luma."""

from __future__ import annotations

import dataclasses
import itertools
from typing import ClassVar

import numpy as np

from .. import colors
from ..errors import InputError
from ..interpolation import interpolation_matrix
from ..typing import Color, ColorList, Images, Pixels
from .base import Transform

BLOCK = 4096  # pixels at a time: their basis stays in the processor's cache


@dataclasses.dataclass(frozen=True, eq=False)
class BilateralGridTransform(Transform):
    """Affine colour maps on a grid over the picture and its luma (Chen, Paris, Durand 2007).

    ``grid`` (rows, columns, depth, 3, 4): at each node a matrix [A | b], added to the identity; a
    pixel x at a place becomes ``x + A x + b`` with A and b interpolated linearly between the nodes
    around its place and its luma (Rec. 709). Nodes lie on the borders of the picture.

    Examples
    --------
    >>> grid = np.zeros((2, 2, 4, 3, 4))
    >>> grid[0, ..., 3] = 0.5
    >>> BilateralGridTransform(grid).apply(np.zeros((4, 1, 3)))[:, 0, 0].round(3)
    array([0.438, 0.312, 0.188, 0.062])
    """

    kind: ClassVar[str] = "bilateral_grid"
    grid: np.ndarray

    def _check(self) -> None:
        if self.grid.ndim != 5 or self.grid.shape[3:] != (3, 4) or 0 in self.grid.shape:
            raise InputError("a bilateral grid has the shape (rows, columns, depth, 3, 4)")

    def render_rows(self, rgb: Pixels, top: int, height: int) -> Pixels:
        rows, columns, depth = self.grid.shape[:3]
        count, width = rgb.shape[:2]
        lines = interpolation_matrix(height, rows, pixels=np.arange(top, top + count))
        # For every row and column of nodes, from the tents of luma times (r, g, b, 1) to a change.
        nodes = self.grid.transpose(0, 1, 3, 2, 4).reshape(rows, -1)
        nodes = (lines @ nodes).reshape(count, columns, 3, depth * 4)
        left, right, share = _neighbours(width, columns)
        result = np.empty_like(rgb)
        borders = np.searchsorted(left, np.arange(columns + 1))
        for first, last in itertools.pairwise(borders):
            for start in range(first, last, BLOCK):  # pixels between two columns of nodes
                span = slice(start, min(start + BLOCK, last))
                pair = np.stack([nodes[:, left[start]], nodes[:, right[start]]], 1)
                step = max(1, BLOCK // (span.stop - start))
                for row in range(0, count, step):
                    block = slice(row, row + step)
                    result[block, span] = _moved(rgb[block, span], pair[block], share[span], depth)
        return result

    def render_tensor(self, images: Images) -> Images:
        from ..rendering import render_grids

        return render_grids(images, self.grid)

    def shifted(self, shift: Color) -> BilateralGridTransform:
        grid = self.grid.copy()
        grid[..., 3] += np.asarray(shift, np.float32)
        return BilateralGridTransform(grid)

    def map_colors(self, colors: ColorList) -> ColorList:
        average = BilateralGridTransform(self.grid.mean((0, 1), keepdims=True))
        return average.render_rows(np.asarray(colors, np.float32)[None], 0, 1)[0]


def _moved(rgb: np.ndarray, nodes: np.ndarray, share: np.ndarray, depth: int) -> np.ndarray:
    """Pixels (R, W, 3) between two columns of nodes (R, 2, 3, depth * 4), after the edit.

    ``share`` (W,) is the right column's. Channels come before pixels inside, for long inner loops.
    """
    count, width = rgb.shape[:2]
    pixels = np.ones((count, 4, width), np.float32)
    pixels[:, :3] = rgb.transpose(0, 2, 1)
    weights = colors.LUMA.astype(np.float32)
    luma = pixels[:, 0] * weights[0]
    for channel in (1, 2):
        luma += pixels[:, channel] * weights[channel]
    np.clip(luma, 0, 1, out=luma)
    luma *= np.float32(depth - 1)
    tents = luma[:, None] - np.arange(depth, dtype=np.float32)[:, None]
    np.abs(tents, out=tents)
    np.subtract(np.float32(1), tents, out=tents)
    np.maximum(tents, 0, out=tents)
    basis = (tents[:, :, None] * pixels[:, None]).reshape(count, depth * 4, width)
    both = nodes.reshape(count, 6, depth * 4) @ basis
    change, right = both[:, :3], both[:, 3:]
    right -= change
    right *= share
    change += right
    change += pixels[:, :3]
    return change.transpose(0, 2, 1)


def _neighbours(size: int, nodes: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Left and right node of each of ``size`` pixels, and the right one's share."""
    position = (np.arange(size) + 0.5) / size * (nodes - 1)
    left = position.astype(np.intp)
    return left, np.minimum(left + 1, nodes - 1), (position - left).astype(np.float32)
