"""The terms of the loss, one a file."""

from .base import FunctionLoss, Loss, LossSum, as_loss
from .blur import BlurLoss, box_blur
from .change import ChangeLoss
from .color import ColorLoss
from .color_variance import ColorVarianceLoss, color_variance
from .feature_matching import FeatureMatchingLoss
from .neutrals import NeutralsLoss
from .scene import Scene
from .target import TargetLoss

__all__ = [
    "BlurLoss",
    "ChangeLoss",
    "ColorLoss",
    "ColorVarianceLoss",
    "FeatureMatchingLoss",
    "FunctionLoss",
    "Loss",
    "LossSum",
    "NeutralsLoss",
    "Scene",
    "TargetLoss",
    "as_loss",
    "box_blur",
    "color_variance",
]
