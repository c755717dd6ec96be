"""The mean colour of a picture, or of a part of it."""

from __future__ import annotations

import dataclasses
from typing import Any, ClassVar, NamedTuple, get_args

import numpy as np
import tensorflow as tf
from PIL import Image

from .. import colors
from ..edit import Edit, color_warnings, goal_of
from ..errors import InputError
from ..exactness import exact_shift
from ..images.canvas import Canvas, as_canvas
from ..images.working_copy import WorkingCopy
from ..rendering.exact import reach_colors
from ..rendering.spaces import srgb_to_linear
from ..transforms import Transform, apply_exactly
from ..typing import ColorTensor, ImageLike, ImageTensor, Vector
from ..weights import relative, weighted_mean
from .base import Target


class MeanColorGoal(NamedTuple):
    """A mean colour (3,), sRGB, and how much each pixel counts in it.

    ``shares`` (h, w, 1) have a sum of 1; ``weights`` are the same as the losses have them.
    """

    color: tf.Tensor
    shares: tf.Tensor
    weights: tf.Tensor

    def deviation(self, image: ImageTensor) -> Vector:
        return weighted_mean(image, self.weights) - self.color

    def project(self, image: ImageTensor) -> ImageTensor:
        return self._reached(image, "srgb")

    def baseline(self, original: ImageTensor) -> ImageTensor:
        return self._shifted(original, "srgb")

    def _reached(self, image: tf.Tensor, space: colors.MeanSpace) -> tf.Tensor:
        images, targets, shares = (x[tf.newaxis] for x in (image, self.color, self.shares))
        return reach_colors(images, targets, weights=shares, space=space)[0]

    def _shifted(self, original: tf.Tensor, space: colors.MeanSpace) -> tf.Tensor:
        shift = _shift(original.numpy(), self.shares.numpy(), self.color.numpy(), space)
        return tf.clip_by_value(original + shift.astype(np.float32), 0.0, 1.0)


class LinearMeanColorGoal(MeanColorGoal):
    """The same with the mean taken in linear light: a type of its own, as it has other graphs."""

    def deviation(self, image: ImageTensor) -> Vector:
        return weighted_mean(srgb_to_linear(image), self.weights) - srgb_to_linear(self.color)

    def project(self, image: ImageTensor) -> ImageTensor:
        return self._reached(image, "linear")

    def baseline(self, original: ImageTensor) -> ImageTensor:
        return self._shifted(original, "linear")


@dataclasses.dataclass(frozen=True, eq=False)
class MeanColor(Target):
    """The picture's mean colour is ``color``, exactly.

    Parameters
    ----------
    color
        "#5b86b4", "teal", "rgb(91, 134, 180)" or three floats in [0, 1], sRGB. A grey image takes
        the grey of the same luma.
    mask
        (H, W), the picture's size: bool, uint8, or floats in [0, 1]; how much each pixel counts in
        the mean. Pixels with 0 do not count, but are edited like the others. None: all count.
    space
        Where the mean is taken: "srgb" as in the paper, or "linear" light.

    Raises
    ------
    InputError
        If an argument cannot be used; of masks that do not fit the picture, when it is given one.

    Examples
    --------
    >>> MeanColor("#ff8000").color.round(2)
    array([1. , 0.5, 0. ])
    """

    color: Any  # given as a ColorLike, kept as a Color
    mask: np.ndarray | None = dataclasses.field(default=None, kw_only=True)
    space: colors.MeanSpace = dataclasses.field(default="srgb", kw_only=True)

    exact: ClassVar[bool] = True

    def __post_init__(self) -> None:
        object.__setattr__(self, "color", colors.parse_color(self.color))
        if self.space not in get_args(colors.MeanSpace):
            raise InputError(f"space is 'srgb' or 'linear', not {self.space!r}")
        if self.mask is not None:
            object.__setattr__(self, "mask", _checked(self.mask))

    def resolved(self, canvas: Canvas) -> MeanColor:
        mask = self.mask
        if mask is not None:
            if mask.shape != canvas.size:
                size = " x ".join(map(str, canvas.size))
                raise InputError(f"the mask has shape {mask.shape}; this picture's is {size}")
            mask = mask if canvas.visible is None else mask * canvas.visible
            if not mask.any():
                raise InputError("the mask leaves no visible pixel; give it some above 0")
        color = goal_of(self.color, grey=canvas.grey)
        return MeanColor(color, mask=mask, space=self.space)

    def warnings(self, canvas: Canvas) -> tuple[str, ...]:
        return color_warnings(self.color, grey=canvas.grey)

    def bind(self, copy: WorkingCopy) -> MeanColorGoal:
        shares = copy.weights
        if self.mask is not None:
            small = Image.fromarray(self.mask).resize(copy.size[::-1], Image.Resampling.BOX)
            added = [(0, n - m) for n, m in zip(shares.shape, copy.size, strict=False)]
            shares = shares * np.pad(np.asarray(small), added)[..., np.newaxis]
            shares = shares / shares.sum()
        kind = MeanColorGoal if self.space == "srgb" else LinearMeanColorGoal
        color = tf.constant(self.color, tf.float32)
        return kind(color, tf.constant(shares), relative(shares))

    def start(self, original: ImageTensor, goal: MeanColorGoal) -> ColorTensor:
        shift = _shift(original.numpy(), goal.shares.numpy(), self.color, self.space)
        return tf.constant(shift, tf.float32)

    def finish(self, canvas: Canvas, transform: Transform) -> Edit:
        counted = self._counted(canvas)
        image, transform, error = apply_exactly(counted, transform, self.color, space=self.space)
        return Edit(image=image, transform=transform, errors={"color": error})

    def errors(self, image: ImageLike) -> dict[str, float]:
        mean = self._counted(as_canvas(image)).mean_color(self.space)
        return {"color": float(np.abs(mean - self.color).max())}

    def contradicts(self, other: Target) -> str | None:
        whole = isinstance(other, MeanColor) and self.mask is None and other.mask is None
        if whole and not np.allclose(self.color, other.color):  # type: ignore[attr-defined]
            return (
                "two mean colours are asked of the same pixels; give each a mask, or leave one out"
            )
        return None

    def _counted(self, canvas: Canvas) -> Canvas:
        return canvas if self.mask is None else canvas.weighted(self.mask)


def _checked(mask: Any) -> np.ndarray:
    """The mask as float32 in [0, 1]."""
    array = np.asarray(mask)
    if array.ndim != 2 or (array.dtype.kind not in "bf" and array.dtype != np.uint8):
        raise InputError("a mask is an array (H, W) of bool, uint8, or floats in [0, 1]")
    values = array.astype(np.float32) / np.float32(255 if array.dtype == np.uint8 else 1)
    if not (values.size and np.isfinite(values).all() and 0 <= values.min() <= values.max() <= 1):
        raise InputError("the mask has values outside [0, 1] or none at all")
    return values


def _shift(
    rgb: np.ndarray, weights: np.ndarray, color: np.ndarray, space: colors.MeanSpace
) -> np.ndarray:
    """The shift (3,) of an image (h, w, 3) after which its weighted mean is ``color``."""
    alike = np.ptp(weights) == 0  # by far the quicker of the two
    return exact_shift(rgb, color, weights=None if alike else weights[..., 0], space=space)
