"""Methods by the names that the command lines of the benchmarks take."""

from __future__ import annotations

import importlib
from collections.abc import Callable
from typing import Any

from colortransfer import FeatureMatcher
from colortransfer.methods import METHODS, Spec

# Whatever has ``fit(image, color)`` and returns an edit: a Method, or a FeatureMatcher.
Candidate = Any

NAMED: dict[str, Callable[[], Candidate]] = {
    "mean_shift": Spec("shift").build,
    "midtone": Spec("shift", {"form": "midtone"}).build,
    "default": Spec("feature-matching").build,
    "v01": FeatureMatcher.v01,
}


def build(name: str) -> Candidate:
    """The method of this name.

    One of `NAMED`; a method of `METHODS` that takes a mean colour; or ``module:function``, a
    function without arguments that returns one, for what is not in the package yet. ValueError if
    it is none of these.
    """
    if name in NAMED:
        return NAMED[name]()
    if ":" in name:
        module, function = name.split(":", 1)
        return getattr(importlib.import_module(module), function)()
    if name in METHODS and METHODS[name].takes == "color":
        return Spec(name).build()
    known = [*NAMED, *(key for key, method in METHODS.items() if method.takes == "color")]
    raise ValueError(f"no method {name!r}; there are {', '.join(known)}, and module:function")
