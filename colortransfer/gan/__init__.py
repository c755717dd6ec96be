"""The second approach: colour-conditional generative adversarial networks."""

from __future__ import annotations

from .color_gan import ColorGAN
from .critics import FeatureCritic
from .cycle_gan import CycleGAN
from .dcgan import DCGAN
from .dual_gan import DualGAN
from .grid_generator import GridGenerator
from .losses import ColorError, Content, GridPenalty, Reconstruction
from .matching import Matching
from .networks import Critic, Generator, Network
from .paper_networks import PaperCritic, PaperGenerator
from .recipes import Recipe
from .training import color_game
from .translation import Translation

__all__ = [
    "DCGAN",
    "ColorError",
    "ColorGAN",
    "Content",
    "Critic",
    "CycleGAN",
    "DualGAN",
    "FeatureCritic",
    "Generator",
    "GridGenerator",
    "GridPenalty",
    "Matching",
    "Network",
    "PaperCritic",
    "PaperGenerator",
    "Recipe",
    "Reconstruction",
    "Translation",
    "color_game",
]
