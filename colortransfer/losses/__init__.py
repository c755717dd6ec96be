"""The terms of the loss, one a file."""

from .activation import ActivationLoss
from .base import FunctionLoss, Loss, LossSum, as_loss
from .blur import BlurLoss, box_blur
from .change import ChangeLoss
from .clipping import ClippingLoss
from .color import ColorLoss
from .color_prior import ColorPriorLoss
from .color_variance import ColorVarianceLoss, color_variance
from .evenness import EvennessLoss
from .excess import ExcessLoss
from .feature_matching import FeatureMatchingLoss
from .grain import GrainLoss
from .memory_colors import MemoryColorsLoss
from .neutrals import NeutralsLoss
from .scene import Scene
from .target import TargetLoss
from .tone import ToneLoss

__all__ = [
    "ActivationLoss",
    "BlurLoss",
    "ChangeLoss",
    "ClippingLoss",
    "ColorLoss",
    "ColorPriorLoss",
    "ColorVarianceLoss",
    "EvennessLoss",
    "ExcessLoss",
    "FeatureMatchingLoss",
    "FunctionLoss",
    "GrainLoss",
    "Loss",
    "LossSum",
    "MemoryColorsLoss",
    "NeutralsLoss",
    "Scene",
    "TargetLoss",
    "ToneLoss",
    "as_loss",
    "box_blur",
    "color_variance",
]
