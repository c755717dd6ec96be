"""Weights in training, each kept in a unit that suits the optimiser."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import numpy as np
import tensorflow as tf

from .weights import Weights


class InUnits(tf.Module, Mapping[str, tf.Tensor]):
    """Weights whose variables are of the order of 1 where the weights themselves are not.

    Adam's steps are of one size for all variables, and would throw a kernel about that sees 8-bit
    values and is a hundred times as small as the others.
    """

    def __init__(self, weights: Weights, units: dict[str, float]) -> None:
        super().__init__()
        self.units = units
        self.scaled = {
            key: tf.Variable(value / np.float32(units.get(key, 1.0)), name=key)
            for key, value in weights.items()
        }

    def __getitem__(self, key: str) -> tf.Tensor:
        return self.scaled[key] * self.units.get(key, 1.0)

    def __iter__(self) -> Iterator[str]:
        return iter(self.scaled)

    def __len__(self) -> int:
        return len(self.scaled)
