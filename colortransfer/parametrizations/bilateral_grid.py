"""Affine colour maps on a coarse grid over the picture and its brightness."""

from __future__ import annotations

from typing import Any

import tensorflow as tf

from .. import colors
from ..errors import InputError
from ..transforms import BilateralGridTransform, interpolation_matrix
from .base import Parametrization, Variables


class BilateralGrid(Parametrization):
    """A bilateral grid of affine colour maps (Chen, Paris, Durand 2007; Gharbi et al. 2017).

    Neighbouring pixels of similar brightness get nearly the same map, so that edges stay where
    they are and noise cannot arise: the edit has a few hundred numbers, at any resolution.

    Parameters
    ----------
    rows, columns, depth
        Nodes over height, width and luma (of the original, Rec. 709).
    smoothness
        Weight of the penalty on change from place to place: the squared difference of neighbouring
        nodes, averaged over all entries of the grid, summed over both directions. An edit that
        is free to vary pleases the fitted network and no other; smoothness is what makes it carry
        over.
    depth_smoothness
        The same for change from one brightness to the next.
    """

    def __init__(
        self,
        *,
        rows: int = 8,
        columns: int = 8,
        depth: int = 8,
        smoothness: float = 80.0,
        depth_smoothness: float = 30.0,
    ) -> None:
        if min(rows, columns, depth) < 1:
            raise InputError("a bilateral grid needs at least one node in each direction")
        self.size = (rows, columns, depth)
        self.smoothness, self.depth_smoothness = smoothness, depth_smoothness

    def initial(self, original: tf.Tensor, shift: tf.Tensor) -> Variables:
        matrix = tf.zeros([*self.size, 3, 3])
        offset = tf.zeros([*self.size, 3, 1]) + tf.reshape(tf.cast(shift, tf.float32), [3, 1])
        return {"grid": tf.concat([matrix, offset], -1)}

    def prepare(self, original: tf.Tensor) -> dict[str, tf.Tensor]:
        """Interpolation weights over rows and columns; tent functions of luma times the colour."""
        height, width = original.shape[:2]
        rows, columns, depth = self.size
        luma = tf.tensordot(original, tf.constant(colors.LUMA, tf.float32), 1)[..., tf.newaxis]
        level = tf.clip_by_value(luma, 0.0, 1.0) * (depth - 1)
        tents = tf.nn.relu(1.0 - tf.abs(level - tf.range(depth, dtype=tf.float32)))
        homogeneous = tf.concat([original, tf.ones_like(luma)], -1)
        basis = tents[..., tf.newaxis] * homogeneous[..., tf.newaxis, :]
        return {
            "original": original,
            "down": tf.constant(interpolation_matrix(height, rows)),
            "across": tf.constant(interpolation_matrix(width, columns)),
            "basis": tf.reshape(basis, [height, width, depth * 4]),
        }

    def render(self, variables: Variables, prepared: Any) -> tf.Tensor:
        rows, columns, depth = self.size
        # (rows, columns, 3 * depth * 4): for each output channel the coefficients of the basis.
        grid = tf.transpose(variables["grid"], [0, 1, 3, 2, 4])
        lines = tf.matmul(prepared["down"], tf.reshape(grid, [rows, columns * 12 * depth]))
        lines = tf.reshape(lines, [-1, columns, 12 * depth])
        coefficients = tf.matmul(prepared["across"], lines)
        shape = tf.shape(prepared["basis"])
        coefficients = tf.reshape(coefficients, [shape[0], shape[1], 3, 4 * depth])
        change = tf.reduce_sum(coefficients * prepared["basis"][:, :, tf.newaxis], -1)
        return prepared["original"] + change

    def penalty(self, variables: Variables) -> tf.Tensor:
        grid = variables["grid"]
        place = tf.reduce_sum(tf.square(grid[1:] - grid[:-1]))
        place += tf.reduce_sum(tf.square(grid[:, 1:] - grid[:, :-1]))
        depth = tf.reduce_sum(tf.square(grid[:, :, 1:] - grid[:, :, :-1]))
        total = self.smoothness * place + self.depth_smoothness * depth
        return total / tf.cast(tf.size(grid), tf.float32)

    def transform(self, variables: Variables, size: tuple[int, int]) -> BilateralGridTransform:
        return BilateralGridTransform(variables["grid"].numpy())
