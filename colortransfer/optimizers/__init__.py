"""Ways to descend, behind one ``minimize``."""

from .base import Callback, Minimum, Optimizer, Step
from .first_order import Adam, FirstOrder, GradientDescent
from .lbfgs import LBFGS

__all__ = [
    "LBFGS",
    "Adam",
    "Callback",
    "FirstOrder",
    "GradientDescent",
    "Minimum",
    "Optimizer",
    "Step",
]
