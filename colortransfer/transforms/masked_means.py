"""Mean colours within masks: what they are, and the shifts that make them exact."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, NamedTuple

import numpy as np

from ..colors import (
    MeanSpace,
    at_luma,
    chroma_fits,
    from_light,
    luma_of,
    srgb_to_linear,
    to_light,
)
from ..core.threads import in_threads
from ..images.canvas import Canvas
from ..images.strips import strips
from ..typing import ColorList, Pixels, Shares
from .masked import MaskedTransform, cover, stretched

SAMPLE = 1 << 18  # pixels on which the shifts are found first
ROUNDS = 50
TOLERANCE = 1e-5  # of means
LEAST_SLOPE = 0.1  # where nearly all is clipped the slope says little: steps stay bounded
LARGEST_STEP = 0.5


class Blend(NamedTuple):
    """Some pixels that are edited within masks, all float32.

    ``original`` and ``mixed`` (n, 3), the latter before it is clipped; the masks' shares in the
    mixture ``relative`` (n, k); how much of a pixel is edited, ``cover`` (n, 1); and how much it
    ``counts`` (n, k) in the mean of each mask. ``luma`` (n, 1) is what pixels keep of it, or None.
    """

    original: np.ndarray
    mixed: np.ndarray
    relative: np.ndarray
    cover: np.ndarray
    counts: np.ndarray
    luma: np.ndarray | None = None


class Moments(NamedTuple):
    """Sums over pixels: of light (k, 3), of its slopes in the shifts (3, k, k), of counts (k,)."""

    light: Any
    slopes: Any
    counts: Any


def blend_of(
    original: Pixels, mixed: Pixels, shares: Shares, counts: np.ndarray, *, keep_luma: bool = False
) -> Blend:
    """The pixels that count anywhere, of images (h, w, 3) and masks (n, h, w)."""
    seen = (counts > 0).any(0)
    found = shares[:, seen]
    total = np.maximum(found.sum(0), np.float32(1e-9))
    return Blend(
        original[seen],
        mixed[seen],
        (found / total).T,
        cover(found)[:, None],
        counts[:, seen].astype(np.float32).T,
        luma_of(original[seen]) if keep_luma else None,
    )


def moments(blend: Blend, shifts: ColorList, space: MeanSpace) -> Moments:
    """What the means of a blend are after shifts (k, 3), and how they follow them."""
    # Masks beyond those that have a colour to reach are not shifted, and come last.
    free = len(shifts)
    moved = blend.mixed + blend.relative[:, :free] @ shifts.astype(np.float32)
    if blend.luma is None:
        inside, edited = (moved > 0) & (moved < 1), np.clip(moved, 0, 1)
    else:
        inside, edited = chroma_fits(moved, blend.luma), at_luma(moved, blend.luma)
    slope = blend.cover * np.broadcast_to(inside, moved.shape)
    seen = blend.original + blend.cover * (edited - blend.original)
    if space == "linear":
        slope = slope * np.float32(2.4 / 1.055) * ((seen + 0.055) / 1.055) ** np.float32(1.4)
        seen = srgb_to_linear(seen)
    counts = blend.counts[:, :free].astype(np.float64).T
    slopes = [(counts * line) @ blend.relative[:, :free] for line in slope.T]
    return Moments(counts @ seen, np.stack(slopes), counts.sum(1))


def solved(goals: ColorList, space: MeanSpace, look: Callable[[np.ndarray], Moments]) -> ColorList:
    """The shifts (k, 3) after which the means are ``goals``, by Newton's method.

    Where they cannot be reached, as near as it came.
    """
    shifts = np.zeros(goals.shape)
    best, nearest = shifts, np.inf
    for _ in range(ROUNDS):
        missing, step = _step(goals, space, look(shifts))
        if missing < nearest:
            best, nearest = shifts, missing
        if missing <= TOLERANCE:
            break
        shifts = shifts + step
    return best


def _step(goals: ColorList, space: MeanSpace, found: Moments) -> tuple[float, ColorList]:
    """The most that any mean lacks, and what to add to the shifts."""
    counts = found.counts[:, None]
    missing = np.stack([to_light(goal, space) for goal in goals]) - found.light / counts
    slopes = found.slopes / counts
    floor = np.maximum(LEAST_SLOPE - np.einsum("ckk->ck", slopes), 0)
    raised = slopes + floor[:, :, None] * np.eye(len(goals))
    step = np.linalg.solve(raised, missing.T[..., None])[..., 0].T
    return float(np.abs(missing).max()), np.clip(step, -LARGEST_STEP, LARGEST_STEP)


def reach_means(
    canvas: Canvas, masked: MaskedTransform, colors: ColorList, *, space: MeanSpace = "srgb"
) -> MaskedTransform:
    """A masked edit, shifted so that the mean within each of its masks is its colour.

    Parameters
    ----------
    canvas
        The picture; its ``weights`` say which pixels count.
    masked
        The edit.
    colors
        (k, 3), sRGB in [0, 1], one for each of the first k masks.
    space
        Where means are taken.

    Examples
    --------
    >>> from colortransfer.images import as_canvas
    >>> from colortransfer.transforms import AffineTransform
    >>> mask = np.zeros((1, 40, 56), np.uint8)
    >>> mask[0, :, 20:] = 255
    >>> start = MaskedTransform((AffineTransform(np.eye(3), np.zeros(3)),), mask)
    >>> grey = np.array([[0.5, 0.5, 0.5]])
    >>> reached = reach_means(as_canvas(photo), start, grey)
    >>> (reached.apply(photo)[:, 20:].mean((0, 1)) / 255).round(2).tolist()
    [0.5, 0.5, 0.5]
    """
    # On some of the rows first; of larger pictures, all pixels then say what is missing.
    lines, whole = _lines(*canvas.size)
    parts = [_blend(canvas, masked, rows) for rows in lines]
    some = _joined(parts)
    if some.counts.any(0).all():
        masked = masked.with_shifts(solved(colors, space, lambda p: moments(some, p, space)))
    if whole:
        return masked

    def strip(rows: slice) -> Moments:
        return moments(_blend(canvas, masked, rows), np.zeros(colors.shape), space)

    found = _sum(in_threads(strip, strips(*canvas.size)))
    return masked.with_shifts(_step(colors, space, found)[1])


def means_after(canvas: Canvas, masked: MaskedTransform, space: MeanSpace) -> ColorList:
    """Mean colours (k, 3), sRGB, within the masks of an edit after it, before rounding."""

    def strip(rows: slice) -> Moments:
        return moments(_blend(canvas, masked, rows), np.zeros((len(masked.masks), 3)), space)

    return _means(_sum(in_threads(strip, strips(*canvas.size))), space)


def means_within(canvas: Canvas, masks: np.ndarray, space: MeanSpace = "srgb") -> ColorList:
    """Mean colours (k, 3), sRGB, within masks (k, H, W), uint8 or uint16, of a picture's size.

    Examples
    --------
    >>> from colortransfer.images import as_canvas
    >>> masks = np.array([[[0, 255, 255]], [[255, 51, 0]]], np.uint8)
    >>> means_within(as_canvas(np.array([[0.25, 0.5, 1.0]])), masks)[:, 0].round(3)
    array([0.75 , 0.292])
    """

    def strip(rows: slice) -> Moments:
        counts = stretched(masks, rows, canvas.size).reshape(len(masks), -1).astype(np.float64)
        if canvas.weights is not None:
            counts = counts * canvas.weights[rows].ravel()
        light = to_light(canvas.rows(rows).reshape(-1, 3), space)
        return Moments(counts @ light, 0.0, counts.sum(1))

    return _means(_sum(in_threads(strip, strips(*canvas.size))), space)


def _means(found: Moments, space: MeanSpace) -> ColorList:
    return np.stack([from_light(mean, space) for mean in found.light / found.counts[:, None]])


def _lines(height: int, width: int) -> tuple[list[slice], bool]:
    """Rows of a picture with about ``SAMPLE`` pixels, evenly spread, and whether they are all."""
    step = max(1, round(height * width / SAMPLE))
    if step == 1:
        return strips(height, width), True
    return [slice(row, row + 1) for row in range(step // 2, height, step)], False


def _blend(canvas: Canvas, masked: MaskedTransform, rows: slice) -> Blend:
    """The pixels that count in these rows."""
    rgb, shares = canvas.rows(rows), masked.shares(rows, canvas.size)
    counts = shares if canvas.weights is None else shares * canvas.weights[rows]
    mixed = masked.mixed(rgb, shares, rows.start, canvas.size[0]) if counts.any() else rgb
    return blend_of(rgb, mixed, shares, counts, keep_luma=masked.keeps == "luma")


def _joined(parts: list[Blend]) -> Blend:
    *arrays, lumas = zip(*parts, strict=True)
    luma = None if lumas[0] is None else np.concatenate(lumas)
    original, mixed, relative, covers, counts = map(np.concatenate, arrays)
    return Blend(original, mixed, relative, covers, counts, luma)


def _sum(parts: Iterable[Moments]) -> Moments:
    light, slopes, counts = 0.0, 0.0, 0.0
    for part in parts:
        light, slopes, counts = light + part.light, slopes + part.slopes, counts + part.counts
    return Moments(light, slopes, counts)
