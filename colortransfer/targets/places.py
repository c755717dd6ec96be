"""Mean colours of places: what is asked within masks, whoever drew them."""

from __future__ import annotations

import dataclasses
from typing import ClassVar, NamedTuple

import numpy as np
import tensorflow as tf

from .. import colors
from ..colors import MeanSpace
from ..edit import Edit
from ..errors import InputError
from ..images.canvas import Canvas, as_canvas
from ..images.masks import is_soft, without
from ..images.working_copy import WorkingCopy
from ..names import numbered
from ..rendering.spaces import srgb_to_linear
from ..transforms import AffineTransform, MaskedTransform, Transform
from ..transforms.masked import stretched
from ..transforms.masked_means import (
    blend_of,
    means_after,
    means_within,
    moments,
    reach_means,
    solved,
)
from ..typing import ImageLike, ImageTensor, Shifts, Vector
from .base import Target

ROUNDS = 3  # Newton steps at each rendering, as without masks
LEAST_SLOPE = 0.2
REACH = 1 / 255  # what a mean may lie beyond what a soft mask can reach


class PlacesGoal(NamedTuple):
    """Mean colours within masks, and the blending by them; tensors, k masks.

    Attributes
    ----------
    colors
        (k, 3), sRGB.
    original
        (h, w, 3).
    relative
        (h, w, k): how much of each mask's edit is in a pixel's; their sum is 1 within the masks.
    cover
        (h, w, 1): how much of a pixel is edited; also how much it counts in the losses.
    shares
        (h, w, k): each pixel's share in the mean of each mask.
    """

    colors: tf.Tensor
    original: tf.Tensor
    relative: tf.Tensor
    cover: tf.Tensor
    shares: tf.Tensor

    @property
    def color(self) -> tf.Tensor | None:
        return self.colors[0] if self.colors.shape[0] == 1 else None

    @property
    def asked(self) -> tf.Tensor:
        """By how much means are to change, at each place: (h, w, 3)."""
        return tf.einsum("hwk,kc->hwc", self.relative, self.colors - self._means(self.original))

    def deviation(self, image: ImageTensor) -> Vector:
        found, wanted = self._means(self._light(image)), self._light(self.colors)
        return tf.reshape(found - wanted, [-1])

    def project(self, image: ImageTensor) -> ImageTensor:
        shifts = tf.zeros_like(self.colors)
        for _ in range(ROUNDS):
            moved = image + self._spread(shifts)
            inside = tf.cast((moved > 0.0) & (moved < 1.0), tf.float32)
            seen = self.blend(moved)
            missing = self._light(self.colors) - self._means(self._light(seen))
            slopes = self._slopes(self.cover * inside * self._light_slope(seen))
            steps = tf.linalg.solve(
                tf.stop_gradient(slopes), tf.transpose(missing)[..., tf.newaxis]
            )
            shifts += tf.transpose(steps[..., 0])
        return self.blend(image + self._spread(shifts))

    def blend(self, image: ImageTensor) -> ImageTensor:
        """What is seen of an edited image: the original beyond the masks."""
        return self.original + self.cover * (tf.clip_by_value(image, 0.0, 1.0) - self.original)

    def baseline(self, original: ImageTensor) -> ImageTensor:
        return self.blend(original + self._spread(tf.constant(self.plain_shifts(), tf.float32)))

    def plain_shifts(self) -> np.ndarray:
        """The shifts (k, 3) of the original's colours after which each mean is reached."""
        original = self.original.numpy()
        masks = (np.moveaxis(x.numpy(), -1, 0) for x in (self.relative * self.cover, self.shares))
        blend = blend_of(original, original, *masks)
        return solved(self.colors.numpy(), self._space, lambda p: moments(blend, p, self._space))

    @property
    def _space(self) -> MeanSpace:
        return "srgb"

    def _light(self, values: tf.Tensor) -> tf.Tensor:
        return values

    def _light_slope(self, image: tf.Tensor) -> tf.Tensor | float:
        return 1.0

    def _spread(self, shifts: tf.Tensor) -> tf.Tensor:
        """Shifts (k, 3), mixed at each pixel as the edits are: (h, w, 3)."""
        return tf.einsum("hwk,kc->hwc", self.relative, shifts)

    def _means(self, values: tf.Tensor) -> tf.Tensor:
        return tf.einsum("hwk,hwc->kc", self.shares, values)

    def _slopes(self, slope: tf.Tensor) -> tf.Tensor:
        """How the means follow the shifts: (3, k, k), with a diagonal that is not small."""
        matrices = tf.einsum("hwk,hwc,hwj->ckj", self.shares, slope, self.relative)
        least = tf.maximum(LEAST_SLOPE - tf.linalg.diag_part(matrices), 0.0)
        return matrices + tf.linalg.diag(least)


class LinearPlacesGoal(PlacesGoal):
    """The same with means taken in linear light: a type of its own, as it has other graphs."""

    @property
    def _space(self) -> MeanSpace:
        return "linear"

    def _light(self, values: tf.Tensor) -> tf.Tensor:
        return srgb_to_linear(values)

    def _light_slope(self, image: tf.Tensor) -> tf.Tensor:
        return 2.4 / 1.055 * tf.pow((image + 0.055) / 1.055, 1.4)


