"""Colours: parsing, colour spaces, and the mean colour.

Arrays are ``(..., 3)`` floats. sRGB and linear light lie in [0, 1]; CIELAB has L* in [0, 100];
Oklab has L in [0, 1]. White point D65 throughout. numpy only.
"""

from __future__ import annotations

from .luma import at_luma, chroma_fits, luma_of
from .mean import MeanSpace as MeanSpace
from .mean import from_light, mean_color, summed_light, to_light
from .mean import goal_of as goal_of
from .spaces import DARKEST as DARKEST
from .spaces import LOG_LMS_TO_LALPHABETA as LOG_LMS_TO_LALPHABETA
from .spaces import LUMA as LUMA
from .spaces import OKLAB_LAB as OKLAB_LAB
from .spaces import OKLAB_LMS as OKLAB_LMS
from .spaces import RGB_TO_LMS as RGB_TO_LMS
from .spaces import RGB_TO_XYZ as RGB_TO_XYZ
from .spaces import WHITE as WHITE
from .spaces import (
    lab_to_srgb,
    linear_to_srgb,
    oklab_to_srgb,
    srgb_to_lab,
    srgb_to_linear,
    srgb_to_oklab,
)
from .text import parse_color, to_hex

__all__ = [
    "at_luma",
    "chroma_fits",
    "from_light",
    "lab_to_srgb",
    "linear_to_srgb",
    "luma_of",
    "mean_color",
    "oklab_to_srgb",
    "parse_color",
    "srgb_to_lab",
    "srgb_to_linear",
    "srgb_to_oklab",
    "summed_light",
    "to_hex",
    "to_light",
]
