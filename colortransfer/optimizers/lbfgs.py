"""L-BFGS: scipy's, on all variables as one vector."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import tensorflow as tf
from scipy.optimize import fmin_l_bfgs_b

from .base import Callback, Minimum, Objective, Optimizer, Recorder, Variables, all_finite


class _Stop(Exception):
    """Raised inside scipy's loop to leave it."""


class LBFGS(Optimizer):
    """Limited-memory BFGS (`scipy.optimize.fmin_l_bfgs_b`), good where variables are few.

    Parameters
    ----------
    steps
        Evaluations of the objective, those of the line search included.
    memory
        How many past gradients are remembered.
    tolerance
        scipy's ``factr`` in units of the loss: relative reduction below which it has converged.

    Examples
    --------
    >>> def parabola(variables):
    ...     return {"square": variables["x"] ** 2}, {"x": 2.0 * variables["x"]}
    >>> minimum = LBFGS(steps=10).minimize(parabola, {"x": tf.constant(1.0)})
    >>> round(float(minimum.variables["x"]), 3), minimum.reason
    (0.0, 'converged')
    """

    def __init__(self, *, steps: int = 60, memory: int = 10, tolerance: float = 1e-6) -> None:
        super().__init__(steps=steps)
        self.memory, self.tolerance = memory, tolerance

    def minimize(
        self, objective: Objective, variables: Variables, callbacks: Sequence[Callback] = ()
    ) -> Minimum:
        recorder = Recorder(self.steps, variables, callbacks)
        if self.steps == 0:
            return recorder.minimum("steps")
        ends: list[str] = []

        def leave(reason: str) -> None:
            ends.append(reason)
            raise _Stop

        def evaluate(vector: np.ndarray) -> tuple[float, np.ndarray]:
            if recorder.steps == self.steps:
                leave("steps")
            current = _unpack(vector, variables)
            terms, gradients = objective(current)
            finite, stop = recorder.record(terms, current)
            if stop:
                leave("callback")
            if not (finite and all_finite(gradients)):
                if finite:
                    recorder.undone.append(recorder.steps)
                if recorder.steps == 1:
                    leave("diverged")
                # A wall, not so high that the line search would turn back to where it came from.
                return recorder.best_loss + abs(recorder.best_loss), np.zeros_like(vector)
            return recorder.history["loss"][-1], _pack(gradients)

        try:
            fmin_l_bfgs_b(
                evaluate,
                _pack(variables),
                m=self.memory,
                factr=self.tolerance / np.finfo(np.float64).eps,
                pgtol=0.0,
            )
        except _Stop:
            return recorder.minimum(ends[0])
        return recorder.minimum("converged")


def _pack(variables: Variables) -> np.ndarray:
    return np.concatenate([np.ravel(value.numpy()) for value in variables.values()]).astype(float)


def _unpack(vector: np.ndarray, like: Variables) -> Variables:
    result, start = {}, 0
    for key, value in like.items():
        count = int(tf.size(value))
        piece = vector[start : start + count].astype(np.float32)
        result[key] = tf.reshape(tf.constant(piece), tf.shape(value))
        start += count
    return result