@dataclasses.dataclass(frozen=True, eq=False)
class Places(Target):
    """The mean colours within masks, exactly; everything else keeps its bytes.

    What `MeanColor` with a mask and `Regions` become for one picture.

    Parameters
    ----------
    colors
        (k, 3), sRGB.
    masks
        (k, H, W), uint8 or uint16, of the picture's size.
    space
        Where means are taken.
    names
        Of their errors.

    Examples
    --------
    >>> left = np.zeros((1, 40, 56), np.uint8)
    >>> left[..., :20] = 255
    >>> Places(np.array([[0.5, 0.5, 0.5]]), left).errors(np.full((40, 56, 3), 0.75))
    {'color': 0.25}
    """

    colors: np.ndarray
    masks: np.ndarray
    space: MeanSpace = dataclasses.field(default="srgb", kw_only=True)
    names: tuple[str, ...] = dataclasses.field(default=("color",), kw_only=True)

    exact: ClassVar[bool] = True

    @property
    def color(self) -> np.ndarray | None:
        return self.colors[0] if len(self.colors) == 1 else None

    @property
    def places(self) -> int:  # type: ignore[override]
        return len(self.colors)

    def joined(self, other: Target) -> Target | None:
        if not isinstance(other, Places) or other.space != self.space:
            return None
        masks = [self.masks, other.masks]
        if self.masks.dtype != other.masks.dtype:  # 255 is 1, as 65535 is
            masks = [m if m.dtype == np.uint16 else m * np.uint16(257) for m in masks]
        return Places(
            np.concatenate([self.colors, other.colors]),
            np.concatenate(masks),
            space=self.space,
            names=tuple(numbered([*self.names, *other.names])),
        )

    def bind(self, copy: WorkingCopy) -> PlacesGoal:
        small = stretched(self.masks, slice(0, copy.size[0]), copy.size)
        # A mask of a few pixels is faint in a small copy, but no less of a place.
        highest = self.masks.max((1, 2)) / np.float32(np.iinfo(self.masks.dtype).max)
        small = small * (highest / np.maximum(small.max((1, 2)), 1e-9))[:, None, None]
        added = [(0, n - m) for n, m in zip(copy.weights.shape, copy.size, strict=False)]
        shares = np.moveaxis(np.pad(small, [(0, 0), *added]), 0, -1).astype(np.float32)
        total = shares.sum(-1, keepdims=True)
        counts = shares * copy.weights
        kind = PlacesGoal if self.space == "srgb" else LinearPlacesGoal
        return kind(
            tf.constant(self.colors, tf.float32),
            tf.constant(copy.image),
            tf.constant(shares / np.maximum(total, np.float32(1e-9))),
            tf.constant(np.minimum(total, 1)),
            tf.constant(counts / counts.sum((0, 1))),
        )

    def start(self, original: ImageTensor, goal: PlacesGoal) -> Shifts:
        shifts = tf.constant(goal.plain_shifts(), tf.float32)
        return shifts[0] if self.places == 1 else shifts

    def finish(self, canvas: Canvas, transform: Transform) -> Edit:
        edits = (transform,) * self.places
        if isinstance(transform, MaskedTransform) and len(transform.transforms) == self.places > 1:
            edits = transform.transforms
        masked = MaskedTransform(edits, self.masks)
        masked = reach_means(canvas, masked, self.colors, space=self.space)
        image = masked.redraw(canvas)
        return Edit(image=image, transform=masked, errors=self.errors(image))

    def errors(self, image: ImageLike) -> dict[str, float]:
        found = means_within(as_canvas(image), self.masks, self.space)
        away = np.abs(found - self.colors).max(1)
        return {name: float(error) for name, error in zip(self.names, away, strict=True)}


def fitting_mask(canvas: Canvas, mask: np.ndarray | None, protect: np.ndarray | None) -> np.ndarray:
    """The mask (H, W) of what may change in a picture, checked against it.

    InputError if a mask is of another size, or leaves nothing that is visible.
    """
    for name, given in (("mask", mask), ("protect", protect)):
        if given is not None and given.shape != canvas.size:
            size = " x ".join(map(str, canvas.size))
            raise InputError(
                f"{name} has shape {given.shape}; this picture's is {size}: give one of its size"
            )
    whole = np.full(canvas.size, 255, np.uint8) if mask is None else mask
    left = whole if protect is None else without(whole, protect)
    if not (left if canvas.visible is None else left[canvas.visible]).any():
        raise InputError("the mask leaves no visible pixel; give it some above 0")
    return left


def check_reach(canvas: Canvas, mask: np.ndarray, color: np.ndarray, space: MeanSpace) -> None:
    """InputError if no edit within a soft mask can have the mean ``color``."""
    if not is_soft(mask):
        return
    ends = [
        MaskedTransform((AffineTransform(np.zeros((3, 3)), np.full(3, end)),), mask[None])
        for end in (0.0, 1.0)
    ]
    low, high = (means_after(canvas, end, space)[0] for end in ends)
    if (color < low - REACH).any() or (color > high + REACH).any():
        nearest = colors.to_hex(np.clip(color, low, high))
        raise InputError(
            f"{colors.to_hex(color)} is out of reach within so soft a mask; the nearest that can "
            f"be reached is {nearest}, or give the mask a harder border"
        )
