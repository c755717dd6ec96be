"""What a recipe is, and the two of them: the paper's, and this library's."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from typing import Any

from ..adversarial import Adversarial, GradientPenalty, Player, Term, Wasserstein
from ..errors import InputError
from ..training import Schedule
from .critics import FeatureCritic
from .losses import ColorError, Content, GridPenalty, Reconstruction
from .matching import Matching
from .networks import Critic
from .paper_networks import PaperCritic

# Whether it looks at the target colour is up to the critic.
SHOWN = ("colors",)


@dataclasses.dataclass(frozen=True, kw_only=True)
class Recipe:
    """Every constant of the training, and the terms of the two losses.

    Attributes
    ----------
    batch : int
        Images in a batch, over all replicas.
    crop : int or None
        Side of the random crops, in pixels; None: whole images (the shorter side).
    critic_steps, critic_warmup : int
        Critic steps before each generator step; steps in which only the critic learns, first.
    critic_rate, generator_rate, beta_1, beta_2 : float
        Adam's constants.
    cooldown : float
        Share of all steps over which the learning rates fall to zero. With 0, a training that is
        complete can go on.
    critic_terms, generator_terms : tuple of Term
        What each minimises.
    average : float
        Decay of the running average of the generator's weights, which is what is kept.
    seed : int
        Seed of batches, noise and weights.

    Examples
    --------
    >>> recipe = Recipe(batch=8, critic_steps=2)
    >>> [player.name for player in recipe.players]
    ['critic', 'generator']
    """

    batch: int = 32
    crop: int | None = None
    critic_steps: int = 5
    critic_warmup: int = 0
    critic_rate: float = 1e-4
    generator_rate: float = 1e-4
    beta_1: float = 0.0
    beta_2: float = 0.9
    cooldown: float = 0.0
    critic_terms: tuple[Term, ...] = (
        Wasserstein(given=SHOWN),
        GradientPenalty(given=SHOWN, weight=10.0),
    )
    generator_terms: tuple[Term, ...] = (Adversarial(given=SHOWN),)
    average: float = 0.999
    seed: int = 0

    def __post_init__(self) -> None:
        if self.batch < 1 or self.critic_steps < 1 or not 0 <= self.average < 1:
            raise InputError("batch and critic_steps are at least 1, average lies in [0, 1)")

    @property
    def schedule(self) -> Schedule:
        """Of the learning rates."""
        return Schedule(cooldown=self.cooldown)

    @property
    def players(self) -> tuple[Player, Player]:
        """The critic, whose turn comes first, and the generator."""
        critic = Player(
            name="critic",
            networks=("critic",),
            terms=self.critic_terms,
            steps=self.critic_steps,
            rate=self.critic_rate,
            beta_1=self.beta_1,
            beta_2=self.beta_2,
        )
        known = {term.name for term in self.generator_terms}
        generator = Player(
            name="generator",
            networks=("generator",),
            terms=self.generator_terms,
            watched=() if ColorError.name in known else (ColorError(),),
            rate=self.generator_rate,
            average=self.average,
            beta_1=self.beta_1,
            beta_2=self.beta_2,
        )
        return critic, generator


MakeCritic = Callable[[int, Recipe], Critic]  # from the images' side in pixels

# The published training: Adam 1e-5, batches of 32, 5 critic steps. What the paper does not print is
# from Gulrajani et al. 2017 (beta, penalty) or ours (weights of the terms). The mistakes of the
# sample that it was based on are corrected; benchmarks/gan_paper.py puts them back one by one.
PAPER = Recipe(
    batch=32,
    crop=24,
    critic_steps=5,
    critic_rate=1e-5,
    generator_rate=1e-5,
    generator_terms=(
        Adversarial(given=SHOWN),
        ColorError(weight=10.0),
        Reconstruction(weight=10.0),
    ),
    average=0.99,
)

# The critic alone leads away from the form that the generator starts at, for the worse, the content
# term alone back to the mean shift; together they lead to more natural pictures (docs/experiments).
# The pull back to the start keeps the maps smooth.
DEFAULT = Recipe(
    batch=24,
    critic_steps=1,
    critic_warmup=20,
    critic_rate=5e-4,
    generator_rate=3e-4,
    cooldown=0.5,
    generator_terms=(
        Adversarial(given=SHOWN, weight=0.002),
        Content(),
        GridPenalty(weight=10.0),
    ),
    average=0.98,
)

# What a fit minimises, learned over many photographs; the critic's say is small beside it.
MATCHING = dataclasses.replace(
    DEFAULT,
    batch=8,
    generator_rate=1.5e-3,
    beta_1=0.5,
    generator_terms=(
        Adversarial(given=SHOWN, weight=0.002),
        Matching(),
        GridPenalty(weight=1.0),
    ),
    average=0.99,
)


def default_critic(crop: int, recipe: Recipe) -> Critic:
    """On the features of the bundled network, of images reduced to half where they are large."""
    return FeatureCritic(reduction=2 if crop >= 32 else 1, seed=recipe.seed + 1)


def paper_critic(crop: int, recipe: Recipe) -> Critic:
    """The paper's, for crops of this size."""
    return PaperCritic(crop, seed=recipe.seed + 1)


def changed(recipe: Recipe, changes: dict[str, Any]) -> Recipe:
    """The recipe with other values of some fields.

    Raises
    ------
    InputError
        If it has no such field.
    """
    known = {field.name for field in dataclasses.fields(Recipe)}
    if unknown := sorted(set(changes) - known):
        raise InputError(f"the recipe has no {unknown[0]!r}; it has: {', '.join(sorted(known))}")
    return dataclasses.replace(recipe, **changes)
