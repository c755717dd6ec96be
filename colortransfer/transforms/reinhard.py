"""Gain and offset of each channel of a colour space, for the whole picture or by colour."""

from __future__ import annotations

import dataclasses
from typing import ClassVar

import numpy as np

from ..core.floors import DISTANCE
from ..errors import InputError
from ..typing import Color, Images, Planes
from .pointwise import PointwiseTransform, combine
from .spaces import SPACES


@dataclasses.dataclass(frozen=True, eq=False)
class ReinhardTransform(PointwiseTransform):
    """``gain * x + offset`` in every channel x of a space, for each of K swatches.

    With several swatches each pixel is moved by all of them, and the results are blended with
    weights inverse to the distance from the swatch's mean, in deviations.

    Attributes
    ----------
    space
        "lalphabeta", "lab" or "srgb".
    gain, offset, mean, deviation
        (K, 3), of the channels of the space.
    added
        (3,): what is added in sRGB afterwards.

    Examples
    --------
    >>> one, zero = np.ones((1, 3)), np.zeros((1, 3))
    >>> halved = ReinhardTransform("srgb", 0.5 * one, zero, zero, one, np.zeros(3))
    >>> halved.apply(np.full((1, 1, 3), 0.5))[0, 0]
    array([0.25, 0.25, 0.25])
    """

    kind: ClassVar[str] = "reinhard"
    dtype: ClassVar[type[np.floating]] = np.float64
    space: str
    gain: np.ndarray
    offset: np.ndarray
    mean: np.ndarray
    deviation: np.ndarray
    added: np.ndarray

    def _check(self) -> None:
        if self.space not in SPACES:
            raise InputError(f"unknown space {self.space!r}; use 'lalphabeta', 'lab' or 'srgb'")
        shapes = {x.shape for x in (self.gain, self.offset, self.mean, self.deviation)}
        if shapes != {(len(self.gain), 3)} or not len(self.gain) or self.added.shape != (3,):
            raise InputError("gain, offset, mean and deviation have the shape (K, 3), added (3,)")
        if self.deviation.min() <= 0:
            raise InputError("deviations of swatches are above 0")

    @property
    def precise(self) -> bool:
        return SPACES[self.space].precise

    def map_planes(self, planes: Planes) -> Planes:
        moved = self._whole(planes) if len(self.gain) == 1 else self._blended(planes)
        return moved + self.added[:, None].astype(moved.dtype) if self.added.any() else moved

    def _whole(self, planes: np.ndarray) -> np.ndarray:
        space = SPACES[self.space]
        # To the channels, there, and back again in one.
        inverse = np.linalg.inv(space.axes)
        matrix, shift = inverse * self.gain[0] @ space.axes, inverse @ self.offset[0]
        return space.backward(combine(matrix, space.forward(planes), shift))

    def _blended(self, planes: np.ndarray) -> np.ndarray:
        space = SPACES[self.space]
        channels = combine(space.axes, space.forward(planes.astype(np.float64)))
        total, weights = np.zeros_like(channels), np.zeros_like(channels[0])
        swatches = (self.gain, self.offset, self.mean, self.deviation)
        for gain, offset, mean, deviation in zip(*swatches, strict=True):
            away = (channels - mean[:, None]) / deviation[:, None]
            weight = 1 / np.maximum(np.sqrt((away**2).sum(0)), DISTANCE)
            total += weight * (channels * gain[:, None] + offset[:, None])
            weights += weight
        return space.backward(combine(np.linalg.inv(space.axes), total / weights))

    def render_tensor(self, images: Images) -> Images:
        from ..rendering import render_reinhard

        swatches = (self.gain, self.offset, self.mean, self.deviation)
        return render_reinhard(images, *swatches, self.added, space=self.space)

    def shifted(self, shift: Color) -> ReinhardTransform:
        return dataclasses.replace(self, added=self.added + shift)
