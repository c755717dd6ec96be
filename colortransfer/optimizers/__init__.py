"""Ways to descend, behind one ``minimize``."""

from .base import Callback, Minimum, Optimizer, Step
from .first_order import Adam, FirstOrder, GradientDescent, NormalisedDescent
from .lbfgs import LBFGS

__all__ = [
    "LBFGS",
    "Adam",
    "Callback",
    "FirstOrder",
    "GradientDescent",
    "Minimum",
    "NormalisedDescent",
    "Optimizer",
    "Step",
]
