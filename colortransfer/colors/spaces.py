"""Colour spaces: sRGB, linear light, CIELAB, Oklab."""

from __future__ import annotations

import numpy as np

from ..typing import Colors, Values

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

# Reinhard et al. 2001, equation 4. The paper applies it to the values of the picture as they are,
# and so does this; its printed inverse is rounded, and the exact one is used instead.
RGB_TO_LMS = np.array(
    [[0.3811, 0.5783, 0.0402], [0.1967, 0.7244, 0.0782], [0.0241, 0.1288, 0.8444]]
)
# Equation 6: Ruderman's orthonormal axes of log LMS.
LOG_LMS_TO_LALPHABETA = np.diag([1 / np.sqrt(3), 1 / np.sqrt(6), 1 / np.sqrt(2)]) @ np.array(
    [[1.0, 1, 1], [1, 1, -2], [1, -1, 0]]
)
# Black has no logarithm: below this response, the lowest level of 8 bits, the logarithm goes on
# as its tangent. The inverse stays exact, and black stays black when nothing changes.
DARKEST = 1 / 255

LUMA = np.array([0.2126, 0.7152, 0.0722])  # Rec. 709


def srgb_to_linear(rgb: Values) -> Values:
    """sRGB to linear light (IEC 61966-2-1); negative values keep their sign.

    Examples
    --------
    >>> srgb_to_linear(np.array([0.0, 0.5, 1.0])).round(3)
    array([0.   , 0.214, 1.   ])
    """
    magnitude = np.abs(rgb)
    curve = np.where(magnitude <= 0.04045, magnitude / 12.92, ((magnitude + 0.055) / 1.055) ** 2.4)
    return np.copysign(curve, rgb)


def linear_to_srgb(linear: Values) -> Values:
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


def srgb_to_lab(rgb: Colors) -> Colors:
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


def lab_to_srgb(lab: Colors) -> Colors:
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


def srgb_to_oklab(rgb: Colors) -> Colors:
    """sRGB to Oklab (Ottosson 2020).

    Examples
    --------
    >>> srgb_to_oklab(np.array([1.0, 0.5, 0.0])).round(3)
    array([0.731, 0.113, 0.148])
    """
    return np.cbrt(srgb_to_linear(rgb) @ OKLAB_LMS.T) @ OKLAB_LAB.T


def oklab_to_srgb(oklab: Colors) -> Colors:
    """Oklab to sRGB; colours outside the gamut leave [0, 1].

    Examples
    --------
    >>> oklab_to_srgb(np.array([1.0, 0.0, 0.0])).round(3)
    array([1., 1., 1.])
    """
    responses = (oklab @ np.linalg.inv(OKLAB_LAB).T) ** 3
    return linear_to_srgb(responses @ np.linalg.inv(OKLAB_LMS).T)
