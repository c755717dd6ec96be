"""Gradient descent and Adam."""

from __future__ import annotations

import math
from abc import abstractmethod
from collections.abc import Sequence
from typing import Any

import tensorflow as tf

from ..errors import InputError
from .base import Callback, Minimum, Objective, Optimizer, Recorder, Variables, all_finite

PATIENCE = 5  # non-finite steps in a row before giving up
WINDOW = 10  # steps over which early stopping looks for progress


class FirstOrder(Optimizer):
    """Steps along the gradient, of a size given by ``learning_rate``.

    A step that meets a value or gradient that is not finite is undone: the fit goes back to the
    last good variables and continues from there at half the learning rate, with a new state.

    Parameters
    ----------
    steps
        Evaluations of the objective.
    learning_rate
        In units of the variables.
    final
        The learning rate falls along a half cosine to this share of itself.
    tolerance
        The fit has converged when the best loss fell by less than this share over the last ten
        steps; 0 never stops early.

    Examples
    --------
    >>> class Signs(FirstOrder):
    ...     def start(self, variables):
    ...         return None
    ...     def direction(self, gradients, state):
    ...         return {key: tf.sign(value) for key, value in gradients.items()}, state
    >>> def parabola(variables):
    ...     return {"square": variables["x"] ** 2}, {"x": 2.0 * variables["x"]}
    >>> minimum = Signs(steps=3, learning_rate=0.25).minimize(parabola, {"x": tf.constant(1.0)})
    >>> minimum.history["loss"]
    [1.0, 0.5625, 0.25]
    """

    def __init__(
        self,
        *,
        steps: int = 60,
        learning_rate: float = 0.02,
        final: float = 1.0,
        tolerance: float = 0.0,
    ) -> None:
        super().__init__(steps=steps)
        if learning_rate <= 0:
            raise InputError("learning_rate must be positive")
        self.learning_rate, self.final, self.tolerance = learning_rate, final, tolerance

    @abstractmethod
    def start(self, variables: Variables) -> Any:
        """The optimizer's state before the first step."""

    @abstractmethod
    def direction(self, gradients: Variables, state: Any) -> tuple[Variables, Any]:
        """What is subtracted, times the learning rate; and the new state."""

    def minimize(
        self, objective: Objective, variables: Variables, callbacks: Sequence[Callback] = ()
    ) -> Minimum:
        recorder = Recorder(self.steps, variables, callbacks)
        state, damping, failures = self.start(variables), 1.0, 0
        # Not with the state of that time: those of single pixels are large.
        good = variables
        for number in range(self.steps):
            terms, gradients = objective(variables)
            finite, stop = recorder.record(terms, variables)
            if stop:
                return recorder.minimum("callback")
            if not (finite and all_finite(gradients)):
                if finite:
                    recorder.undone.append(recorder.steps)
                failures += 1
                if failures == PATIENCE or number == 0:
                    return recorder.minimum("diverged")
                variables, state, damping = good, self.start(good), damping / 2
                continue
            failures, good = 0, variables
            if self._converged(recorder.history["loss"]):
                return recorder.minimum("converged")
            direction, state = self.direction(gradients, state)
            rate = damping * self.rate(number)
            variables = {key: variables[key] - rate * direction[key] for key in variables}
            del gradients, direction  # not beside the next evaluation: pixels have large ones
        return recorder.minimum("steps")

    def rate(self, number: int) -> float:
        """Learning rate of step ``number`` (from 0)."""
        cosine = 0.5 + 0.5 * math.cos(math.pi * number / max(self.steps, 1))
        return self.learning_rate * (self.final + (1 - self.final) * cosine)

    def _converged(self, losses: list[float]) -> bool:
        if self.tolerance == 0 or len(losses) <= WINDOW:
            return False
        before = min(losses[:-WINDOW])
        return min(losses[-WINDOW:]) > before - self.tolerance * abs(before)


class GradientDescent(FirstOrder):
    """Plain gradient descent (section 3.1), with momentum where asked for.

    Examples
    --------
    >>> def parabola(variables):
    ...     return {"square": variables["x"] ** 2}, {"x": 2.0 * variables["x"]}
    >>> descent = GradientDescent(steps=3, learning_rate=0.25)
    >>> descent.minimize(parabola, {"x": tf.constant(1.0)}).history["loss"]
    [1.0, 0.25, 0.0625]
    """

    def __init__(self, *, momentum: float = 0.0, **options: Any) -> None:
        super().__init__(**options)
        if not 0 <= momentum < 1:
            raise InputError("momentum lies in [0, 1)")
        self.momentum = momentum

    def start(self, variables: Variables) -> Variables:
        return {key: tf.zeros_like(value) for key, value in variables.items()}

    def direction(self, gradients: Variables, state: Variables) -> tuple[Variables, Variables]:
        velocity = {key: self.momentum * state[key] + gradients[key] for key in gradients}
        return velocity, velocity


class NormalisedDescent(FirstOrder):
    """Gradient descent whose steps have one mean size (Mordvintsev 2015, DeepDream).

    Gradients are divided by their mean absolute value, so that ``learning_rate`` is by how much a
    variable moves on average.

    Examples
    --------
    >>> def line(variables):
    ...     return {"line": 5.0 * variables["x"]}, {"x": tf.constant(5.0)}
    >>> descent = NormalisedDescent(steps=2, learning_rate=0.25)
    >>> descent.minimize(line, {"x": tf.constant(1.0)}).history["loss"]
    [5.0, 3.75]
    """

    def start(self, variables: Variables) -> None:
        return None

    def direction(self, gradients: Variables, state: None) -> tuple[Variables, None]:
        means = {key: tf.reduce_mean(tf.abs(g)) + 1e-12 for key, g in gradients.items()}
        return {key: g / means[key] for key, g in gradients.items()}, None


class Adam(FirstOrder):
    """Adam (Kingma and Ba 2015), with its usual constants as defaults.

    Examples
    --------
    >>> def parabola(variables):
    ...     return {"square": variables["x"] ** 2}, {"x": 2.0 * variables["x"]}
    >>> minimum = Adam(steps=50, learning_rate=0.1).minimize(parabola, {"x": tf.constant(1.0)})
    >>> abs(float(minimum.variables["x"])) < 0.1
    True
    """

    def __init__(
        self, *, beta_1: float = 0.9, beta_2: float = 0.999, epsilon: float = 1e-8, **options: Any
    ) -> None:
        super().__init__(**options)
        self.beta_1, self.beta_2, self.epsilon = beta_1, beta_2, epsilon

    def start(self, variables: Variables) -> tuple[int, Variables, Variables]:
        zeros = {key: tf.zeros_like(value) for key, value in variables.items()}
        return 0, zeros, zeros

    def direction(
        self, gradients: Variables, state: tuple[int, Variables, Variables]
    ) -> tuple[Variables, tuple[int, Variables, Variables]]:
        count, first, second = state
        count += 1
        first = {k: self.beta_1 * first[k] + (1 - self.beta_1) * g for k, g in gradients.items()}
        second = {
            k: self.beta_2 * second[k] + (1 - self.beta_2) * tf.square(g)
            for k, g in gradients.items()
        }
        bias_1, bias_2 = 1 - self.beta_1**count, 1 - self.beta_2**count
        direction = {
            k: (first[k] / bias_1) / (tf.sqrt(second[k] / bias_2) + self.epsilon) for k in gradients
        }
        return direction, (count, first, second)
