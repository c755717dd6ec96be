"""A decomposed image as the classical methods read it: planes of float64, chunk by chunk.

The methods are pointwise or statistical, so nothing but the image itself has to be in memory at
full size. Chunks are small enough for the work on them to stay in the processor's cache.
"""

from __future__ import annotations

import dataclasses
import functools
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from ..errors import InputError
from ..images import Decomposed, decompose
from .checks import check_mask
from .threads import in_threads

CHUNK = 16_384  # pixels
BLOCK = 32 * CHUNK  # what a thread takes at a time

ColorMap = Callable[[np.ndarray], np.ndarray]  # planes (3, n) to planes (3, n)


@dataclasses.dataclass(frozen=True, eq=False)
class Picture:
    """An image, and where its statistics are taken.

    Attributes
    ----------
    parts
        The image as float32 RGB and the way back to the caller's type.
    chosen
        bool (H * W,): visible and inside the caller's mask; None for every pixel.
    levels
        Highest level of an integer image (255, 65535), 0 for floats.
    """

    parts: Decomposed
    chosen: np.ndarray | None
    levels: int

    @property
    def pixels(self) -> np.ndarray:
        """The image's own float32 RGB (H * W, 3), in reading order."""
        return self.parts.rgb.reshape(-1, 3)

    @property
    def count(self) -> int:
        """How many pixels the statistics are taken over."""
        return len(self.pixels) if self.chosen is None else int(self.chosen.sum())

    def sample(self, size: int) -> np.ndarray:
        """Indices of at least ``size`` of the chosen pixels (or all), evenly spread."""
        index = np.arange(len(self.pixels)) if self.chosen is None else np.flatnonzero(self.chosen)
        return index[:: max(1, len(index) // size)]

    def planes(self, chunk: slice, *, precise: bool = True) -> np.ndarray:
        """The pixels of a chunk as planes (3, n).

        float64, with the levels of integer images as the exact fractions of 255 or 65535, so that
        results do not depend on the rounding of float32; or, if not ``precise``, float32.
        """
        if not precise:
            return np.ascontiguousarray(self.pixels[chunk].T)
        values = self.pixels[chunk].T.astype(np.float64, order="C")
        if self.levels:
            values *= self.levels
            np.rint(values, out=values)
            values /= self.levels
        return values

    def level_planes(self, chunk: slice, size: int) -> np.ndarray:
        """The pixels of a chunk as the nearest of ``size`` levels, integers (3, n)."""
        # Adding a half and cutting off is quicker than rounding; values are not negative.
        scaled = self.pixels[chunk].T * np.float32(size - 1)
        scaled += np.float32(0.5)
        return scaled.astype(np.int32, order="C")

    def chunks(self, start: int, stop: int, *, precise: bool = True) -> Iterator[np.ndarray]:
        """The chosen pixels among ``start`` to ``stop``, as planes (3, n)."""
        for chunk in chunks_of(start, stop):
            planes = self.planes(chunk, precise=precise)
            if self.chosen is not None:
                planes = planes[:, self.chosen[chunk]]
            if planes.shape[1]:
                yield planes

    def total(
        self, function: Callable[[Iterator[np.ndarray]], np.ndarray], *, precise: bool = True
    ) -> np.ndarray:
        """The sum of ``function`` of the chunks of every block of pixels."""
        return sum_over_blocks(
            len(self.pixels),
            lambda start, stop: function(self.chunks(start, stop, precise=precise)),
        )

    def recolor(self, function: ColorMap, strength: float = 1.0, *, precise: bool = True) -> Any:
        """The caller's image with ``function`` applied to every pixel; consumes the picture."""

        def block(start: int, stop: int) -> None:
            for chunk in chunks_of(start, stop):
                before = self.planes(chunk, precise=precise)
                self.pixels[chunk] = self._settled(before, function(before), strength).T

        over_blocks(len(self.pixels), block)
        return self.parts.restore(self.parts.rgb)

    def recolor_channels(self, function: ColorMap, strength: float = 1.0) -> Any:
        """As :meth:`recolor` for a function that treats channels apart: by table for integers."""
        if not self.levels:
            return self.recolor(function, strength)
        ramp = np.tile(np.linspace(0, 1, self.levels + 1), (3, 1))
        table = self._settled(ramp, function(ramp), strength).astype(np.float32)

        def block(start: int, stop: int) -> None:
            for chunk in chunks_of(start, stop):
                levels = self.level_planes(chunk, self.levels + 1)
                for channel in range(3):
                    self.pixels[chunk, channel] = table[channel].take(levels[channel])

        over_blocks(len(self.pixels), block)
        return self.parts.restore(self.parts.rgb)

    def replaced(self, rgb: np.ndarray, strength: float = 1.0) -> Any:
        """The caller's image with ``rgb`` (H, W, 3) for its colours, blended with them."""
        before = self.parts.rgb
        result = rgb if strength == 1 else before + np.float32(strength) * (rgb - before)
        return self.parts.restore(result)

    def _settled(self, before: np.ndarray, after: np.ndarray, strength: float) -> np.ndarray:
        """``after`` blended with ``before``, clipped, and rounded to the image's levels."""
        result = after if strength == 1 else before + strength * (after - before)
        result = np.clip(result, 0, 1)
        if self.levels:
            result *= self.levels
            np.rint(result, out=result)
            result /= self.levels
        return result


def open_picture(image: Any, mask: Any = None, *, name: str = "image") -> Picture:
    """Check an image and a mask for it.

    Parameters
    ----------
    image
        Whatever `colortransfer.images.decompose` takes; it is never changed.
    mask
        bool (H, W), true where statistics are taken, or None for everywhere. Transparent pixels
        (alpha 0) never count.
    name
        What error messages call the image.

    Raises
    ------
    InputError
        If the image or the mask cannot be used, or the mask leaves no visible pixel.
    """
    parts = decompose(image, name=name)
    dtype = np.dtype(np.asarray(image).dtype)
    levels = int(np.iinfo(dtype).max) if dtype.kind == "u" else 0
    chosen = parts.visible
    if mask is not None:
        chosen = check_mask(mask, parts.rgb.shape[:2], name)
        chosen = chosen if parts.visible is None else chosen & parts.visible
        if not chosen.any():
            raise InputError(f"the mask of {name} leaves no visible pixel; mark some as True")
    return Picture(parts, None if chosen is None else chosen.ravel(), levels)


def over_blocks(pixels: int, function: Callable[[int, int], Any]) -> list[Any]:
    """``function(start, stop)`` of every block of pixels, in order, on all processors."""
    return list(_results(pixels, function))


def sum_over_blocks(pixels: int, function: Callable[[int, int], np.ndarray]) -> np.ndarray:
    """The sum of :func:`over_blocks`, in order, without keeping every term."""
    return functools.reduce(np.add, _results(pixels, function))


def _results(pixels: int, function: Callable[[int, int], Any]) -> Iterator[Any]:
    ranges = [(start, min(start + BLOCK, pixels)) for start in range(0, pixels, BLOCK)]
    return in_threads(lambda span: function(*span), ranges)


def chunks_of(start: int, stop: int) -> Iterator[slice]:
    """The pixels ``start`` to ``stop``, a chunk at a time."""
    for first in range(start, stop, CHUNK):
        yield slice(first, min(first + CHUNK, stop))


def combine(matrix: np.ndarray, planes: np.ndarray, offset: np.ndarray | None = None) -> np.ndarray:
    """``matrix @ planes + offset`` in the planes' dtype; for three, quicker than BLAS."""
    matrix = matrix.astype(planes.dtype)
    result = np.empty_like(planes)
    product = np.empty_like(planes[0])
    for row, out in zip(matrix, result, strict=True):
        np.multiply(planes[0], row[0], out=out)
        for weight, plane in zip(row[1:], planes[1:], strict=True):
            out += np.multiply(plane, weight, out=product)
    if offset is not None:
        result += offset[:, None].astype(planes.dtype)
    return result
