"""What a recipe is; which constants and which critic: the paper's, and this library's."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from typing import Any, Literal

from ..errors import InputError
from .critics import FeatureCritic
from .networks import Critic
from .paper_networks import PaperCritic


@dataclasses.dataclass(frozen=True, kw_only=True)
class Recipe:
    """Every constant of the training.

    Attributes
    ----------
    batch
        Images in a batch, over all replicas.
    crop
        Side of the random crops, in pixels; None: whole images (the shorter side).
    critic_steps, critic_warmup
        Critic steps before each generator step; steps in which only the critic learns, first.
    loss
        "wasserstein", or "logistic" for the classical GAN loss.
    generator_rate, critic_rate, beta_1, beta_2
        Adam's constants.
    warmup, cooldown
        Steps over which the learning rates rise, and the share of all steps over which they fall.
    gradient_penalty, r1, adversarial, color, reconstruction, content, kernel, structure, grid
        Weights of the terms; see `losses`. ``content`` compares the critic's ``features``,
        ``kernel`` what its ``embed`` gives; ``grid`` is for the generator's own regulariser.
    average
        Decay of the running average of the generator's weights, which is what is kept.
    augment
        Whether the critic sees images moved and partly hidden.
    seed
        Of batches, noise and weights.
    """

    batch: int = 32
    crop: int | None = None
    critic_steps: int = 5
    critic_warmup: int = 0
    loss: Literal["wasserstein", "logistic"] = "wasserstein"
    generator_rate: float = 1e-4
    critic_rate: float = 1e-4
    beta_1: float = 0.0
    beta_2: float = 0.9
    warmup: int = 0
    cooldown: float = 0.0
    gradient_penalty: float = 10.0
    r1: float = 0.0
    adversarial: float = 1.0
    color: float = 0.0
    reconstruction: float = 0.0
    content: float = 0.0
    kernel: float = 0.0
    structure: float = 0.0
    grid: float = 0.0
    average: float = 0.999
    augment: bool = False
    seed: int = 0

    def __post_init__(self) -> None:
        if self.loss not in ("wasserstein", "logistic"):
            raise InputError(f"loss is 'wasserstein' or 'logistic', not {self.loss!r}")
        if self.batch < 1 or self.critic_steps < 1 or not 0 <= self.average < 1:
            raise InputError("batch and critic_steps are at least 1, average lies in [0, 1)")

    def rate(self, step: int, steps: int) -> float:
        """Factor of the learning rates: rises linearly, stays at 1, falls linearly."""
        rise = min(1.0, (step + 1) / max(1, self.warmup))
        return rise * min(1.0, (steps - step) / max(1.0, self.cooldown * steps))


MakeCritic = Callable[[int, Recipe], Critic]  # from the images' side in pixels

# The published training: Adam 1e-5, batches of 32, 5 critic steps. What the paper does not print is
# from Gulrajani et al. 2017 (beta, penalty) or ours (weights of the terms). The mistakes of the
# sample that it was based on are corrected; benchmarks/gan_paper.py puts them back one by one.
PAPER = Recipe(
    batch=32,
    crop=24,
    critic_steps=5,
    generator_rate=1e-5,
    critic_rate=1e-5,
    beta_1=0.0,
    beta_2=0.9,
    gradient_penalty=10.0,
    color=10.0,
    reconstruction=10.0,
    average=0.99,
)

# The critic alone leads away from the form that the generator starts at, for the worse, the content
# term alone back to the mean shift; together they lead to more natural pictures (docs/experiments).
# The pull back to the start keeps the maps smooth.
DEFAULT = Recipe(
    batch=24,
    critic_steps=1,
    critic_warmup=20,
    generator_rate=3e-4,
    critic_rate=5e-4,
    adversarial=0.002,
    content=1.0,
    grid=10.0,
    average=0.98,
    cooldown=0.5,
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
