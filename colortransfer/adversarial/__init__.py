"""Networks that are trained against each other: players, the terms that they minimise, the game.

What is played with is up to the client: :mod:`colortransfer.gan` wires two networks for the mean
colour. A cycle of two generators and two critics is four networks, two players, and the terms that
their pictures are compared by.
"""

from __future__ import annotations

from .game import Game
from .labels import Deception, Difference, Discrimination
from .player import Player
from .round import Round
from .terms import Adversarial, GradientPenalty, Term, Wasserstein

__all__ = [
    "Adversarial",
    "Deception",
    "Difference",
    "Discrimination",
    "Game",
    "GradientPenalty",
    "Player",
    "Round",
    "Term",
    "Wasserstein",
]
