"""A player: who learns, and from what."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from typing import Literal

import tensorflow as tf

from ..errors import InputError
from ..training import GuardedAdam, GuardedRMSProp
from .terms import Term


@dataclasses.dataclass(frozen=True, kw_only=True)
class Player:
    """Who learns, and from what.

    Attributes
    ----------
    name : str
        Name of its columns in the log, and of its optimizer's state in checkpoints.
    networks : tuple of str
        Names of the networks that learn.
    terms : tuple of Term
        Their weighted sum is what it minimises.
    watched : tuple of Term
        Terms that are logged and have no influence.
    steps : int
        Its updates in each step of the training.
    rate, beta_1, beta_2 : float
        Adam's constants.
    optimizer : str
        "adam", or "rmsprop", whose decay is ``beta_2``.
    clip : float or None
        With RMSProp, weights are kept in [-clip, clip].
    average : float or None
        Decay of the running average of its weights; None keeps none.

    Examples
    --------
    >>> from colortransfer.adversarial import Adversarial
    >>> Player(name="generator", networks=("generator",), terms=(Adversarial(),)).columns
    ('adversarial', 'generator_loss')
    """

    name: str
    networks: tuple[str, ...]
    terms: tuple[Term, ...]
    watched: tuple[Term, ...] = ()
    steps: int = 1
    rate: float = 1e-4
    beta_1: float = 0.0
    beta_2: float = 0.9
    optimizer: Literal["adam", "rmsprop"] = "adam"
    clip: float | None = None
    average: float | None = None

    def __post_init__(self) -> None:
        if not self.terms or not self.networks:
            raise InputError(f"the player {self.name!r} needs networks and terms")
        if self.steps < 1 or (self.average is not None and not 0 <= self.average < 1):
            raise InputError("steps are at least 1, average lies in [0, 1)")
        if self.clip is not None and (self.optimizer != "rmsprop" or self.clip <= 0):
            raise InputError('clip is positive, and goes with optimizer="rmsprop"')

    def optimizer_of(self, variables: Mapping[str, tf.Variable]) -> GuardedAdam | GuardedRMSProp:
        """The optimizer of its variables, before the first step."""
        if self.optimizer == "rmsprop":
            return GuardedRMSProp(variables, decay=self.beta_2, clip=self.clip)
        return GuardedAdam(variables, beta_1=self.beta_1, beta_2=self.beta_2)

    @property
    def loss(self) -> str:
        """The log's column of what it minimises."""
        return f"{self.name}_loss"

    @property
    def columns(self) -> tuple[str, ...]:
        """Its columns in the log: each term without its weight, and the loss."""
        return (*(term.name for term in (*self.terms, *self.watched)), self.loss)
