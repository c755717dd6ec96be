"""``minimize``: the one loop that every fit runs through, and its result."""

from __future__ import annotations

import dataclasses
from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import tensorflow as tf

from ..errors import InputError

Variables = dict[str, tf.Tensor]
# Variables -> loss terms by name, gradients by variable.
Objective = Callable[[Variables], tuple[dict[str, tf.Tensor], Variables]]


@dataclasses.dataclass(frozen=True)
class Step:
    """What a callback is told after each step.

    Attributes
    ----------
    number : int
        From 1.
    total : int
        Steps planned.
    terms : dict of float
        Value of each loss term; ``loss`` is their sum.
    variables : dict of tensors
        Where the values were measured.

    Examples
    --------
    >>> step = Step(number=3, total=14, terms={"features": 0.25, "change": 0.5}, variables={})
    >>> step.loss
    0.75
    """

    number: int
    total: int
    terms: dict[str, float]
    variables: Variables

    @property
    def loss(self) -> float:
        return sum(self.terms.values())


# Returning True ends the fit.
Callback = Callable[[Step], Any]


@dataclasses.dataclass
class Minimum:
    """The result of ``minimize``.

    Attributes
    ----------
    variables : dict of tensors
        The best ones seen.
    history : dict of lists
        Value of every term at every step, and their sum under ``loss``.
    steps : int
        Steps done.
    reason : str
        Why it ended: "steps", "converged", "callback" or "diverged".
    undone : list of int
        Numbers of the steps that met a value that was not finite and were taken back.

    Examples
    --------
    >>> minimum = Minimum({"x": tf.constant(0.0)}, {"loss": [1.0, 0.25]}, 2, "steps", [])
    >>> min(minimum.history["loss"]), minimum.reason
    (0.25, 'steps')
    """

    variables: Variables
    history: dict[str, list[float]]
    steps: int
    reason: str
    undone: list[int]


class Optimizer(ABC):
    """A way to descend. Subclasses say how; ``minimize`` is the call.

    Examples
    --------
    >>> class Nothing(Optimizer):
    ...     def minimize(self, objective, variables, callbacks=()):
    ...         return Minimum(variables, {}, 0, "steps", [])
    >>> Nothing(steps=0).minimize(None, {}).reason
    'steps'
    """

    def __init__(self, *, steps: int) -> None:
        if steps < 0:
            raise InputError("steps must not be negative")
        self.steps = steps

    @abstractmethod
    def minimize(
        self, objective: Objective, variables: Variables, callbacks: Sequence[Callback] = ()
    ) -> Minimum:
        """Descend from ``variables`` for at most ``steps`` evaluations of ``objective``."""


class Recorder:
    """Keeps the history and the best variables; tells the callbacks. Shared by all optimizers."""

    def __init__(self, total: int, variables: Variables, callbacks: Sequence[Callback]) -> None:
        if not isinstance(callbacks, Sequence) or not all(map(callable, callbacks)):
            raise InputError(
                f"callbacks are a list of functions, not {callbacks!r}; give [function]"
            )
        self.total, self.callbacks = total, callbacks
        self.best, self.best_loss = variables, np.inf
        self.history: dict[str, list[float]] = {}
        self.steps = 0
        self.undone: list[int] = []

    def record(self, terms: dict[str, tf.Tensor], variables: Variables) -> tuple[bool, bool]:
        """Note one evaluation. Returns (finite, stop)."""
        values = {name: float(value) for name, value in terms.items()}
        loss = sum(values.values())
        self.steps += 1
        for name, value in {**values, "loss": loss}.items():
            self.history.setdefault(name, []).append(value)
        finite = bool(np.isfinite(loss))
        if not finite:
            self.undone.append(self.steps)
        elif loss < self.best_loss:
            self.best, self.best_loss = variables, loss
        step = Step(self.steps, self.total, values, variables)
        # Every callback is told, whatever the others answer.
        answers = [callback(step) for callback in self.callbacks]
        return finite, any(answer is True for answer in answers)

    def minimum(self, reason: str) -> Minimum:
        return Minimum(self.best, self.history, self.steps, reason, self.undone)


def all_finite(gradients: Variables) -> bool:
    """Whether every gradient is finite."""
    return all(bool(tf.reduce_all(tf.math.is_finite(g))) for g in gradients.values())
