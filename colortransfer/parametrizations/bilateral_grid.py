"""Affine colour maps on a coarse grid over the picture and its brightness."""

from __future__ import annotations

import dataclasses
from typing import Any

import tensorflow as tf

from ..errors import InputError
from ..rendering import grid_basis, render_basis
from ..transforms import BilateralGridTransform
from .base import Parametrization, Variables


@dataclasses.dataclass(frozen=True, kw_only=True)
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

    Examples
    --------
    >>> family = BilateralGrid(rows=2, columns=2, depth=4)
    >>> variables = family.initial(tf.zeros([4, 6, 3]), tf.constant([0.25, 0.0, 0.5]))
    >>> family.transform(variables, (4, 6)).apply(np.zeros((4, 6, 3)))[0, 0]
    array([0.25, 0.  , 0.5 ])
    """

    rows: int = 8
    columns: int = 8
    depth: int = 8
    smoothness: float = 80.0
    depth_smoothness: float = 30.0

    def __post_init__(self) -> None:
        if min(self.size) < 1:
            raise InputError("a bilateral grid needs at least one node in each direction")

    @property
    def size(self) -> tuple[int, int, int]:
        """Nodes over rows, columns and depth."""
        return self.rows, self.columns, self.depth

    def initial(self, original: tf.Tensor, shift: tf.Tensor) -> Variables:
        matrix = tf.zeros([*self.size, 3, 3])
        offset = tf.zeros([*self.size, 3, 1]) + tf.reshape(tf.cast(shift, tf.float32), [3, 1])
        return {"grid": tf.concat([matrix, offset], -1)}

    def prepare(self, original: tf.Tensor) -> dict[str, tf.Tensor]:
        return grid_basis(original[tf.newaxis], self.size)

    def render(self, variables: Variables, prepared: Any) -> tf.Tensor:
        return render_basis(prepared, variables["grid"])[0]

    def penalty(self, variables: Variables) -> tf.Tensor:
        grid = variables["grid"]
        place = tf.reduce_sum(tf.square(grid[1:] - grid[:-1]))
        place += tf.reduce_sum(tf.square(grid[:, 1:] - grid[:, :-1]))
        depth = tf.reduce_sum(tf.square(grid[:, :, 1:] - grid[:, :, :-1]))
        total = self.smoothness * place + self.depth_smoothness * depth
        return total / tf.cast(tf.size(grid), tf.float32)

    def transform(self, variables: Variables, size: tuple[int, int]) -> BilateralGridTransform:
        return BilateralGridTransform(variables["grid"].numpy())
