"""The one-parameter curves of closed-form shifts, each rising with its parameter.

Every form is a function ``f(x, p)`` of values in [0, 1], and a way from u in [0, 1] to p along
which f rises, so that one bisection serves them all.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable

import numpy as np

from ..errors import InputError
from .checks import check_share

END = 1e-9  # parameters run to 1 / END instead of infinity


@dataclasses.dataclass(frozen=True)
class Form:
    """A curve, the range of its parameter, and the parameter that changes nothing."""

    curve: Callable[[np.ndarray, float], np.ndarray]
    parameter: Callable[[float], float]
    neutral: float


def midtone(x: np.ndarray, weight: float) -> np.ndarray:
    """How far values x of [0, 1] move: 1 in the middle, ``1 - weight`` at black and white."""
    return 1 - weight + weight * 4 * x * (1 - x)


def form_named(name: str, midtone_weight: float) -> Form:
    """The form of that name, or InputError."""
    check_share(midtone_weight, "midtone_weight")
    forms = {
        "additive": Form(lambda x, p: x + p, lambda u: 2 * u - 1, 0.0),
        "gain": Form(lambda x, p: x * p, lambda u: u / (1 - u + END), 1.0),
        # Falling in its exponent; black stays black even at exponent 0.
        "gamma": Form(
            lambda x, p: np.where(x > 0, np.maximum(x, 1e-300) ** p, 0),
            lambda u: (1 - u) / (u + END),
            1.0,
        ),
        "midtone": Form(
            lambda x, p: x + p * midtone(x, midtone_weight),
            lambda u: (2 * u - 1) / (1 - abs(2 * u - 1) + END),
            0.0,
        ),
    }
    if name not in forms:
        raise InputError(f"unknown form {name!r}; use 'additive', 'gain', 'gamma' or 'midtone'")
    return forms[name]


def solve(
    form: Form, values: np.ndarray, mean: Callable[[np.ndarray], float], goal: float
) -> tuple[float, float]:
    """The parameter p at which ``mean(form.curve(values, p))`` is nearest to ``goal``.

    ``mean`` must not fall when values rise. Returns p and the mean that it gives.
    """

    def at(u: float) -> float:
        return mean(form.curve(values, form.parameter(u)))

    low, high = 0.0, 1.0
    below, above = at(low), at(high)
    for _ in range(60):
        if below >= goal or above <= goal:
            break
        middle = 0.5 * (low + high)
        here = at(middle)
        if here < goal:
            low, below = middle, here
        else:
            high, above = middle, here
    nearest = low if abs(below - goal) <= abs(above - goal) else high
    return form.parameter(nearest), below if nearest == low else above
