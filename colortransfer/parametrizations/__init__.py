"""What a fit may change, one family of edits a file."""

from .affine import Affine
from .base import Parametrization
from .bilateral_grid import BilateralGrid
from .detail import Detail
from .fourier import Fourier
from .lut3d import Lut3D
from .pixels import Pixels
from .several import Several

__all__ = [
    "Affine",
    "BilateralGrid",
    "Detail",
    "Fourier",
    "Lut3D",
    "Parametrization",
    "Pixels",
    "Several",
]
