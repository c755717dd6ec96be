"""Give a photograph another overall colour while everything that makes it look like itself stays.

    import colortransfer

    photo = colortransfer.images.load("photo.jpg")
    result = colortransfer.FeatureMatcher().transfer(photo, "#5b86b4")

Everything is imported when it is first used (PEP 562): TensorFlow takes seconds, and reading
files or measuring pictures does not need it.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

__version__ = "0.2.0"

# Public name -> module that defines it; modules stand for themselves.
_NAMES = {
    "ColorGAN": "gan.color_gan",
    "ColorTransferError": "errors",
    "DeepDream": "deep_dream",
    "Edit": "edit",
    "FeatureMatcher": "feature_matcher",
    "FitResult": "fit_result",
    "Transform": "transforms",
    "set_threads": "core.threads",
}
_MODULES = (
    "adversarial",
    "augmentation",
    "batch",
    "classical",
    "color_prior",
    "colors",
    "datasets",
    "deep_dream",
    "distillation",
    "errors",
    "evaluation",
    "exactness",
    "feature_extractors",
    "feature_matcher",
    "gan",
    "images",
    "losses",
    "methods",
    "optimizers",
    "parametrizations",
    "problem",
    "pyramid",
    "rendering",
    "studio",
    "study",
    "targets",
    "training",
    "transforms",
    "video",
)

__all__ = sorted([*_NAMES, *_MODULES, "__version__"])

if TYPE_CHECKING:
    from .core.threads import set_threads as set_threads
    from .deep_dream import DeepDream as DeepDream
    from .edit import Edit as Edit
    from .errors import ColorTransferError as ColorTransferError
    from .feature_matcher import FeatureMatcher as FeatureMatcher
    from .fit_result import FitResult as FitResult
    from .gan.color_gan import ColorGAN as ColorGAN
    from .transforms import Transform as Transform


def __getattr__(name: str) -> Any:
    if name in _NAMES:
        return getattr(importlib.import_module(f".{_NAMES[name]}", __name__), name)
    if name in _MODULES:
        return importlib.import_module(f".{name}", __name__)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return __all__
