"""Edits that hold within masks, each in its own, while everything else keeps its bytes."""

from __future__ import annotations

import dataclasses
from typing import Any, ClassVar

import numpy as np

from ..colors import at_luma, luma_of
from ..core.floors import COVERED
from ..errors import InputError
from ..interpolation import tents
from ..typing import Color, ColorList, Images, Mask, Pixels, Shares
from .base import Transform


@dataclasses.dataclass(frozen=True, eq=False)
class MaskedTransform(Transform):
    """Other edits, each within its mask.

    A pixel x with the masks m_k and the edits T_k becomes ``(1 - m) x + m clip(sum_k m_k T_k(x) /
    sum_k m_k)``, where m is the sum of the m_k, at most 1. So one edit is blended with the original
    by its mask, edits whose masks overlap share a pixel, and a pixel with no mask above 0 keeps its
    bytes.

    Attributes
    ----------
    transforms
        The edits, in a tuple.
    masks
        (k, h, w), uint8 or uint16: from 0 to the highest level, 1. Not copied. To pictures of other
        sizes they are stretched, linearly and without aliases; one of (1, 1) is the whole picture.
    keeps
        "luma": each pixel keeps its luma, and instead of being clipped is made as dull as it takes
        (`colors.at_luma`); "" for nothing.

    Examples
    --------
    >>> from colortransfer.transforms import AffineTransform
    >>> halved = AffineTransform(0.5 * np.eye(3), np.zeros(3))
    >>> left = MaskedTransform((halved,), np.array([[[255, 51, 0]]], np.uint8))
    >>> left.apply(np.full((1, 3, 3), 100, np.uint8))[0, :, 0]
    array([ 50,  90, 100], dtype=uint8)
    """

    kind: ClassVar[str] = "masked"
    transforms: tuple[Transform, ...]
    masks: np.ndarray
    keeps: str = dataclasses.field(default="", kw_only=True)

    def _array(self, value: Any, name: str) -> np.ndarray:
        array = np.asarray(value)
        if array.dtype not in (np.uint8, np.uint16):
            raise InputError("masks of an edit are uint8 or uint16")
        return array

    def _check(self) -> None:
        count = len(self.transforms)
        if self.masks.ndim != 3 or len(self.masks) != count or 0 in self.masks.shape:
            raise InputError("a masked edit has masks of shape (k, h, w) for its k transforms")
        if self.keeps not in ("", "luma"):
            raise InputError(f"a masked edit keeps 'luma' or nothing, not {self.keeps!r}")

    def shares(self, rows: slice, size: tuple[int, int]) -> Shares:
        """The masks in [0, 1], float32 (k, n, W), at these rows of a picture of ``size`` (H, W)."""
        return stretched(self.masks, rows, size)

    def margin(self, size: tuple[int, int]) -> int:
        return max(transform.margin(size) for transform in self.transforms)

    def touched(self, rows: slice, size: tuple[int, int]) -> Mask | None:
        if self.masks.shape[1:] == (1, 1) and self.masks.any():
            return None
        return (self.shares(rows, size) > 0).any(0)

    def mixed(self, rgb: Pixels, shares: Shares, top: int, height: int) -> Pixels:
        """Values (rows, W, 3) of the edits, mixed in proportion to their masks, not yet blended."""
        if len(shares) == 1:
            return self.transforms[0].render_rows(rgb, top, height).astype(np.float32, copy=False)
        total = np.maximum(shares.sum(0), np.float32(COVERED))
        mixed = np.zeros_like(rgb)
        for transform, share in zip(self.transforms, shares, strict=True):
            if share.any():
                mixed += (share / total)[..., None] * transform.render_rows(rgb, top, height)
        return mixed.astype(np.float32, copy=False)

    def render_rows(self, rgb: Pixels, top: int, height: int) -> Pixels:
        shares = self.shares(slice(top, top + len(rgb)), (height, rgb.shape[1]))
        mixed = self.mixed(rgb, shares, top, height)
        edited = at_luma(mixed, luma_of(rgb)) if self.keeps else np.clip(mixed, 0, 1)
        return rgb + cover(shares)[..., None] * (edited - rgb)

    def render_tensor(self, images: Images) -> Images:
        from ..rendering import render_masked

        height, width = images.shape[1:3]
        shares = self.shares(slice(0, height), (height, width))
        edited = [transform.render_tensor(images) for transform in self.transforms]
        return render_masked(images, edited, shares, keep_luma=self.keeps == "luma")

    def shifted(self, shift: Color) -> MaskedTransform:
        return self.with_shifts(np.tile(shift, (len(self.transforms), 1)))

    def with_shifts(self, shifts: ColorList) -> MaskedTransform:
        """This edit with a shift (k, 3) of its own added to each of the first k edits."""
        missing = np.zeros((len(self.transforms) - len(shifts), 3))
        pairs = zip(self.transforms, np.concatenate([shifts, missing]), strict=True)
        edits = tuple(t.shifted(shift) for t, shift in pairs)
        return MaskedTransform(edits, self.masks, keeps=self.keeps)

    def map_colors(self, colors: ColorList) -> ColorList:
        if self.masks.shape == (1, 1, 1):
            return super().map_colors(colors)
        raise InputError(
            "a masked edit has no look-up table of its own; export that of the inside, "
            "transform.transforms[0].to_cube(...), and apply it through the mask"
        )


def cover(shares: np.ndarray) -> np.ndarray:
    """How much of each pixel (...) any of the masks (k, ...) covers."""
    return shares[0] if len(shares) == 1 else np.minimum(shares.sum(0), np.float32(1))


def stretched(masks: np.ndarray, rows: slice, size: tuple[int, int]) -> Shares:
    """Masks (k, h, w), uint8 or uint16, as floats in [0, 1] at rows of a picture (H, W).

    Examples
    --------
    >>> stretched(np.array([[[0, 255]]], np.uint8), slice(0, 1), (1, 4))
    array([[[0.  , 0.25, 0.75, 1.  ]]], dtype=float32)
    """
    full = np.float32(np.iinfo(masks.dtype).max)
    if masks.shape[1:] == size:
        return masks[:, rows].astype(np.float32) / full
    indices, weights = tents(size[0], masks.shape[1], np.arange(rows.start, rows.stop))
    lines: Any = sum(masks[:, i] * w[:, None] for i, w in zip(indices.T, weights.T, strict=True))
    indices, weights = tents(size[1], masks.shape[2], np.arange(size[1]))
    found: Any = sum(lines[..., i] * w for i, w in zip(indices.T, weights.T, strict=True))
    return np.clip(found / full, 0, 1, dtype=np.float32)
