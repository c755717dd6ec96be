"""Colours as people write them."""

from __future__ import annotations

import re

import numpy as np
from PIL import ImageColor

from ..errors import InputError
from ..typing import Color, ColorLike
from .spaces import oklab_to_srgb


def parse_color(color: ColorLike) -> Color:
    """The colour as three float64 sRGB values in [0, 1].

    Parameters
    ----------
    color
        A CSS colour ("#5b86b4", "steelblue", "rgb(91 134 180)", "oklch(60% 0.09 245)") or three
        floats in [0, 1]. Integers are refused: (1, 1, 1) could be white or almost black.

    Raises
    ------
    InputError
        If it is anything else.

    Examples
    --------
    >>> parse_color("#ff8000").round(3)
    array([1.   , 0.502, 0.   ])
    >>> parse_color((0.5, 0.25, 1.0))
    array([0.5 , 0.25, 1.  ])
    """
    if isinstance(color, str):
        return _parse_text(color)
    try:
        values = np.asarray(color)
    except (TypeError, ValueError) as error:
        raise InputError(f"not a colour: {color!r}; give '#5b86b4' or three floats") from error
    if values.shape != (3,) or values.dtype.kind not in "iuf":
        raise InputError(f"not a colour: {color!r}; give '#5b86b4' or three floats in [0, 1]")
    if values.dtype.kind in "iu":
        r, g, b = values.tolist()
        raise InputError(
            f"integer colour ({r}, {g}, {b}) is ambiguous; "
            f"write 'rgb({r}, {g}, {b})' for 8-bit values or floats in [0, 1]"
        )
    values = values.astype(np.float64)
    if not (np.isfinite(values).all() and values.min() >= 0 and values.max() <= 1):
        raise InputError(f"colour {tuple(values.tolist())} cannot be reached; use floats in [0, 1]")
    return values


def _parse_text(text: str) -> Color:
    name = text.strip()
    # Pillow would read an alpha value, HSV and hex without '#' in its own way, or not at all.
    if re.fullmatch(r"[0-9a-fA-F]{6}", name):
        raise InputError(f"not a colour: {text!r}; did you mean '#{name}'?")
    if re.fullmatch(r"#([0-9a-fA-F]{4}|[0-9a-fA-F]{8})|rgba\(.*\)", name):
        raise InputError(f"a target colour has no alpha: {text!r}; give '#rrggbb'")
    css4 = re.fullmatch(r"(rgb|oklab|oklch)\(([^,]*)\)", name, re.IGNORECASE)
    if css4:
        return _parse_css4(text, css4[1].lower(), css4[2].split())
    try:
        rgb = ImageColor.getrgb(name)
    except ValueError as error:
        raise InputError(
            f"not a colour: {text!r}; give '#5b86b4', 'steelblue' or 'rgb(91 134 180)'"
        ) from error
    # Pillow lets rgb(300, 0, 0) and rgb(300%, 0%, 0%) pass.
    if min(rgb) < 0 or max(rgb) > 255:
        raise InputError(f"colour {text!r} cannot be reached; 8-bit values end at 255")
    return np.array(rgb[:3]) / 255.0


# The value of 100% in each of the three places, from CSS Color 4.
_CSS4 = {"rgb": (255, 255, 255), "oklab": (1, 0.4, 0.4), "oklch": (1, 0.4, 360)}


def _parse_css4(text: str, kind: str, words: list[str]) -> Color:
    """``rgb(91 134 180)``, ``oklab(0.6 -0.04 -0.08)``, ``oklch(60% 0.09 245)``, without commas."""
    if "/" in "".join(words):
        raise InputError(f"a target colour has no alpha: {text!r}; leave out what follows /")
    try:
        values = np.array(
            [
                float(word[:-1]) * whole / 100
                if word.endswith("%")
                else float(word.removesuffix("deg"))
                for word, whole in zip(words, _CSS4[kind], strict=True)
            ]
        )
    except ValueError as error:
        raise InputError(
            f"not a colour: {text!r}; three numbers go into the brackets, as in 'rgb(91 134 180)' "
            "or 'oklch(0.6 0.09 245)'"
        ) from error
    if kind == "oklch":
        lightness, chroma, hue = values
        angle = np.deg2rad(hue)
        values = np.array([lightness, chroma * np.cos(angle), chroma * np.sin(angle)])
    color = values / 255 if kind == "rgb" else oklab_to_srgb(values)
    outside = np.abs(color - np.clip(color, 0, 1)).max()
    # Of a colour at the border of sRGB, the three decimals that people write lie a little outside.
    if not outside <= (0 if kind == "rgb" else 0.01):
        raise InputError(f"colour {text!r} cannot be reached; it is outside sRGB")
    return np.clip(color, 0, 1)


def to_hex(color: Color) -> str:
    """The nearest 8-bit colour, as ``#rrggbb``.

    Examples
    --------
    >>> to_hex(np.array([1.0, 0.5, 0.0]))
    '#ff8000'
    """
    r, g, b = np.rint(np.clip(color, 0, 1) * 255).astype(int)
    return f"#{r:02x}{g:02x}{b:02x}"
