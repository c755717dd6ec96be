"""The second approach: colour-conditional generative adversarial networks."""

from __future__ import annotations

from .color_gan import ColorGAN
from .critics import FeatureCritic
from .grid_generator import GridGenerator
from .losses import ColorError, Content, GridPenalty, Reconstruction
from .networks import Critic, Generator, Network
from .paper_networks import PaperCritic, PaperGenerator
from .recipes import Recipe
from .table_generator import TableGenerator
from .training import color_game
from .undoing import UndoingRecipe, UndoingTraining, train_undoing

__all__ = [
    "ColorError",
    "ColorGAN",
    "Content",
    "Critic",
    "FeatureCritic",
    "Generator",
    "GridGenerator",
    "GridPenalty",
    "Network",
    "PaperCritic",
    "PaperGenerator",
    "Recipe",
    "Reconstruction",
    "TableGenerator",
    "UndoingRecipe",
    "UndoingTraining",
    "color_game",
    "train_undoing",
]
