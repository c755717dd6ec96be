"""A look-up table of colours: the same edit wherever a colour stands."""

from __future__ import annotations

import dataclasses
import functools
from typing import Any

import numpy as np
import tensorflow as tf
from scipy.fft import dct

from .. import transforms
from ..errors import InputError
from ..rendering import table_corners, weigh_corners
from .base import Parametrization, Variables

# How much the terms of the loss bend along an entry of the table, roughly; the penalty bends more.
CURVATURE = 0.03


@dataclasses.dataclass(frozen=True, kw_only=True)
class Lut3D(Parametrization):
    """What is added to each colour, on a lattice over the RGB cube, interpolated trilinearly.

    An edit without places: it can leave no blotch, and is exported as a ``.cube`` without loss.
    What varies are the table's cosines, each in a unit in which loss and penalty together bend
    about alike: a descent in these needs half of the steps that it needs in the entries.

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
        table = tf.zeros([self.size] * 3 + [3]) + tf.cast(shift, tf.float32)
        return {"cosines": self._along_all(table, self._cosines.T) / self._units}

    @functools.cached_property
    def _cosines(self) -> np.ndarray:
        """Orthonormal cosines (k, size), so that a table is the sum of their products."""
        found: np.ndarray = dct(np.eye(self.size), axis=0, norm="ortho").astype(np.float32)
        return found

    @functools.cached_property
    def _units(self) -> np.ndarray:
        """Of each cosine (k, k, k, 1)."""
        bends = 2 - 2 * np.cos(np.pi * np.arange(self.size) / self.size)
        bend = bends[:, None, None] + bends[:, None] + bends
        penalty = 2 * self.smoothness * bend / (3 * self.size**3)
        return ((CURVATURE + penalty) ** -0.5)[..., None].astype(np.float32)

    @staticmethod
    def _along_all(table: tf.Tensor, matrix: np.ndarray) -> tf.Tensor:
        """A table (n, n, n, 3), ``matrix`` (n, n) applied along each of its directions."""
        return tf.einsum("ijkd,ia,jb,kc->abcd", table, matrix, matrix, matrix)

    def _table(self, variables: Variables) -> tf.Tensor:
        return self._along_all(variables["cosines"] * self._units, self._cosines)

    def prepare(self, original: tf.Tensor) -> dict[str, tf.Tensor]:
        indices, weights = table_corners(original, self.size)
        return {"original": original, "indices": indices, "weights": weights}

    def render(self, variables: Variables, prepared: Any) -> tf.Tensor:
        added = weigh_corners(self._table(variables), prepared["indices"], prepared["weights"])
        return prepared["original"] + added

    def penalty(self, variables: Variables) -> tf.Tensor:
        table = self._table(variables)
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
        added = self._table(variables).numpy()
        axis = np.linspace(0, 1, self.size, dtype=np.float32)
        return transforms.Lut3D(np.stack(np.meshgrid(axis, axis, axis, indexing="ij"), -1) + added)
