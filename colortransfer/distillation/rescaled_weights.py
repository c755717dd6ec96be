"""Weights in training, each scaled to a unit that suits the optimizer."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import numpy as np
import tensorflow as tf


class RescaledWeights(Mapping[str, tf.Tensor]):
    """Weights whose variables are of the order of 1 where the weights themselves are not.

    Adam's steps are of one size for all variables, and would throw a kernel about that sees 8-bit
    values and is a hundred times as small as the others.

    Parameters
    ----------
    weights
        Initial values, by name.
    units
        What a variable is multiplied by to become its weight; 1 where there is none.

    Attributes
    ----------
    variables : dict
        The scaled weights, which are trained.
    """

    def __init__(self, weights: Mapping[str, np.ndarray], units: Mapping[str, float]) -> None:
        self._units = dict(units)
        self.variables = {
            key: tf.Variable(value / np.float32(units.get(key, 1.0)), name=key)
            for key, value in weights.items()
        }

    def unscaled(self, scaled: Mapping[str, np.ndarray]) -> dict[str, np.ndarray]:
        """Weights of values of the variables."""
        return {k: v * np.float32(self._units.get(k, 1.0)) for k, v in scaled.items()}

    def __getitem__(self, key: str) -> tf.Tensor:
        return self.variables[key] * self._units.get(key, 1.0)

    def __iter__(self) -> Iterator[str]:
        return iter(self.variables)

    def __len__(self) -> int:
        return len(self.variables)
