"""A look-up table of colours: the same edit wherever a colour stands."""

from __future__ import annotations

import dataclasses
from typing import Any

import numpy as np
import tensorflow as tf

from .. import transforms
from ..errors import InputError
from ..rendering import table_corners, weigh_corners
from .base import Parametrization, Variables


@dataclasses.dataclass(frozen=True, kw_only=True)
class Lut3D(Parametrization):
    """What is added to each colour, on a lattice over the RGB cube, interpolated trilinearly.

    An edit without places: it can leave no blotch, and is exported as a ``.cube`` without loss.

    Parameters
    ----------
    size
        Lattice points in each direction.
    smoothness
        Weight of the penalty: squared difference of neighbouring points, averaged over all entries
        of the table, summed over the three directions.

    Examples
    --------
    >>> family = Lut3D(size=3)
    >>> variables = family.initial(tf.zeros([4, 6, 3]), tf.constant([0.25, 0.0, 0.5]))
    >>> family.transform(variables, (4, 6)).table.shape
    (3, 3, 3, 3)
    """

    size: int = 9
    smoothness: float = 100.0

    def __post_init__(self) -> None:
        if not 2 <= self.size <= 64:
            raise InputError(f"the size of the table lies between 2 and 64, not {self.size}")

    def initial(self, original: tf.Tensor, shift: tf.Tensor) -> Variables:
        return {"table": tf.zeros([self.size] * 3 + [3]) + tf.cast(shift, tf.float32)}

    def prepare(self, original: tf.Tensor) -> dict[str, tf.Tensor]:
        indices, weights = table_corners(original, self.size)
        return {"original": original, "indices": indices, "weights": weights}

    def render(self, variables: Variables, prepared: Any) -> tf.Tensor:
        added = weigh_corners(variables["table"], prepared["indices"], prepared["weights"])
        return prepared["original"] + added

    def penalty(self, variables: Variables) -> tf.Tensor:
        table = variables["table"]
        differences = [table[1:] - table[:-1], table[:, 1:] - table[:, :-1]]
        differences.append(table[:, :, 1:] - table[:, :, :-1])
        total = tf.add_n([tf.reduce_sum(tf.square(d)) for d in differences])
        return self.smoothness * total / tf.cast(tf.size(table), tf.float32)

    def transform(self, variables: Variables, size: tuple[int, int]) -> transforms.Lut3D:
        added = variables["table"].numpy()
        axis = np.linspace(0, 1, self.size, dtype=np.float32)
        return transforms.Lut3D(np.stack(np.meshgrid(axis, axis, axis, indexing="ij"), -1) + added)
