"""The ways to edit a photograph, behind one call: ``METHODS[name]().fit(image, target)``.

Each method is a class with a ``name``, the kind of target that it ``takes``, and a ``fit`` that
returns an `Edit`. The command line, the benchmarks and the gallery know methods only from here.
"""

from __future__ import annotations

from . import by_color, by_reference, by_translation  # they register themselves
from .registry import METHODS, Method, Spec, register

__all__ = ["METHODS", "Method", "Spec", "register"]

del by_color, by_reference, by_translation
