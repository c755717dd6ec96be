"""Mean colours of places: what is asked within masks, whoever drew them."""

from __future__ import annotations

import dataclasses
from typing import Any, ClassVar

import numpy as np
import tensorflow as tf

from .. import colors
from ..colors import MeanSpace
from ..core.floors import COVERED
from ..edit import Edit
from ..errors import InputError
from ..images.canvas import Canvas, as_canvas
from ..images.grey import in_colors
from ..images.masks import is_soft
from ..images.working_copy import WorkingCopy
from ..names import numbered
from ..transforms import MaskedTransform, Transform
from ..transforms.masked import stretched
from ..transforms.masked_means import ends_within, means_within, reach_means
from ..typing import ImageLike, ImageTensor, Shifts
from .base import Target
from .places_goal import LinearPlacesGoal, LumaPlacesGoal, PlacesGoal

REACH = 1 / 255  # what a mean may lie beyond what a soft mask can reach
FAR = 1.5 / 255  # a mean that is missed by more is told; rounding misses it by half a level at most
KINDS = {"srgb": PlacesGoal, "linear": LinearPlacesGoal}


@dataclasses.dataclass(frozen=True, eq=False)
class Places(Target):
    """The mean colours within masks, exactly; everything else keeps its bytes.

    What `MeanColor` with a mask and `Regions` become for one picture.

    Parameters
    ----------
    colors
        (k, 3), sRGB.
    masks
        (n, H, W), uint8 or uint16, of the picture's size, or (1, 1, 1) for the whole picture. Those
        beyond the k-th have no colour, but an edit that the losses alone shape.
    space
        Where means are taken.
    keep_luma
        Whether each pixel keeps its luma; then the colours have that of the means.
    tint
        Whether a grey picture gets colours.
    names
        Of the errors.

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
    keep_luma: bool = dataclasses.field(default=False, kw_only=True)
    tint: bool = dataclasses.field(default=False, kw_only=True)
    names: tuple[str, ...] = dataclasses.field(default=("color",), kw_only=True)

    exact: ClassVar[bool] = True

    @property
    def color(self) -> np.ndarray | None:
        return self.colors[0] if len(self.colors) == 1 else None

    @property
    def places(self) -> int:  # type: ignore[override]
        return len(self.masks)

    @property
    def within(self) -> bool:  # type: ignore[override]
        return self.masks.shape[1:] != (1, 1)

    def photograph(self, image: Any) -> Any:
        return in_colors(image) if self.tint else image

    def joined(self, other: Target) -> Target | None:
        if not isinstance(other, Places) or other._manner != self._manner or self._free:
            return None
        masks = [self.masks, other.masks]
        if self.masks.dtype != other.masks.dtype:  # 255 is 1, as 65535 is
            masks = [m if m.dtype == np.uint16 else m * np.uint16(257) for m in masks]
        return Places(
            np.concatenate([self.colors, other.colors]),
            np.concatenate(masks),
            space=self.space,
            tint=self.tint,
            names=tuple(numbered([*self.names, *other.names])),
        )

    @property
    def _manner(self) -> tuple[Any, ...]:
        """What two have in common that can be one."""
        return self.space, self.keep_luma, self.tint, self._free, self.masks.shape[1:]

    @property
    def _free(self) -> bool:
        return len(self.masks) > len(self.colors)

    def bind(self, copy: WorkingCopy) -> PlacesGoal:
        small = stretched(self.masks, slice(0, copy.size[0]), copy.size)
        # A mask of a few pixels is faint in a small copy, but no less of a place.
        highest = self.masks.max((1, 2)) / np.float32(np.iinfo(self.masks.dtype).max)
        small = small * (highest / np.maximum(small.max((1, 2)), COVERED))[:, None, None]
        added = [(0, n - m) for n, m in zip(copy.weights.shape, copy.size, strict=False)]
        shares = np.moveaxis(np.pad(small, [(0, 0), *added]), 0, -1).astype(np.float32)
        total = shares.sum(-1, keepdims=True)
        counts = shares[..., : len(self.colors)] * copy.weights
        kind = LumaPlacesGoal if self.keep_luma else KINDS[self.space]
        return kind(
            tf.constant(self.colors, tf.float32),
            tf.constant(copy.image),
            tf.constant(shares / np.maximum(total, np.float32(COVERED))),
            tf.constant(np.minimum(total, 1)),
            tf.constant(counts / counts.sum((0, 1))),
        )

    def start(self, original: ImageTensor, goal: PlacesGoal) -> Shifts:
        shifts = goal.plain_shifts()
        shifts = np.pad(shifts, [(0, self.places - len(shifts)), (0, 0)])
        return tf.constant(shifts[0] if self.places == 1 else shifts, tf.float32)

    def finish(self, canvas: Canvas, transform: Transform) -> Edit:
        edits = (transform,) * self.places
        if isinstance(transform, MaskedTransform) and len(transform.transforms) == self.places > 1:
            edits = transform.transforms
        masked = MaskedTransform(edits, self.masks, keeps="luma" if self.keep_luma else "")
        masked = reach_means(canvas, masked, self.colors, space=self.space)
        image = masked.redraw(canvas)
        errors = self.errors(image)
        warnings = [self._missed(k, e) for k, e in enumerate(errors.values()) if e > FAR]
        return Edit(image=image, transform=masked, errors=errors, warnings=tuple(warnings))

    def _missed(self, k: int, error: float) -> str:
        """What whoever asked for the k-th colour should know."""
        remedy = "a less colourful one" if self.keep_luma else "one that is nearer to what is there"
        return (
            f"the mean {colors.to_hex(self.colors[k])} is out of reach and was missed by "
            f"{error:.3f}; choose {remedy}"
        )

    def errors(self, image: ImageLike) -> dict[str, float]:
        masks = self.masks[: len(self.colors)]
        found = means_within(as_canvas(image), masks, self.space)
        away = np.abs(found - self.colors).max(1)
        return {name: float(error) for name, error in zip(self.names, away, strict=True)}


def check_reach(canvas: Canvas, mask: np.ndarray, color: np.ndarray, space: MeanSpace) -> None:
    """InputError if no edit within a soft mask can have the mean ``color``."""
    if not is_soft(mask):
        return
    low, high = ends_within(canvas, mask, space)
    if (color < low - REACH).any() or (color > high + REACH).any():
        nearest = colors.to_hex(np.clip(color, low, high))
        raise InputError(
            f"{colors.to_hex(color)} is out of reach within so soft a mask; the nearest that can "
            f"be reached is {nearest}, or give the mask a harder border"
        )
