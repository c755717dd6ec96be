"""Brightness, contrast, saturation and hue: curves of one parameter each that never clip."""

from __future__ import annotations

import dataclasses
from typing import ClassVar

import numpy as np
from scipy import special

from ..colors import LUMA, oklab_to_srgb, srgb_to_oklab
from ..core.floors import ROOM
from ..errors import InputError
from ..typing import Color, Images, Planes
from .pointwise import PointwiseTransform

NEUTRAL = np.array([0.0, 1.0, 1.0, 0.0])  # the parameters that change nothing


@dataclasses.dataclass(frozen=True, eq=False)
class AdjustmentTransform(PointwiseTransform):
    """Brightness, contrast, saturation and hue, in this order; no curve of them leaves [0, 1].

    Attributes
    ----------
    parameters
        (4,): t, k, s and h.

        - Brightness: the odds x / (1 - x) of every value are multiplied by exp(t) (Schlick 1994).
        - Contrast: x becomes m + k (x - m) for k up to 1, with the ``pivot`` m; beyond, the
          logarithm of its odds moves away from that of m by the factor k.
        - Saturation: a colour y + c of the luma y (Rec. 709) becomes y + g c. g is s up to 1;
          beyond, s / (1 + (s - 1) q), where q is the share that c has of the way from the grey y
          to the border of the cube.
        - Hue: Oklab's is turned by h, in radians; what leaves the cube returns towards its grey.
    pivot
        m, in (0, 1).
    offset
        (3,): what is added in sRGB afterwards.

    Examples
    --------
    >>> grey = AdjustmentTransform([0.0, 1.0, 0.0, 0.0], 0.5, np.zeros(3))
    >>> grey.apply(np.array([[[1.0, 0.0, 0.0]]])).round(4)
    array([[[0.2126, 0.2126, 0.2126]]])
    """

    kind: ClassVar[str] = "adjustment"
    dtype: ClassVar[type[np.floating]] = np.float64
    parameters: np.ndarray
    pivot: np.ndarray
    offset: np.ndarray

    def _check(self) -> None:
        shapes = (self.parameters.shape, self.pivot.shape, self.offset.shape)
        if shapes != ((4,), (), (3,)) or not 0 < self.pivot < 1:
            raise InputError("an adjustment has parameters (4,), an offset (3,), a pivot in (0, 1)")

    def map_planes(self, planes: Planes) -> Planes:
        values = np.clip(planes, 0, 1)
        brightness, contrast, saturation, hue = map(float, self.parameters)
        if brightness != 0:
            values = brightened(values, brightness)
        if contrast != 1:
            values = contrasted(values, contrast, float(self.pivot))
        if saturation != 1:
            values = saturated(values, saturation)
        if hue != 0:
            values = turned(values, hue)
        return values + self.offset[:, None]

    def render_tensor(self, images: Images) -> Images:
        from ..rendering import render_adjustment

        return render_adjustment(images, self.parameters, self.pivot, self.offset)

    def shifted(self, shift: Color) -> AdjustmentTransform:
        return dataclasses.replace(self, offset=self.offset + shift)


def brightened(values: np.ndarray, parameter: float) -> np.ndarray:
    factor = np.exp(parameter)
    return factor * values / (1 + (factor - 1) * values)


def contrasted(values: np.ndarray, factor: float, pivot: float) -> np.ndarray:
    if factor <= 1:
        return pivot + factor * (values - pivot)
    odds = special.logit(np.clip(values, ROOM, 1 - ROOM))
    return special.expit(factor * odds + (1 - factor) * special.logit(pivot))


def saturated(planes: Planes, factor: float) -> Planes:
    grey, away, share = _from_grey(planes)
    return grey + away * (factor / (1 + max(factor - 1, 0) * share))


def turned(planes: Planes, angle: float) -> Planes:
    lightness, a, b = srgb_to_oklab(planes.T).T
    cosine, sine = np.cos(angle), np.sin(angle)
    oklab = np.stack([lightness, cosine * a - sine * b, sine * a + cosine * b], -1)
    grey, away, share = _from_grey(oklab_to_srgb(oklab).T)
    return grey + away / np.maximum(share, 1)


def _from_grey(planes: Planes) -> tuple[np.ndarray, Planes, np.ndarray]:
    """The grey of the same luma (n,), what is away from it, and its share of the way (n,)."""
    grey = np.clip(LUMA @ planes, 0, 1)
    away = planes - grey
    room = np.maximum(np.where(away > 0, 1 - grey, grey), ROOM)
    return grey, away, (np.abs(away) / room).max(0)
