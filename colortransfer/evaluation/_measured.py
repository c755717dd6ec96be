"""What measures look at: an image taken apart once, its Lab and luma computed at most once."""

from __future__ import annotations

import dataclasses
from functools import cached_property
from typing import Any

import numpy as np

from ..colors import LUMA, mean_color, srgb_to_lab
from ..errors import InputError
from ..images import Canvas, as_canvas


@dataclasses.dataclass(frozen=True, eq=False)
class Measured:
    """An image with what measures need of it. They take it wherever they take an image.

    Attributes
    ----------
    canvas
        The image taken apart.

    Examples
    --------
    >>> shown = measured(photo)
    >>> shown.rgb.shape, shown.luma.shape, bool(shown.mask.all())
    ((40, 56, 3), (40, 56), True)
    """

    canvas: Canvas

    @property
    def visible(self) -> np.ndarray | None:
        """bool (H, W), the pixels that count; None when all do."""
        return self.canvas.weights

    @cached_property
    def rgb(self) -> np.ndarray:
        """float32 (H, W, 3), sRGB in [0, 1].

        Hidden pixels hold the mean visible colour, so that filters which reach them bring in
        nothing of what nobody sees.
        """
        rgb = self.canvas.rgb
        if self.visible is None:
            return rgb
        mean = mean_color(rgb, self.visible).astype(rgb.dtype)
        return np.where(self.visible[..., None], rgb, mean)

    @cached_property
    def lab(self) -> np.ndarray:
        """float64 (H, W, 3), CIELAB."""
        return srgb_to_lab(self.rgb)

    @cached_property
    def luma(self) -> np.ndarray:
        """float64 (H, W), Rec. 709 luma in [0, 1]."""
        return self.rgb @ LUMA

    @cached_property
    def mask(self) -> np.ndarray:
        """bool (H, W), the pixels that count."""
        return np.ones(self.canvas.size, bool) if self.visible is None else self.visible

    def count(self, values: np.ndarray) -> np.ndarray:
        """Those of ``values`` (H, W, ...) whose pixels count, as (N, ...)."""
        if self.visible is None:
            return values.reshape(-1, *values.shape[2:])
        return values[self.visible]


def measured(image: Any, *, name: str = "image") -> Measured:
    """The image as a `Measured`; one that is a `Measured` already comes back as it is.

    Raises
    ------
    InputError
        If it is not an image that `images.as_canvas` takes.

    Examples
    --------
    >>> shown = measured(photo)
    >>> measured(shown) is shown
    True
    """
    if isinstance(image, Measured):
        return image
    return Measured(as_canvas(image, name=name))


def measured_pair(original: Any, edited: Any) -> tuple[Measured, Measured]:
    """Both images, of which the same pixels count: those visible in both.

    Raises
    ------
    InputError
        If one is not an image, their sizes differ, or no pixel is visible in both.
    """
    first, second = measured(original, name="original"), measured(edited, name="edited")
    (height, width), (other_height, other_width) = first.canvas.size, second.canvas.size
    if (height, width) != (other_height, other_width):
        raise InputError(
            f"original is {width}x{height} and edited {other_width}x{other_height}; "
            "resize one to the other's size first"
        )
    if first.visible is second.visible or np.array_equal(first.mask, second.mask):
        return first, second
    common = first.mask & second.mask
    if not common.any():
        raise InputError("no pixel is visible in both original and edited; check their alpha")
    return Measured(first.canvas.weighted(common)), Measured(second.canvas.weighted(common))
