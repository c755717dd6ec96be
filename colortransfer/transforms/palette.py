"""Moves of dominant colours, in which every colour takes part as far as it belongs to them."""

from __future__ import annotations

import dataclasses
from typing import ClassVar

import numpy as np

from ..colors import srgb_to_lab
from ..colors.dominant import cluster_shares
from ..errors import InputError
from ..images.strips import CHUNK
from ..typing import Color, Images, Pixels
from .base import Transform


@dataclasses.dataclass(frozen=True, eq=False)
class PaletteTransform(Transform):
    """Another edit, and on top of it moves of dominant colours.

    A pixel x becomes ``T(x) + sum_k w_k(x) d_k``: T is the other edit, d_k the moves, and w_k the
    share of x in the k-th cluster (`colors.dominant.cluster_shares`).

    Attributes
    ----------
    transforms
        T, in a tuple of one.
    centres
        (k, 3), CIELAB: of the clusters.
    moves
        (k, 3), sRGB.

    Examples
    --------
    >>> from colortransfer.transforms import AffineTransform
    >>> identity = AffineTransform(np.eye(3), np.zeros(3))
    >>> black_and_white = [[0.0, 0.0, 0.0], [100.0, 0.0, 0.0]]
    >>> edit = PaletteTransform((identity,), black_and_white, [[0.25] * 3, [0.0] * 3])
    >>> edit.apply(np.array([[[0.0, 0.0, 0.0], [1.0, 1.0, 1.0]]])).round(3)[0, :, 0]
    array([0.25, 1.  ])
    """

    kind: ClassVar[str] = "palette"
    transforms: tuple[Transform, ...]
    centres: np.ndarray
    moves: np.ndarray

    def _check(self) -> None:
        if len(self.transforms) != 1 or not isinstance(self.transforms[0], Transform):
            raise InputError("a palette's edit is made on top of one other transform")
        if self.centres.ndim != 2 or self.centres.shape[1:] != (3,) or not len(self.centres):
            raise InputError("centres of clusters have the shape (k, 3)")
        if self.moves.shape != self.centres.shape:
            raise InputError("a palette has as many moves as centres")

    def margin(self, size: tuple[int, int]) -> int:
        return self.transforms[0].margin(size)

    def render_rows(self, rgb: Pixels, top: int, height: int) -> Pixels:
        result = np.array(self.transforms[0].render_rows(rgb, top, height), np.float32)
        pixels, edited = rgb.reshape(-1, 3), result.reshape(-1, 3)
        for start in range(0, len(pixels), CHUNK):
            span = slice(start, start + CHUNK)
            lab = srgb_to_lab(pixels[span].astype(np.float32))
            edited[span] += cluster_shares(lab, self.centres) @ self.moves
        return result

    def render_tensor(self, images: Images) -> Images:
        from ..rendering import render_palette

        return self.transforms[0].render_tensor(images) + render_palette(
            images, self.centres, self.moves
        )

    def shifted(self, shift: Color) -> PaletteTransform:
        return dataclasses.replace(self, transforms=(self.transforms[0].shifted(shift),))
