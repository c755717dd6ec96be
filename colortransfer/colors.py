"""Colours: parsing, colour spaces, mean colour, and the shift that reaches a mean exactly.

Arrays are ``(..., 3)`` floats. sRGB and linear light lie in [0, 1]; CIELAB has L* in [0, 100];
Oklab has L in [0, 1]. White point D65 throughout. numpy only.
"""

from __future__ import annotations

import re
from typing import Any, Literal

import numpy as np
from PIL import ImageColor

from .errors import InputError

MeanSpace = Literal["srgb", "linear"]

# IEC 61966-2-1, linear sRGB to CIE XYZ (D65, Y of white is 1).
RGB_TO_XYZ = np.array(
    [
        [0.4124564, 0.3575761, 0.1804375],
        [0.2126729, 0.7151522, 0.0721750],
        [0.0193339, 0.1191920, 0.9503041],
    ]
)
WHITE = RGB_TO_XYZ.sum(1)

# Oklab (Ottosson 2020): linear sRGB to cone responses, cube-rooted responses to L, a, b.
OKLAB_LMS = np.array(
    [
        [0.4122214708, 0.5363325363, 0.0514459929],
        [0.2119034982, 0.6806995451, 0.1073969566],
        [0.0883024619, 0.2817188376, 0.6299787005],
    ]
)
OKLAB_LAB = np.array(
    [
        [0.2104542553, 0.7936177850, -0.0040720468],
        [1.9779984951, -2.4285922050, 0.4505937099],
        [0.0259040371, 0.7827717662, -0.8086757660],
    ]
)

LUMA = np.array([0.2126, 0.7152, 0.0722])  # Rec. 709


def parse_color(color: Any) -> np.ndarray:
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


def _parse_text(text: str) -> np.ndarray:
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


def _parse_css4(text: str, kind: str, words: list[str]) -> np.ndarray:
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


def to_hex(color: np.ndarray) -> str:
    """The nearest 8-bit colour, as ``#rrggbb``."""
    r, g, b = np.rint(np.clip(color, 0, 1) * 255).astype(int)
    return f"#{r:02x}{g:02x}{b:02x}"


def srgb_to_linear(rgb: np.ndarray) -> np.ndarray:
    """sRGB to linear light (IEC 61966-2-1); negative values keep their sign."""
    magnitude = np.abs(rgb)
    curve = np.where(magnitude <= 0.04045, magnitude / 12.92, ((magnitude + 0.055) / 1.055) ** 2.4)
    return np.copysign(curve, rgb)


def linear_to_srgb(linear: np.ndarray) -> np.ndarray:
    """Linear light to sRGB (IEC 61966-2-1); negative values keep their sign."""
    magnitude = np.abs(linear)
    curve = np.where(
        magnitude <= 0.0031308, 12.92 * magnitude, 1.055 * magnitude ** (1 / 2.4) - 0.055
    )
    return np.copysign(curve, linear)


def srgb_to_lab(rgb: np.ndarray) -> np.ndarray:
    """sRGB to CIELAB (CIE 15, D65)."""
    ratio = srgb_to_linear(rgb) @ RGB_TO_XYZ.T / WHITE
    d = 6 / 29
    f = np.where(ratio > d**3, np.cbrt(ratio), ratio / (3 * d**2) + 4 / 29)
    x, y, z = np.moveaxis(f, -1, 0)
    return np.stack([116 * y - 16, 500 * (x - y), 200 * (y - z)], -1)


def lab_to_srgb(lab: np.ndarray) -> np.ndarray:
    """CIELAB to sRGB; colours outside the gamut leave [0, 1]."""
    lightness, a, b = np.moveaxis(lab, -1, 0)
    y = (lightness + 16) / 116
    f = np.stack([y + a / 500, y, y - b / 200], -1)
    d = 6 / 29
    ratio = np.where(f > d, f**3, 3 * d**2 * (f - 4 / 29))
    return linear_to_srgb((ratio * WHITE) @ np.linalg.inv(RGB_TO_XYZ).T)


def srgb_to_oklab(rgb: np.ndarray) -> np.ndarray:
    """sRGB to Oklab (Ottosson 2020)."""
    return np.cbrt(srgb_to_linear(rgb) @ OKLAB_LMS.T) @ OKLAB_LAB.T


def oklab_to_srgb(oklab: np.ndarray) -> np.ndarray:
    """Oklab to sRGB; colours outside the gamut leave [0, 1]."""
    responses = (oklab @ np.linalg.inv(OKLAB_LAB).T) ** 3
    return linear_to_srgb(responses @ np.linalg.inv(OKLAB_LMS).T)


