"""Iterative distribution transfer (Pitié, Kokaram, Dahyot 2007)."""

from __future__ import annotations

import functools
from collections.abc import Iterator
from typing import Any

import numpy as np

from ..core.threads import in_threads
from ..edit import Edit
from ..images import Canvas, as_canvas
from ..images.strips import blocks, chunks, strips
from ..transforms.curves import along
from ..transforms.pointwise import combine
from ._checks import check_count, check_share
from ._edits import gives_image
from ._histograms import matching_curve
from ._regrain import regrained

BINS = 1024
CANDIDATES = 64  # random rotations of which the best is taken


@gives_image
def distribution_transfer(
    image: Any,
    reference: Any,
    *,
    iterations: int = 20,
    seed: int = 0,
    regrain: bool = True,
    mask: Any = None,
    reference_mask: Any = None,
    strength: float = 1.0,
) -> Edit:
    """Give the image the whole colour distribution of the reference, not its channels' alone.

    Each iteration turns the axes of sRGB and matches the histograms along the three of them; the
    distribution converges to the reference's. As that stretches noise and compression
    artefacts with the colours, the gradients of the original are then restored where they are
    weak (`regrain`).

    Parameters
    ----------
    image
        Array or tensor (H, W), (H, W, 1), (H, W, 3) or (H, W, 4), sRGB: uint8, uint16, or floats in
        [0, 1]. It is not changed.
    reference
        The image whose colours are taken, of the same kinds; size, type and dtype may differ.
    mask, reference_mask
        bool (H, W): the pixels of the image and of the reference whose colours are measured; None
        for all. Transparent pixels never count. The edit is applied to the whole image.
    strength
        Share of the edit, from 0, the image as it is, to 1; colours are blended in sRGB.
    iterations
        Number of rotations, at least 1; the first is the identity.
    seed
        Seed of the rotations, from 0. The same seed gives the same bytes.
    regrain
        Whether the original's gradients are restored, the paper's second stage.

    Returns
    -------
    ndarray or tensor
        The edited image, of the type, dtype and shape of ``image``, with its alpha and metadata. A
        grey image stays grey, and takes the luma of the edit.

    Raises
    ------
    InputError
        If an argument cannot be used.

    Notes
    -----
    An edit with no transform (`fit` has None): the gradients depend on the place, and the map on
    every pixel. Each iteration costs one pass over both images. Beside the image a copy in float32
    is held.

    Reference: Pitié, Kokaram, Dahyot, "Automated colour grading using colour distribution
    transfer", Computer Vision and Image Understanding 107, 2007.

    Examples
    --------
    >>> import numpy as np
    >>> from colortransfer import classical
    >>> photo = np.random.default_rng(0).random((20, 30, 3))
    >>> darker = classical.distribution_transfer(photo, photo**2)
    >>> bool(darker.mean() < photo.mean())
    True
    """
    strength = check_share(strength, "strength")
    axes = rotations(check_count(iterations, "iterations"), check_count(seed, "seed", 0))
    source = as_canvas(image, mask=mask)
    target = as_canvas(reference, mask=reference_mask, name="reference")
    moved = _Cloud(source)
    palette = _Cloud(target)
    for turned in axes:
        moved.match(palette, turned)
    result = np.clip(moved.colors, 0, 1).reshape(3, *source.size)
    if regrain:
        result = regrained(source.all_planes().reshape(result.shape), result)
    image = source.rebuild(lambda rows: np.moveaxis(result[:, rows], 0, -1), strength=strength)
    return Edit(image, None)


def rotations(count: int, seed: int) -> list[np.ndarray]:
    """``count`` orthogonal matrices (3, 3), one axis a row, of which the first is the identity.

    Each following one is, of some random ones, that whose axes lie farthest from all before
    (the paper's advice; it converges quicker than plain random rotations).
    """
    random = np.random.default_rng(seed)
    matrices = [np.eye(3)]
    while len(matrices) < count:
        q, r = np.linalg.qr(random.standard_normal((CANDIDATES, 3, 3)))
        candidates = q * np.sign(np.diagonal(r, axis1=1, axis2=2))[:, None]
        nearest = np.abs(candidates.swapaxes(1, 2) @ np.concatenate(matrices).T).max((1, 2))
        matrices.append(candidates[nearest.argmin()].T)
    return matrices


class _Cloud:
    """The colours of a picture as points (3, N), float32, and which of them count."""

    def __init__(self, canvas: Canvas) -> None:
        self.colors = canvas.all_planes()
        self.counted = canvas.counted

    def match(self, palette: _Cloud, axes: np.ndarray) -> None:
        """Match the marginal distributions along ``axes`` (one a row) with those of the palette."""
        ends = np.stack([self._ends(axes), palette._ends(axes)])
        low, high = ends[:, 0].min(0), ends[:, 1].max(0)
        width = np.maximum(high - low, 1e-6)
        source, target = (cloud._marginals(axes, low, width) for cloud in (self, palette))
        if np.allclose(source, target, rtol=0, atol=1e-12):
            return  # or rounding would grow from one rotation to the next
        curves = [
            (matching_curve(*pair) - np.linspace(0, 1, BINS)).astype(np.float32)
            for pair in zip(source, target, strict=True)
        ]
        # From projections to places in the curves, and from their steps back to colours.
        inward, outward = axes / width[:, None], axes.T * width

        def move(strip: slice) -> None:
            for chunk in chunks(strip):
                step = combine(inward, self.colors[:, chunk], -low / width)
                for plane, curve in zip(step, curves, strict=True):
                    # Points that do not count may lie outside the range, and move with its end.
                    plane[:] = along(curve, np.clip(plane, 0, 1))
                self.colors[:, chunk] += combine(outward, step)

        for _ in in_threads(move, strips(self.colors.shape[1])):
            pass

    def _projections(self, axes: np.ndarray, block: slice) -> Iterator[np.ndarray]:
        for chunk in chunks(block):
            points = self.colors[:, chunk]
            if self.counted is not None:
                points = points[:, self.counted[chunk]]
            if points.shape[1]:
                yield combine(axes, points)

    def _ends(self, axes: np.ndarray) -> np.ndarray:
        """Lowest and highest projection (2, 3) on the axes."""

        def ends_of(block: slice) -> np.ndarray:
            found = [(p.min(1), p.max(1)) for p in self._projections(axes, block)]
            return np.array(found).reshape(-1, 2, 3)

        ends = np.concatenate(list(in_threads(ends_of, blocks(self.colors.shape[1]))))
        return np.stack([ends[:, 0].min(0), ends[:, 1].max(0)])

    def _marginals(self, axes: np.ndarray, low: np.ndarray, width: np.ndarray) -> np.ndarray:
        """Histograms (3, BINS) of the projections on the axes; each sums to 1."""
        scale = ((BINS - 1) / width[:, None]).astype(np.float32)
        lowest = low[:, None].astype(np.float32)

        def count(block: slice) -> np.ndarray:
            counts = np.zeros((3, BINS), np.int64)
            for points in self._projections(axes, block):
                index = np.rint((points - lowest) * scale).astype(np.intp)
                for total, one in zip(counts, index, strict=True):
                    total += np.bincount(one, minlength=BINS)
            return counts

        total = functools.reduce(np.add, in_threads(count, blocks(self.colors.shape[1])))
        return total / total[0].sum()
