"""The learning rate over a training: it rises, stays, falls."""

from __future__ import annotations

import dataclasses

from ..errors import InputError


@dataclasses.dataclass(frozen=True, kw_only=True)
class Schedule:
    """Factor of the learning rates: rises linearly, stays at 1, falls linearly to 0.

    Attributes
    ----------
    warmup : int
        Steps over which it rises.
    cooldown : float
        Share of all steps over which it falls, in [0, 1].

    Raises
    ------
    InputError
        If ``warmup`` is negative, or ``cooldown`` lies outside [0, 1].

    Examples
    --------
    >>> Schedule(cooldown=0.5).factor(step=8, steps=10)
    0.4
    """

    warmup: int = 0
    cooldown: float = 0.0

    def __post_init__(self) -> None:
        if self.warmup < 0 or not 0 <= self.cooldown <= 1:
            raise InputError("warmup is at least 0, cooldown lies in [0, 1]")

    def factor(self, step: int, steps: int) -> float:
        """The factor of step ``step``, counted from 0, in a training of ``steps`` steps."""
        rise = min(1.0, (step + 1) / max(1, self.warmup))
        return rise * min(1.0, (steps - step) / max(1.0, self.cooldown * steps))

    def same_until(self, done: int, one: int, other: int) -> bool:
        """Whether ``done`` steps are the same in a training of ``one`` and of ``other`` steps.

        Only then can a training that was planned for one number of steps go on to the other, and
        end as if it had been planned for that from the start.
        """
        # The factors differ, if at all, at the last of these steps.
        return done == 0 or self.factor(done - 1, one) == self.factor(done - 1, other)
