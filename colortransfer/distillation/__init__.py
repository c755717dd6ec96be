"""How the bundled networks were taught: distillation of larger ones (``train-extractor``).

:mod:`.student` says what is learned, :mod:`.teachers` from whom, :mod:`.data` on what, with every
constant in `Recipe`; the loop is :mod:`colortransfer.training`'s.
"""

from __future__ import annotations

from .data import Recipe, TrainingData
from .student import Distillation
from .teachers import class_scores, load_teachers
from .training import kept_scores, train

__all__ = [
    "Distillation",
    "Recipe",
    "TrainingData",
    "class_scores",
    "kept_scores",
    "load_teachers",
    "train",
]
