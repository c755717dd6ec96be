"""Mean colours within masks: what they are, and the shifts that make them exact."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from ..colors import (
    MeanSpace,
    at_luma,
    chroma_fits,
    from_light,
    luma_of,
    srgb_to_linear,
    summed_light,
    to_light,
)
from ..core.floors import COVERED
from ..core.threads import in_threads
from ..images.canvas import Canvas
from ..images.strips import strips
from ..typing import Color, ColorList, Pixels, Shares
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
    """Means within masks: of light (k, 3), and of its slopes in the shifts (3, k, k)."""

    light: np.ndarray
    slopes: np.ndarray


def blend_of(
    original: Pixels, mixed: Pixels, shares: Shares, counts: np.ndarray, *, keep_luma: bool = False
) -> Blend:
    """The pixels that count anywhere, of images (h, w, 3) and masks (n, h, w)."""
    seen = (counts > 0).any(0)
    found = shares[:, seen]
    total = np.maximum(found.sum(0), np.float32(COVERED))
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
    counts /= counts.sum(1, keepdims=True)
    slopes = [(counts * line) @ blend.relative[:, :free] for line in slope.T]
    return Moments(counts @ seen, np.stack(slopes))


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
    missing = to_light(goals, space) - found.light
    floor = np.maximum(LEAST_SLOPE - np.einsum("ckk->ck", found.slopes), 0)
    raised = found.slopes + floor[:, :, None] * np.eye(len(goals))
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
    lines, whole = _lines(canvas, masked.masks)
    some = _joined([_blend(canvas, masked, rows) for rows in lines])
    shifts = solved(colors, space, lambda p: moments(some, p, space))
    masked = masked.with_shifts(shifts)
    if whole:
        return masked
    # What all pixels say is missing then, made good by the slopes of those that were looked at.
    masks, draw = masked.masks[: len(colors)], masked.draw
    light = _light(canvas, masks, space, lambda rows: draw(canvas.rows, rows, canvas.size))
    found = moments(some, shifts, space)._replace(light=light)
    return masked.with_shifts(_step(colors, space, found)[1])


def means_within(canvas: Canvas, masks: np.ndarray, space: MeanSpace = "srgb") -> ColorList:
    """Mean colours (k, 3), sRGB, within masks (k, H, W), uint8 or uint16, of a picture's size.

    Examples
    --------
    >>> from colortransfer.images import as_canvas
    >>> masks = np.array([[[0, 255, 255]], [[255, 51, 0]]], np.uint8)
    >>> means_within(as_canvas(np.array([[0.25, 0.5, 1.0]])), masks)[:, 0].round(3)
    array([0.75 , 0.292])
    """
    return from_light(_light(canvas, masks, space, canvas.rows), space)


def ends_within(canvas: Canvas, mask: np.ndarray, space: MeanSpace) -> tuple[Color, Color]:
    """The darkest and the lightest mean (3,), sRGB, that edits within a mask (H, W) can have.

    Only what is soft keeps them from black and from white.

    Examples
    --------
    >>> from colortransfer.images import as_canvas
    >>> canvas, mask = as_canvas(np.full((1, 2), 0.5)), np.array([[51, 204]], np.uint8)
    >>> [float(end[0].round(2)) for end in ends_within(canvas, mask, "srgb")]
    [0.16, 0.84]
    """

    def strip(rows: slice) -> np.ndarray:
        share = stretched(mask[None], rows, canvas.size)
        share, count = share[0], _counts(canvas, share, rows)[0].astype(np.float64)
        soft, total = (count > 0) & (share < 1), np.full(3, count.sum())
        if not soft.any():
            return np.stack([np.zeros(3), total, total])
        covered, count = share[soft, None], count[soft, None]
        dark = (1 - covered) * canvas.rows(rows)[soft]
        low, lacking = to_light(dark, space), 1 - to_light(dark + covered, space)
        return np.stack([(count * low).sum(0), total - (count * lacking).sum(0), total])

    low, high, total = functools.reduce(np.add, in_threads(strip, strips(*canvas.size)))
    return from_light(low / total, space), from_light(high / total, space)


def _light(
    canvas: Canvas, masks: np.ndarray, space: MeanSpace, read: Callable[[slice], Pixels]
) -> np.ndarray:
    """Means (k, 3) within masks, in ``space``, of rows that ``read`` gives where any is not 0."""

    def strip(rows: slice) -> np.ndarray:
        counts = _counts(canvas, stretched(masks, rows, canvas.size), rows)
        if not counts.any():
            return np.zeros((len(masks), 4))
        rgb = read(rows)
        return np.stack([np.append(*summed_light(rgb, count, space)) for count in counts])

    total = functools.reduce(np.add, in_threads(strip, strips(*canvas.size)))
    found: np.ndarray = total[:, :3] / total[:, 3:]
    return found


def _counts(canvas: Canvas, shares: Shares, rows: slice) -> Shares:
    """How much each pixel of these rows counts within masks (k, n, W)."""
    return shares if canvas.weights is None else shares * canvas.weights[rows]


def _lines(canvas: Canvas, masks: np.ndarray) -> tuple[list[slice], bool]:
    """Some rows with about ``SAMPLE`` pixels, and whether they are all that count.

    Evenly spread over the rows of each mask, so that none is overlooked.
    """
    height, width = canvas.size

    def seen(rows: slice) -> np.ndarray:
        return (_counts(canvas, stretched(masks, rows, canvas.size), rows) > 0).any(-1)

    counted = np.concatenate(list(in_threads(seen, strips(height, width))), 1)
    there = np.any(counted, axis=0)
    if there.sum() * width <= SAMPLE:
        return [rows for rows in strips(height, width) if there[rows].any()], True
    chosen = np.zeros(height, bool)
    for rows in map(np.flatnonzero, counted):
        step = max(1, round(len(rows) * width * len(masks) / SAMPLE))
        chosen[rows[step // 2 :: step]] = True
    return [slice(row, row + 1) for row in np.flatnonzero(chosen).tolist()], False


def _blend(canvas: Canvas, masked: MaskedTransform, rows: slice) -> Blend:
    """The pixels that count in these rows."""
    rgb, shares = canvas.rows(rows), masked.shares(rows, canvas.size)
    counts = _counts(canvas, shares, rows)
    mixed = masked.mixed(rgb, shares, rows.start, canvas.size[0]) if counts.any() else rgb
    return blend_of(rgb, mixed, shares, counts, keep_luma=masked.keeps == "luma")


def _joined(parts: list[Blend]) -> Blend:
    *arrays, lumas = zip(*parts, strict=True)
    luma = None if lumas[0] is None else np.concatenate(lumas)
    original, mixed, relative, covers, counts = map(np.concatenate, arrays)
    return Blend(original, mixed, relative, covers, counts, luma)
