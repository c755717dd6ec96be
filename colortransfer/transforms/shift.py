"""Closed-form shifts: one curve for each channel, or for lightness and the two colour axes."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from typing import Any, ClassVar

import numpy as np

from .. import colors
from ..errors import InputError
from ..typing import Color, Images, Planes
from .pointwise import PointwiseTransform

# What happens to values x of [0, 1] with the parameter p; w is the weight of "midtone".
Curve = Callable[[np.ndarray, float, float], np.ndarray]
CURVES: dict[str, Curve] = {
    "additive": lambda x, p, w: x + p,
    "gain": lambda x, p, w: x * p,
    # Black stays black even at exponent 0.
    "gamma": lambda x, p, w: np.where(x > 0, np.maximum(x, 1e-300) ** p, 0),
    "midtone": lambda x, p, w: x + p * midtone(x, w),
}
# To and from each space that has a lightness, and the lightness of white in it.
LIGHTNESS: dict[str, tuple[Any, Any, float]] = {
    "lab": (colors.srgb_to_lab, colors.lab_to_srgb, 100.0),
    "oklab": (colors.srgb_to_oklab, colors.oklab_to_srgb, 1.0),
}


@dataclasses.dataclass(frozen=True, eq=False)
class ShiftTransform(PointwiseTransform):
    """A curve with one parameter a channel, in a colour space.

    Attributes
    ----------
    form
        "additive", "gain", "gamma" or "midtone": what happens to a value.
    space
        "srgb" or "linear": to the three channels; "lab" or "oklab": to lightness, while the two
        colour axes are shifted (with "midtone" by its weight of the lightness).
    parameters
        (3,): of red, green and blue; or of lightness and the two colour axes, where 1 is as much as
        the lightness of white.
    midtone_weight
        Between 0 (the additive form) and 1; for "midtone" alone.
    offset
        (3,): what is added in sRGB afterwards; after values were clipped to [0, 1], in a space with
        a lightness.

    Examples
    --------
    >>> shift = ShiftTransform("gain", "srgb", [0.5, 1.0, 1.0], 0.0, np.zeros(3))
    >>> shift.apply(np.full((1, 1, 3), 0.5))[0, 0]
    array([0.25, 0.5 , 0.5 ])
    """

    kind: ClassVar[str] = "shift"
    dtype: ClassVar[type[np.floating]] = np.float64
    form: str
    space: str
    parameters: np.ndarray
    midtone_weight: np.ndarray
    offset: np.ndarray

    def _check(self) -> None:
        if self.form not in CURVES or self.space not in ("srgb", "linear", *LIGHTNESS):
            raise InputError(f"no shift has the form {self.form!r} and the space {self.space!r}")
        shapes = (self.parameters.shape, self.midtone_weight.shape, self.offset.shape)
        if shapes != ((3,), (), (3,)):
            raise InputError("a shift has parameters (3,), an offset (3,) and one midtone_weight")

    @property
    def channelwise(self) -> bool:
        return self.space not in LIGHTNESS

    def map_planes(self, planes: Planes) -> Planes:
        if not self.channelwise:
            forward, backward, _ = LIGHTNESS[self.space]
            shifted = self.in_space(forward(planes.T).T)
            return np.clip(backward(shifted.T).T, 0, 1) + self.offset[:, None]
        curve, weight = CURVES[self.form], float(self.midtone_weight)
        light = to_channels(planes, self.space)
        moved = [curve(x, float(p), weight) for x, p in zip(light, self.parameters, strict=True)]
        return from_channels(np.stack(moved), self.space) + self.offset[:, None]

    def in_space(self, lab: Planes) -> Planes:
        """The shift of planes (3, n) of a space with a lightness, in that space."""
        white, weight = LIGHTNESS[self.space][2], float(self.midtone_weight)
        first, *axes = map(float, self.parameters)
        lightness = np.clip(lab[0] / white, 0, 1)
        share = midtone(lightness, weight) if self.form == "midtone" else 1.0
        moved = np.clip(CURVES[self.form](lightness, first, weight), 0, 1) * white
        return np.stack([moved, *(lab[k + 1] + p * white * share for k, p in enumerate(axes))])

    def render_tensor(self, images: Images) -> Images:
        from ..rendering import render_shift

        return render_shift(
            images,
            self.parameters,
            self.offset,
            form=self.form,
            space=self.space,
            white=None if self.channelwise else LIGHTNESS[self.space][2],
            midtone_weight=float(self.midtone_weight),
        )

    def shifted(self, shift: Color) -> ShiftTransform:
        return dataclasses.replace(self, offset=self.offset + shift)


def midtone(x: np.ndarray, weight: float) -> np.ndarray:
    """How far values x of [0, 1] move: 1 in the middle, ``1 - weight`` at black and white."""
    return 1 - weight + weight * 4 * x * (1 - x)


def to_channels(values: np.ndarray, space: str) -> np.ndarray:
    """sRGB values as the curves of "srgb" or "linear" see them."""
    return colors.srgb_to_linear(values) if space == "linear" else values


def from_channels(values: np.ndarray, space: str) -> np.ndarray:
    """The inverse of :func:`to_channels`; linear light is clipped to [0, 1]."""
    return colors.linear_to_srgb(np.clip(values, 0, 1)) if space == "linear" else values
