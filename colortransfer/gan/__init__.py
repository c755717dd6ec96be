"""The second approach: colour-conditional generative adversarial networks."""

from __future__ import annotations

from .adversarial import AdversarialStep
from .color_gan import ColorGAN
from .critics import FeatureCritic, PixelCritic
from .grid_generator import GridGenerator
from .networks import Critic, Generator, Network
from .paper_networks import PaperCritic, PaperGenerator
from .recipes import Recipe
from .training import History, Options, Phase, train

__all__ = [
    "AdversarialStep",
    "ColorGAN",
    "Critic",
    "FeatureCritic",
    "Generator",
    "GridGenerator",
    "History",
    "Network",
    "Options",
    "PaperCritic",
    "PaperGenerator",
    "Phase",
    "PixelCritic",
    "Recipe",
    "train",
]