def mean_color(
    rgb: np.ndarray, visible: np.ndarray | None = None, space: MeanSpace = "srgb"
) -> np.ndarray:
    """Mean colour C of an image (H, W, 3), as sRGB values in [0, 1] (float64).

    ``visible`` (H, W), boolean, says which pixels count. With ``space="linear"`` the mean is taken
    in linear light, and expressed in sRGB.
    """
    pixels = rgb if visible is None else rgb[visible][None]
    light = pixels if space == "srgb" else srgb_to_linear(pixels)
    # Row by row: numpy is many times slower at summing an axis of three.
    mean = light.sum(0, dtype=np.float64).sum(0) / (light.shape[0] * light.shape[1])
    return mean if space == "srgb" else linear_to_srgb(mean)


def exact_shift(
    rgb: np.ndarray,
    color: np.ndarray,
    visible: np.ndarray | None = None,
    space: MeanSpace = "srgb",
    tolerance: float = 2e-5,
) -> np.ndarray:
    """The shift p (3,) for which ``clip(rgb + p, 0, 1)`` has the mean ``color``.

    Each channel's mean is a continuous, increasing function of its shift that runs from 0 to 1, so
    every colour can be reached; the root is bracketed and found by regula falsi (Illinois), first
    on a subset of the pixels and then on all.
    """
    pixels = rgb.reshape(-1, 3) if visible is None else rgb[visible]
    target = color if space == "srgb" else srgb_to_linear(color)
    shift = np.zeros(3)
    for channel in range(3):
        values = np.ascontiguousarray(pixels[:, channel])

        def missing(p: float, sample: np.ndarray, goal: float = float(target[channel])) -> float:
            return goal - _mean_after(sample, p, space)

        step = max(1, len(values) // 65_536)
        shift[channel] = _root(missing, values[::step], 0.0, 0.5, tolerance)
        if step > 1:  # the subset's root is off by little: its error is about what is missing
            start = float(shift[channel])
            width = max(2 * abs(missing(start, values)), tolerance)
            shift[channel] = _root(missing, values, start, width, tolerance)
    return shift


def weighted_shift(values: np.ndarray, weights: np.ndarray, goal: float, space: MeanSpace) -> float:
    """The shift p of one channel for which ``clip(values + p, 0, 1)`` has the mean ``goal``.

    As :func:`exact_shift`, of values (N,) that occur as often as ``weights`` (N,) say.
    """
    light = np.asarray if space == "srgb" else srgb_to_linear
    wanted, total = float(light(np.array(goal))), float(weights.sum())

    def missing(p: float, sample: np.ndarray) -> float:
        return wanted - float(weights @ light(np.clip(sample + p, 0, 1))) / total

    return _root(missing, values, 0.0, 0.5, 1e-6)


def _mean_after(values: np.ndarray, shift: float, space: MeanSpace) -> float:
    """Mean of ``clip(values + shift, 0, 1)``, block by block in the processor's cache."""
    total, block = 0.0, 32_768
    for start in range(0, len(values), block):
        moved = values[start : start + block] + values.dtype.type(shift)
        np.clip(moved, 0, 1, out=moved)
        if space == "linear":
            moved = srgb_to_linear(moved)
        total += float(moved.sum(dtype=np.float64))
    return total / len(values)


def _root(missing: Any, values: np.ndarray, start: float, width: float, tolerance: float) -> float:
    """Where the decreasing function ``missing(p, values)`` is zero, to ``tolerance``."""
    here = missing(start, values)
    if abs(here) <= tolerance:
        return start
    # Expand from the start until the root is between ``low`` and ``high``; the ends of the range
    # of values always bracket it.
    ends = (-float(values.max()), 1 - float(values.min()))
    low = high = start
    low_value = high_value = here
    while low_value < 0 and low > ends[0]:
        high, high_value = low, low_value
        low = max(ends[0], low - width)
        low_value, width = missing(low, values), 4 * width
    while high_value > 0 and high < ends[1]:
        low, low_value = high, high_value
        high = min(ends[1], high + width)
        high_value, width = missing(high, values), 4 * width
    side = 0
    for _ in range(60):
        if low_value <= 0:
            return low
        if high_value >= 0:
            return high
        middle = low + (high - low) * low_value / (low_value - high_value)
        value = missing(middle, values)
        if abs(value) <= tolerance or high - low < 1e-9:
            return middle
        if value > 0:
            low, low_value = middle, value
            high_value = high_value / 2 if side > 0 else high_value
            side = 1
        else:
            high, high_value = middle, value
            low_value = low_value / 2 if side < 0 else low_value
            side = -1
    return 0.5 * (low + high)
