"""Running averages of weights: what is kept of a training."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager

import numpy as np
import tensorflow as tf

from .guarded_adam import assign_if


class RunningAverage:
    """An exponential moving average of some variables.

    Parameters
    ----------
    variables
        What is averaged, by name.
    decay
        Share of the average that is kept at each update, in [0, 1). The first averages are shorter,
        so that the untrained weights are forgotten.

    Attributes
    ----------
    averages : dict
        The averages, as variables of the same names.

    Examples
    --------
    >>> weight = tf.Variable(0.0)
    >>> average = RunningAverage({"weight": weight}, decay=0.5)
    >>> _ = weight.assign(1.0)
    >>> average.update(tf.constant(True))
    >>> round(float(average.arrays()["weight"]), 3)
    0.909
    """

    def __init__(self, variables: Mapping[str, tf.Variable], decay: float) -> None:
        self._variables, self._decay = dict(variables), decay
        self.averages = {k: tf.Variable(tf.convert_to_tensor(v)) for k, v in variables.items()}
        self._count = tf.Variable(0.0)  # how many updates are in the averages

    @property
    def state(self) -> dict[str, tf.Variable]:
        """What a checkpoint must hold, by name."""
        return {"count": self._count, **{f"average/{k}": v for k, v in self.averages.items()}}

    def update(self, allowed: tf.Tensor) -> None:
        """Let the averages follow the variables, where that is allowed."""
        count = self._count + 1.0
        decay = tf.minimum(self._decay, count / (count + 10.0))
        for name, average in self.averages.items():
            weight = tf.convert_to_tensor(self._variables[name])
            assign_if(allowed, average, decay * average + (1.0 - decay) * weight)
        assign_if(allowed, self._count, count)

    def assign(self) -> None:
        """Give the variables their averages' values."""
        for name, variable in self._variables.items():
            variable.assign(self.averages[name])

    @contextmanager
    def assigned(self) -> Iterator[None]:
        """Within, the variables have their averages' values; afterwards their own again."""
        own = {name: variable.numpy() for name, variable in self._variables.items()}
        self.assign()
        try:
            yield
        finally:
            for name, value in own.items():
                self._variables[name].assign(value)

    def arrays(self) -> dict[str, np.ndarray]:
        """The averages' present values."""
        return {name: average.numpy() for name, average in self.averages.items()}
