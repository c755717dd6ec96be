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
    tone_smoothness
        The same along the grey axis, from dark to light; None: ``smoothness``. Where it is less,
        shadows and lights may take less of a cast than what lies between, while colours of one
        lightness go together, so that no thing gets two colours and no noise is amplified.

    Examples
    --------
    >>> family = Lut3D(size=3)
    >>> variables = family.initial(tf.zeros([4, 6, 3]), tf.constant([0.25, 0.0, 0.5]))
    >>> family.transform(variables, (4, 6)).table.shape
    (3, 3, 3, 3)
    """

    size: int = 9
    smoothness: float = 100.0
    tone_smoothness: float | None = None

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
        along = [table[1:] - table[:-1], table[:, 1:] - table[:, :-1]]
        along.append(table[:, :, 1:] - table[:, :, :-1])
        total = self.smoothness * tf.add_n([tf.reduce_sum(tf.square(d)) for d in along])
        if self.tone_smoothness is not None:
            # The slope along (1, 1, 1), where all three differences begin.
            tone = along[0][:, :-1, :-1] + along[1][:-1, :, :-1] + along[2][:-1, :-1]
            excess = self.tone_smoothness - self.smoothness
            total += excess * tf.reduce_sum(tf.square(tone)) / 3
        return total / tf.cast(tf.size(table), tf.float32)

    def transform(self, variables: Variables, size: tuple[int, int]) -> transforms.Lut3D:
        added = variables["table"].numpy()
        axis = np.linspace(0, 1, self.size, dtype=np.float32)
        return transforms.Lut3D(np.stack(np.meshgrid(axis, axis, axis, indexing="ij"), -1) + added)
