"""Colours: parsing, colour spaces, and the mean colour.

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
    """The nearest 8-bit colour, as ``#rrggbb``.

    Examples
    --------
    >>> to_hex(np.array([1.0, 0.5, 0.0]))
    '#ff8000'
    """
    r, g, b = np.rint(np.clip(color, 0, 1) * 255).astype(int)
    return f"#{r:02x}{g:02x}{b:02x}"


def srgb_to_linear(rgb: np.ndarray) -> np.ndarray:
    """sRGB to linear light (IEC 61966-2-1); negative values keep their sign.

    Examples
    --------
    >>> srgb_to_linear(np.array([0.0, 0.5, 1.0])).round(3)
    array([0.   , 0.214, 1.   ])
    """
    magnitude = np.abs(rgb)
    curve = np.where(magnitude <= 0.04045, magnitude / 12.92, ((magnitude + 0.055) / 1.055) ** 2.4)
    return np.copysign(curve, rgb)


def linear_to_srgb(linear: np.ndarray) -> np.ndarray:
    """Linear light to sRGB (IEC 61966-2-1); negative values keep their sign.

    Examples
    --------
    >>> linear_to_srgb(np.array([0.0, 0.214, 1.0])).round(3)
    array([0. , 0.5, 1. ])
    """
    magnitude = np.abs(linear)
    curve = np.where(
        magnitude <= 0.0031308, 12.92 * magnitude, 1.055 * magnitude ** (1 / 2.4) - 0.055
    )
    return np.copysign(curve, linear)


def srgb_to_lab(rgb: np.ndarray) -> np.ndarray:
    """sRGB to CIELAB (CIE 15, D65).

    Examples
    --------
    >>> srgb_to_lab(np.array([1.0, 0.5, 0.0])).round(1)
    array([67. , 43.1, 74. ])
    """
    ratio = srgb_to_linear(rgb) @ RGB_TO_XYZ.T / WHITE
    d = 6 / 29
    f = np.where(ratio > d**3, np.cbrt(ratio), ratio / (3 * d**2) + 4 / 29)
    x, y, z = np.moveaxis(f, -1, 0)
    return np.stack([116 * y - 16, 500 * (x - y), 200 * (y - z)], -1)


def lab_to_srgb(lab: np.ndarray) -> np.ndarray:
    """CIELAB to sRGB; colours outside the gamut leave [0, 1].

    Examples
    --------
    >>> lab_to_srgb(np.array([50.0, 0.0, 0.0])).round(3)
    array([0.466, 0.466, 0.466])
    """
    lightness, a, b = np.moveaxis(lab, -1, 0)
    y = (lightness + 16) / 116
    f = np.stack([y + a / 500, y, y - b / 200], -1)
    d = 6 / 29
    ratio = np.where(f > d, f**3, 3 * d**2 * (f - 4 / 29))
    return linear_to_srgb((ratio * WHITE) @ np.linalg.inv(RGB_TO_XYZ).T)


def srgb_to_oklab(rgb: np.ndarray) -> np.ndarray:
    """sRGB to Oklab (Ottosson 2020).

    Examples
    --------
    >>> srgb_to_oklab(np.array([1.0, 0.5, 0.0])).round(3)
    array([0.731, 0.113, 0.148])
    """
    return np.cbrt(srgb_to_linear(rgb) @ OKLAB_LMS.T) @ OKLAB_LAB.T


def oklab_to_srgb(oklab: np.ndarray) -> np.ndarray:
    """Oklab to sRGB; colours outside the gamut leave [0, 1].

    Examples
    --------
    >>> oklab_to_srgb(np.array([1.0, 0.0, 0.0])).round(3)
    array([1., 1., 1.])
    """
    responses = (oklab @ np.linalg.inv(OKLAB_LAB).T) ** 3
    return linear_to_srgb(responses @ np.linalg.inv(OKLAB_LMS).T)


def mean_color(
    rgb: np.ndarray, weights: np.ndarray | None = None, space: MeanSpace = "srgb"
) -> np.ndarray:
    """Mean colour C of an image.

    Parameters
    ----------
    rgb
        Floats (H, W, 3), sRGB.
    weights
        bool or floats from 0, (H, W): how much each pixel counts; None when all count alike.
    space
        "srgb", or "linear": the mean is taken in linear light, and expressed in sRGB.

    Returns
    -------
    numpy.ndarray
        float64 (3,), sRGB.

    Examples
    --------
    >>> import numpy as np
    >>> from colortransfer.colors import mean_color
    >>> black_and_white = np.zeros((1, 2, 3)) + [[[0.0], [1.0]]]
    >>> mean_color(black_and_white).tolist()
    [0.5, 0.5, 0.5]
    >>> mean_color(black_and_white, space="linear").round(3).tolist()
    [0.735, 0.735, 0.735]
    """
    light, count = summed_light(rgb, weights, space)
    return from_light(light / count, space)


def summed_light(
    rgb: np.ndarray, weights: np.ndarray | None, space: MeanSpace
) -> tuple[np.ndarray, float]:
    """Sum (3,) of an image's values in ``space``, weighted, and the sum of the weights: float64.

    What `mean_color` divides; of the strips of a picture these can be added.

    Examples
    --------
    >>> image = np.array([[[0.2, 0.4, 0.6], [0.4, 0.4, 0.4]]])
    >>> total, count = summed_light(image, None, "srgb")
    >>> total.round(3), count
    (array([0.6, 0.8, 1. ]), 2.0)
    """
    if weights is not None and weights.dtype == bool:
        rgb, weights = rgb[weights][None], None
    light = to_light(rgb, space)
    if weights is not None:
        return np.einsum("hwc,hw->c", light, weights.astype(np.float64)), float(weights.sum())
    # Row by row: numpy is many times slower at summing an axis of three.
    return light.sum(0, dtype=np.float64).sum(0), float(light.shape[0] * light.shape[1])


def to_light(rgb: np.ndarray, space: MeanSpace) -> np.ndarray:
    """sRGB values as those that a mean is taken of.

    Examples
    --------
    >>> to_light(np.array([0.5, 0.5, 0.5]), "linear").round(3)
    array([0.214, 0.214, 0.214])
    """
    return rgb if space == "srgb" else srgb_to_linear(rgb)


def from_light(light: np.ndarray, space: MeanSpace) -> np.ndarray:
    """The inverse of :func:`to_light`.

    Examples
    --------
    >>> from_light(np.array([0.214, 0.214, 0.214]), "linear").round(3)
    array([0.5, 0.5, 0.5])
    """
    return light if space == "srgb" else linear_to_srgb(light)
