"""The mean colour of a picture, or of what a mask shows of it."""

from __future__ import annotations

import dataclasses
from typing import Any, ClassVar, Literal, NamedTuple, get_args

import numpy as np
import tensorflow as tf

from .. import colors
from ..colors import goal_of
from ..edit import Edit, color_warnings
from ..errors import InputError
from ..exactness import exact_shift
from ..images.canvas import Canvas, as_canvas
from ..images.grey import in_colors
from ..images.masks import as_mask, fitting_mask
from ..images.working_copy import WorkingCopy
from ..rendering.exact import reach_colors
from ..rendering.spaces import srgb_to_linear
from ..transforms import Transform, apply_exactly
from ..transforms.masked_means import means_within
from ..typing import ColorTensor, ImageLike, ImageTensor, Vector
from ..weights import relative, weighted_mean
from .base import Target
from .places import Places, check_reach

Luminance = Literal["free", "keep"]
WHOLE = np.full((1, 1), 255, np.uint8)  # the mask of a picture of any size


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
        (H, W), the picture's size: bool, uint8, or floats in [0, 1]; or the path of a picture of
        that size, in greys or with alpha. The mean is the one within the mask, and so is the edit:
        a pixel x whose edit would be y becomes (1 - m) x + m y, which keeps its bytes where m is 0.
        In the mean it counts by m. None: the whole picture.
    protect
        Another such mask, of what may not change at all; it is taken out of ``mask``.
    space
        Where the mean is taken: "srgb" as in the paper, or "linear" light.
    luminance
        "free", or "keep": each pixel keeps its Rec. 709 luma Y' = 0.2126 R' + 0.7152 G' + 0.0722 B'
        (of sRGB values), and only its chroma R' - Y', G' - Y', B' - Y' moves. As luma is linear in
        them, the mean keeps its luma too: what is reached exactly is ``color`` moved along grey to
        the luma of the picture's own mean (`colors.at_luma`), and errors are distances from that. A
        pixel whose chroma would leave sRGB becomes as dull as it takes; where this keeps the mean
        from its goal, a warning says so.
    tint
        A grey photograph becomes one in colours; without it takes the grey of the same luma.

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
    mask: Any = dataclasses.field(default=None, kw_only=True)  # kept as `images.as_mask` has it
    protect: Any = dataclasses.field(default=None, kw_only=True)
    space: colors.MeanSpace = dataclasses.field(default="srgb", kw_only=True)
    luminance: Luminance = dataclasses.field(default="free", kw_only=True)
    tint: bool = dataclasses.field(default=False, kw_only=True)

    exact: ClassVar[bool] = True

    def __post_init__(self) -> None:
        object.__setattr__(self, "color", colors.parse_color(self.color))
        if self.space not in get_args(colors.MeanSpace):
            raise InputError(f"space is 'srgb' or 'linear', not {self.space!r}")
        if self.luminance not in get_args(Luminance):
            raise InputError(f"luminance is 'free' or 'keep', not {self.luminance!r}")
        if self.luminance == "keep" and self.space == "linear":
            raise InputError("luminance='keep' is for means in sRGB; leave out space='linear'")
        for name in ("mask", "protect"):
            if getattr(self, name) is not None:
                object.__setattr__(self, name, as_mask(getattr(self, name), name=name))

    def resolved(self, canvas: Canvas) -> MeanColor | Places:
        color = goal_of(self.color, grey=canvas.grey)
        if not self._within:
            return MeanColor(color, space=self.space, tint=self.tint)
        mask = WHOLE
        if self.mask is not None or self.protect is not None:
            mask = fitting_mask(canvas, self.mask, self.protect)
        if self.luminance == "keep":
            luma = colors.luma_of(means_within(canvas, mask[None])[0])
            return Places(
                colors.at_luma(color, luma)[None], mask[None], keep_luma=True, tint=self.tint
            )
        check_reach(canvas, mask, color, self.space)
        return Places(color[None], mask[None], space=self.space, tint=self.tint)

    @property
    def whole(self) -> bool:
        """Whether it is the mean of every channel of the whole picture, and nothing else."""
        return not (self._within or self.tint)

    @property
    def _within(self) -> bool:
        """Whether it is about less than every channel of the whole picture."""
        return self.luminance == "keep" or self.mask is not None or self.protect is not None

    def photograph(self, image: Any) -> Any:
        return in_colors(image) if self.tint else image

    def warnings(self, canvas: Canvas) -> tuple[str, ...]:
        return color_warnings(self.color, grey=canvas.grey)

    def bind(self, copy: WorkingCopy) -> MeanColorGoal:
        shares = copy.weights
        kind = MeanColorGoal if self.space == "srgb" else LinearMeanColorGoal
        color = tf.constant(self.color, tf.float32)
        return kind(color, tf.constant(shares), relative(shares))

    def start(self, original: ImageTensor, goal: MeanColorGoal) -> ColorTensor:
        shift = _shift(original.numpy(), goal.shares.numpy(), self.color, self.space)
        return tf.constant(shift, tf.float32)

    def finish(self, canvas: Canvas, transform: Transform) -> Edit:
        image, transform, error = apply_exactly(canvas, transform, self.color, space=self.space)
        return Edit(image=image, transform=transform, errors={"color": error})

    def errors(self, image: ImageLike) -> dict[str, float]:
        canvas = as_canvas(image)
        if self._within:
            return self.resolved(canvas).errors(image)
        mean = canvas.mean_color(self.space)
        return {"color": float(np.abs(mean - self.color).max())}

    def contradicts(self, other: Target) -> str | None:
        whole = isinstance(other, MeanColor) and not (self._within or other._within)
        if whole and not np.allclose(self.color, other.color):  # type: ignore[attr-defined]
            return (
                "two mean colours are asked of the same pixels; give each a mask, or leave one out"
            )
        return None


def _shift(
    rgb: np.ndarray, weights: np.ndarray, color: np.ndarray, space: colors.MeanSpace
) -> np.ndarray:
    """The shift (3,) of an image (h, w, 3) after which its weighted mean is ``color``."""
    alike = np.ptp(weights) == 0  # by far the quicker of the two
    return exact_shift(rgb, color, weights=None if alike else weights[..., 0], space=space)
