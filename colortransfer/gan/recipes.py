"""Which constants and which critic: the paper's, and this library's."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from typing import Any

from ..errors import InputError
from .adversarial import Recipe
from .critics import FeatureCritic
from .networks import Critic
from .paper_networks import PaperCritic

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
