"""Where the one parameter of a closed-form shift is searched, and how it is found."""

from __future__ import annotations

from collections.abc import Callable

from scipy import optimize

from ..errors import InputError

END = 1e-9  # parameters run to 1 / END instead of infinity

# From u in [0, 1] to the parameter of each form (see `ShiftTransform`), so that values rise with u.
PARAMETERS: dict[str, Callable[[float], float]] = {
    "additive": lambda u: 2 * u - 1,
    "gain": lambda u: u / (1 - u + END),
    "gamma": lambda u: (1 - u) / (u + END),
    "midtone": lambda u: (2 * u - 1) / (1 - abs(2 * u - 1) + END),
}
MULTIPLIES = ("gain", "gamma")  # forms that change nothing at 1; the others do at 0


def check_form(form: str) -> None:
    """InputError unless there is a form of that name."""
    if form not in PARAMETERS:
        raise InputError(f"unknown form {form!r}; use 'additive', 'gain', 'gamma' or 'midtone'")


def solve(form: str, mean: Callable[[float], float], goal: float) -> tuple[float, float]:
    """The parameter p at which the rising ``mean(p)`` is nearest to ``goal``, and the mean there.

    Rising in the direction of the form's own range.
    """
    parameter = PARAMETERS[form]

    def above(u: float) -> float:
        return mean(parameter(u)) - goal

    if above(0.0) >= 0:
        u = 0.0
    elif above(1.0) <= 0:
        u = 1.0
    else:
        u = float(optimize.brentq(above, 0.0, 1.0, xtol=1e-17, rtol=1e-15))
    return parameter(u), above(u) + goal
