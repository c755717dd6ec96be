"""An image as the classical methods read it: planes of floats, chunk by chunk.

The methods are pointwise or statistical, so nothing but the caller's image and the result has to be
in memory at full size. Chunks are small enough for the work on them to stay in the processor's
cache.
"""

from __future__ import annotations

import dataclasses
import functools
from collections.abc import Callable, Iterable, Iterator
from typing import Any

import numpy as np

from ..core.threads import in_threads
from ..errors import InputError
from ..images.arrays import Layout, take_apart
from .checks import check_mask

CHUNK = 16_384  # pixels
BLOCK = 32 * CHUNK  # what a thread takes at a time

ColorMap = Callable[[np.ndarray], np.ndarray]  # planes (3, n) to planes (3, n)


@dataclasses.dataclass(frozen=True, eq=False)
class Picture:
    """An image, and where its statistics are taken.

    Attributes
    ----------
    pixels
        The caller's own values (H * W, 3), in reading order; not to be written.
    shape
        (H, W).
    layout
        The rest of the image, and the way back to the caller's type.
    chosen
        bool (H * W,): visible and inside the caller's mask; None for every pixel.
    levels
        Highest level of an integer image (255, 65535), 0 for floats.
    """

    pixels: np.ndarray
    shape: tuple[int, int]
    layout: Layout
    chosen: np.ndarray | None
    levels: int

    @property
    def count(self) -> int:
        """How many pixels the statistics are taken over."""
        return len(self.pixels) if self.chosen is None else int(self.chosen.sum())

    def sample(self, size: int) -> np.ndarray:
        """Indices of at least ``size`` of the chosen pixels (or all), evenly spread."""
        index = np.arange(len(self.pixels)) if self.chosen is None else np.flatnonzero(self.chosen)
        return index[:: max(1, len(index) // size)]

    def planes(self, where: slice | np.ndarray, *, precise: bool = True) -> np.ndarray:
        """Some pixels as planes (3, n), sRGB in [0, 1]: float64, or float32 if not ``precise``."""
        dtype = np.float64 if precise else np.float32
        values = self.pixels[where].T.astype(dtype, order="C")
        if self.levels:
            return np.divide(values, self.levels, out=values)
        return np.clip(values, 0, 1, out=values)

    def all_planes(self) -> np.ndarray:
        """Every pixel as planes (3, H * W), float32."""
        planes = np.empty((3, len(self.pixels)), np.float32)

        def block(start: int, stop: int) -> None:
            for chunk in chunks_of(start, stop):
                planes[:, chunk] = self.planes(chunk, precise=False)

        over_blocks(len(self.pixels), block)
        return planes

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
        """The caller's image with ``function`` applied to every pixel."""

        def edited(chunk: slice) -> np.ndarray:
            before = self.planes(chunk, precise=precise)
            return self._channels(before, function(before), strength)

        return self._built(edited)

    def recolor_channels(self, function: ColorMap, strength: float = 1.0) -> Any:
        """As :meth:`recolor` for a function that treats channels apart: by table for integers."""
        if not self.levels:
            return self.recolor(function, strength)
        ramp = np.tile(np.linspace(0, 1, self.levels + 1), (3, 1))
        table = self._channels(ramp, function(ramp), strength)

        def looked_up(chunk: slice) -> list[np.ndarray]:
            pixels = self.pixels[chunk]
            return [column.take(pixels[:, c]) for c, column in enumerate(table)]

        return self._built(looked_up)

    def replaced(self, planes: np.ndarray, strength: float = 1.0) -> Any:
        """The caller's image with ``planes`` (3, H * W) for its colours, blended with them."""

        def edited(chunk: slice) -> np.ndarray:
            return self._channels(self.planes(chunk), planes[:, chunk], strength)

        return self._built(edited)

    def _channels(self, before: np.ndarray, after: np.ndarray, strength: float) -> np.ndarray:
        """``after``, blended with ``before``, as the image's own channels (3 or 1, n)."""
        result = after if strength == 1 else before + strength * (after - before)
        return self.layout.channels(result.T).T

    def _built(self, channels: Callable[[slice], Iterable[np.ndarray]]) -> Any:
        """The caller's image with the ``channels`` of every chunk."""

        def fill(pixels: np.ndarray) -> None:
            def block(start: int, stop: int) -> None:
                for chunk in chunks_of(start, stop):
                    # One by one: numpy is three times slower in turning planes to pixels.
                    for c, channel in enumerate(channels(chunk)):
                        pixels[chunk, c] = channel

            over_blocks(len(pixels), block)

        return self.layout.build(fill)


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
    colors, layout = take_apart(image, name=name)
    height, width, _ = colors.shape
    levels = int(np.iinfo(colors.dtype).max) if colors.dtype.kind == "u" else 0
    chosen = layout.visible
    if mask is not None:
        chosen = check_mask(mask, (height, width), name)
        chosen = chosen if layout.visible is None else chosen & layout.visible
        if not chosen.any():
            raise InputError(f"the mask of {name} leaves no visible pixel; mark some as True")
    chosen = None if chosen is None else chosen.ravel()
    return Picture(colors.reshape(-1, 3), (height, width), layout, chosen, levels)


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
    columns = matrix.T[..., None]
    result = columns[0] * planes[0]
    product = np.empty_like(result)
    for column, plane in zip(columns[1:], planes[1:], strict=True):
        result += np.multiply(column, plane, out=product)
    if offset is not None:
        result += offset[:, None].astype(planes.dtype)
    return result
