"""An image as everything here computes with it, and the way back to the caller's own kind.

Nothing of full size has to be in memory but the caller's image and the result: colours are read as
rows or as planes, some at a time (see `strips`), and results are written as they are made.
"""

from __future__ import annotations

import dataclasses
import functools
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from ..colors import MeanSpace, from_light, summed_light
from ..core.threads import in_threads
from ..errors import InputError
from .arrays import as_array, blended, check_mask, check_weights, seen
from .layout import Layout
from .strips import blocks, chunks, mirrored, strips


@dataclasses.dataclass(frozen=True, eq=False)
class Canvas:
    """An image taken apart. It is made by `as_canvas`.

    Attributes
    ----------
    pixels
        The caller's own values (H, W, 3), not to be written. Grey is repeated three times.
    visible
        bool (H, W), where alpha is above 0 and no channel is NaN; None when every pixel is
        visible.
    weights
        bool or float (H, W): how much each pixel counts where statistics are taken; None when all
        count alike. Pixels that are not visible never count.
    layout
        What the caller's image is like, by which results are built.

    Examples
    --------
    >>> canvas = as_canvas(photo)
    >>> canvas.size, canvas.grey, canvas.levels
    ((40, 56), False, 255)
    """

    pixels: np.ndarray
    visible: np.ndarray | None
    weights: np.ndarray | None
    layout: Layout

    @property
    def grey(self) -> bool:
        """Whether the image has one channel."""
        return self.layout.grey

    @property
    def size(self) -> tuple[int, int]:
        """(H, W)."""
        return self.pixels.shape[0], self.pixels.shape[1]

    @property
    def levels(self) -> int:
        """Highest level of an integer image (255, 65535), 0 for floats."""
        return int(np.iinfo(self.pixels.dtype).max) if self.pixels.dtype.kind == "u" else 0

    @functools.cached_property
    def flat(self) -> np.ndarray:
        """The caller's own values in reading order (H * W, 3), not to be written."""
        return self.pixels.reshape(-1, 3)

    @functools.cached_property
    def counted(self) -> np.ndarray | None:
        """bool (H * W,): which pixels count at all; None for every pixel."""
        return None if self.weights is None else self.weights.ravel() > 0

    @property
    def count(self) -> int:
        """How many pixels count."""
        return len(self.flat) if self.counted is None else int(self.counted.sum())

    def weighted(self, weights: np.ndarray) -> Canvas:
        """This canvas with other ``weights`` (H, W): bool, or floats from 0 for a soft mask.

        InputError if they have another shape, are negative or not finite, or leave no pixel.
        """
        return dataclasses.replace(self, weights=check_weights(weights, self.visible, self.size))

    @functools.cached_property
    def rgb(self) -> np.ndarray:
        """float32 (H, W, 3), sRGB in [0, 1]; a copy, made when it is first asked for."""
        return self.rows(slice(None))

    def rows(self, rows: slice, *, margin: int = 0) -> np.ndarray:
        """These rows of ``rgb``, a copy; ``margin`` more on both sides, mirrored at the edges."""
        if not margin:
            return self._floats(self.pixels[rows], np.float32)
        places = mirrored(rows.start - margin, rows.stop + margin, len(self.pixels))
        return self._floats(self.pixels[places], np.float32)

    def planes(self, where: slice | np.ndarray, *, precise: bool = True) -> np.ndarray:
        """Some pixels as planes (3, n), sRGB in [0, 1]: float64, or float32 if not ``precise``.

        ``where`` takes them from reading order: a slice, or indices.
        """
        return self._floats(self.flat[where].T, np.float64 if precise else np.float32)

    def all_planes(self) -> np.ndarray:
        """Every pixel as planes (3, H * W), float32."""
        planes = np.empty((3, len(self.flat)), np.float32)

        def read(span: slice) -> None:
            for chunk in chunks(span):
                planes[:, chunk] = self.planes(chunk, precise=False)

        for _ in in_threads(read, strips(len(self.flat))):
            pass
        return planes

    def _floats(self, values: np.ndarray, dtype: Any) -> np.ndarray:
        floats = values.astype(dtype, order="C")
        if self.levels:
            return np.divide(floats, floats.dtype.type(self.levels), out=floats)
        if self.layout.holes is not None:
            np.nan_to_num(floats, copy=False, nan=0.0)
        return np.clip(floats, 0, 1, out=floats)

    def mean_color(self, space: MeanSpace = "srgb") -> np.ndarray:
        """`colors.mean_color` of the pixels that count, with nothing of full size in memory."""

        def total(rows: slice) -> np.ndarray:
            weights = None if self.weights is None else self.weights[rows]
            return np.append(*summed_light(self.rows(rows), weights, space))

        *light, count = functools.reduce(np.add, in_threads(total, strips(*self.size)))
        return from_light(np.array(light) / count, space)

    def sample(self, size: int) -> np.ndarray:
        """Indices of at least ``size`` of the pixels that count (or all), evenly spread."""
        count = self.counted
        index = np.arange(len(self.flat)) if count is None else np.flatnonzero(count)
        return index[:: max(1, len(index) // size)]

    def chunks(self, span: slice, *, precise: bool = True) -> Iterator[np.ndarray]:
        """The pixels of a span that count, as planes (3, n), some at a time."""
        for chunk in chunks(span):
            planes = self.planes(chunk, precise=precise)
            if self.counted is not None:
                planes = planes[:, self.counted[chunk]]
            if planes.shape[1]:
                yield planes

    def total(
        self, function: Callable[[Iterator[np.ndarray]], np.ndarray], *, precise: bool = True
    ) -> np.ndarray:
        """The sum of ``function`` of the :meth:`chunks` of every block, on all processors."""

        def block(span: slice) -> np.ndarray:
            return function(self.chunks(span, precise=precise))

        return functools.reduce(np.add, in_threads(block, blocks(len(self.flat))))

    def rebuild(
        self,
        edited: Callable[[slice], np.ndarray],
        *,
        strength: float = 1.0,
        touched: Callable[[slice], np.ndarray | None] = lambda rows: None,
        margin: int = 0,
    ) -> Any:
        """An image of the input's type, dtype and shape, made strip by strip on all processors.

        Parameters
        ----------
        edited
            From a slice of rows to their new colours, floats (n, W, 3); they are clipped to [0, 1],
            and rounded to the nearest level for integer dtypes.
        strength
            Between 0, the old colours, and 1, the new ones; blended in sRGB before the clipping.
        touched
            From a slice of rows to which of their pixels change, bool (n, W), or None for all.
            Others keep their very bytes, and rows of which none changes are not edited at all.
        margin
            Rows above and below that ``edited`` looks at.

        Returns
        -------
        Any
            With the input's alpha, unchanged, and the metadata of a `Photograph`; for a grey input
            it is the Rec. 709 luma.

        Raises
        ------
        InputError
            If new colours are not finite.
        """
        height, width = self.size

        def strip(rows: slice, pixels: np.ndarray) -> None:
            span = slice(rows.start * width, rows.stop * width)
            changed = touched(rows)
            if changed is None or changed.any():
                values = edited(rows)
                if strength != 1:
                    values = blended(self.rows(rows), values, strength)
                self.layout.write(pixels[span], values.reshape(-1, 3))
            if changed is not None:
                kept = ~changed.ravel()
                colors = 1 if self.grey else 3
                pixels[span, :colors][kept] = self.flat[span, :colors][kept]

        return self.layout.build(strip, strips(height, width, margin=margin))

    def restore(self, rgb: np.ndarray) -> Any:
        """As :meth:`rebuild`, from new colours (H, W, 3), floats; InputError for other shapes."""
        rgb = np.asarray(rgb)
        if rgb.shape != self.pixels.shape or rgb.dtype.kind != "f":
            raise InputError(
                f"cannot restore {rgb.dtype} {rgb.shape}; it takes floats {self.pixels.shape}"
            )
        return self.rebuild(lambda rows: rgb[rows])


def as_canvas(image: Any, *, mask: Any = None, name: str = "image") -> Canvas:
    """Check an image and take it apart.

    Parameters
    ----------
    image
        numpy array or eager tensor, (H, W), (H, W, 1), (H, W, 3) or (H, W, 4), sRGB: uint8,
        uint16, or float16/32/64 in [0, 1]. It is never changed.
    mask
        bool (H, W), true where statistics are taken; None for everywhere. Transparent pixels
        (alpha 0) never count, nor do those with NaN, which come back as they are.
    name
        What error messages call the image.

    Returns
    -------
    Canvas
        The image's colours as floats, and the way back from new ones.

    Raises
    ------
    InputError
        For anything else: other types, dtypes or shapes, an empty image, values that are infinite
        or outside [0, 1], an image whose every pixel is transparent or NaN, a mask that is not
        boolean or not of the image's size, or that leaves no visible pixel.

    Examples
    --------
    >>> canvas = as_canvas(np.full((2, 3), 51, np.uint8))
    >>> canvas.rgb.shape, canvas.grey, canvas.mean_color().round(3).tolist()
    ((2, 3, 3), True, [0.2, 0.2, 0.2])
    >>> canvas.restore(canvas.rgb / 2).dtype
    dtype('uint8')
    """
    array, is_tensor = as_array(image, name=name)
    grey = array.ndim == 2 or array.shape[2] == 1
    alpha = array[..., 3].copy() if array.ndim == 3 and array.shape[2] == 4 else None
    visible, holes = seen(array, alpha, name)
    weights = visible if mask is None else check_mask(mask, visible, array.shape[:2], name)
    empty = np.empty_like(array if is_tensor else image, shape=(0,))
    layout = Layout(grey, array.shape, alpha, empty, is_tensor, holes)
    if grey:
        array = np.broadcast_to(array.reshape(*array.shape[:2], 1), (*array.shape[:2], 3))
    return Canvas(array[..., :3], visible, weights, layout)
