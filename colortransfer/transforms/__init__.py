"""Fitted edits as values: apply to any image of any size, blend, save, load, export.

numpy only, so that an edit can be applied where TensorFlow is not installed. Every transform maps
sRGB values to sRGB values; results are clipped to [0, 1] after blending.
"""

from ..interpolation import interpolation_matrix
from .adjustment import AdjustmentTransform
from .affine import AffineTransform
from .base import Transform
from .bilateral_grid import BilateralGridTransform
from .chain import ChainTransform
from .curves import CurvesTransform
from .detail import DetailTransform
from .exact import apply_exactly
from .lut3d import Lut3D
from .masked import MaskedTransform
from .palette import PaletteTransform
from .pointwise import PointwiseTransform
from .reinhard import ReinhardTransform
from .residual import ResidualTransform
from .shaped_lut import ShapedLut
from .shift import ShiftTransform
from .sum import SumTransform

__all__ = [
    "AdjustmentTransform",
    "AffineTransform",
    "BilateralGridTransform",
    "ChainTransform",
    "CurvesTransform",
    "DetailTransform",
    "Lut3D",
    "MaskedTransform",
    "PaletteTransform",
    "PointwiseTransform",
    "ReinhardTransform",
    "ResidualTransform",
    "ShapedLut",
    "ShiftTransform",
    "SumTransform",
    "Transform",
    "apply_exactly",
    "interpolation_matrix",
]
