"""How planes of luma and chroma encode colours."""

from __future__ import annotations

import dataclasses
import functools
from collections.abc import Sequence

import numpy as np

from .._kernels import to_rgb
from ..errors import InputError

Planes = tuple[np.ndarray, ...]  # luma, blue and red: (h, w), and twice (h', w'), integers
# Shares of red and blue in luma, by the number of a matrix in ITU-T H.273; 2 is "not told", which
# FFmpeg takes for BT.601.
LUMA_SHARES = {
    1: (0.2126, 0.0722),
    2: (0.299, 0.114),
    4: (0.30, 0.11),
    5: (0.299, 0.114),
    6: (0.299, 0.114),
    7: (0.212, 0.087),
    9: (0.2627, 0.0593),
}


@dataclasses.dataclass(frozen=True, eq=False)
class Coding:
    """How planes of luma and chroma encode colours.

    Attributes
    ----------
    levels
        float32 (5,): black, the level of no chroma, the spans of luma and of chroma, the highest.
    weights
        float32 (7,): what chroma adds to red, green (twice) and blue; red, green and blue in luma.
    steps
        int64 (2,): rows and columns that share a sample of chroma.

    Examples
    --------
    >>> coding = Coding.of(bits=8, matrix=1, full=False, steps=(2, 2))
    >>> coding.levels.tolist()
    [16.0, 128.0, 219.0, 224.0, 255.0]
    """

    levels: np.ndarray
    weights: np.ndarray
    steps: np.ndarray

    @staticmethod
    @functools.cache
    def of(*, bits: int, matrix: int, full: bool, steps: tuple[int, int]) -> Coding:
        """By depth, number of the matrix (ITU-T H.273), range, and steps of chroma."""
        if matrix not in LUMA_SHARES:
            raise InputError(f"frames have the matrix {matrix} of ITU-T H.273; convert them first")
        unit, top = 1 << (bits - 8), (1 << bits) - 1
        spans = (0, top, top) if full else (16 * unit, 219 * unit, 224 * unit)
        red, blue = LUMA_SHARES[matrix]
        green = 1 - red - blue
        to_red, to_blue = 2 * (1 - red), 2 * (1 - blue)
        return Coding(
            np.array([spans[0], 128 * unit, *spans[1:], top], np.float32),
            np.array(
                [to_red, to_blue * blue / green, to_red * red / green, to_blue, red, green, blue],
                np.float32,
            ),
            np.array(steps, np.int64),
        )

    @property
    def bits(self) -> int:
        """Of a sample."""
        return int(self.levels[4]).bit_length()

    @property
    def unshared(self) -> Coding:
        """The same with chroma for every pixel."""
        return dataclasses.replace(self, steps=np.ones(2, np.int64))

    def colors(self, planes: Planes) -> np.ndarray:
        """Colours float32 (h, w, 3), sRGB in [0, 1], of planes of luma and chroma."""
        luma, blue, red = planes
        rgb = np.empty((*luma.shape, 3), np.float32)
        kernel = to_rgb.after(luma.dtype.name, luma.size)
        if kernel is not None:
            kernel(luma, blue, red, self.levels, self.weights, self.steps, rgb)
            return rgb
        black, grey, luma_span, chroma_span, _ = self.levels
        light = (luma.astype(np.float32) - black) / luma_span
        b, r = (
            self.spread((plane.astype(np.float32) - grey) / chroma_span, luma.shape)
            for plane in (blue, red)
        )
        rgb[..., 0] = light + self.weights[0] * r
        rgb[..., 1] = light - self.weights[1] * b - self.weights[2] * r
        rgb[..., 2] = light + self.weights[3] * b
        return np.clip(rgb, 0, 1, out=rgb)

    def differences(self, before: np.ndarray, after: np.ndarray) -> tuple[np.ndarray, ...]:
        """What colours (h, w, 3) changed, in levels of luma and both chromas at each pixel."""
        _, _, luma_span, chroma_span, _ = self.levels
        red, green, blue = np.moveaxis(np.clip(after, 0, 1, dtype=np.float32) - before, -1, 0)
        light = self.weights[4] * red + self.weights[5] * green + self.weights[6] * blue
        return (
            light * luma_span,
            (blue - light) / self.weights[3] * chroma_span,
            (red - light) / self.weights[0] * chroma_span,
        )

    def written(self, old: Planes, changes: Sequence[np.ndarray], new: Planes) -> None:
        """The planes ``old`` plus changes of their sizes, in levels, rounded into ``new``."""
        for source, target, change in zip(old, new, changes, strict=True):
            values = np.clip(source.astype(np.float32) + change, 0, self.levels[4])
            target[...] = (values + np.float32(0.5)).astype(np.int32)

    def spread(self, chroma: np.ndarray, shape: tuple[int, ...]) -> np.ndarray:
        """Chroma (h', w') at every pixel of a picture of this shape."""
        rows, columns = self.steps
        spread = chroma.repeat(rows, 0).repeat(columns, 1)
        return spread[: shape[0], : shape[1]]

    def gathered(self, values: np.ndarray, shape: tuple[int, ...]) -> np.ndarray:
        """Means (h', w') of the pixels that share a sample of chroma."""
        rows, columns = self.steps
        missing = (shape[0] * rows - values.shape[0], shape[1] * columns - values.shape[1])
        values = np.pad(values, [(0, missing[0]), (0, missing[1])], "edge")
        total = np.zeros(shape, np.float32)
        for i in range(rows):
            for j in range(columns):
                total += values[i::rows, j::columns]
        return total * (np.float32(1) / np.float32(rows * columns))
