"""Callers' images as float RGB, and back: same type, dtype, shape, alpha and metadata."""

from __future__ import annotations

import dataclasses
import functools
import io
import os
import sys
from collections.abc import Callable
from typing import Any

import numpy as np

from ..colors import LUMA, MeanSpace, linear_to_srgb, srgb_to_linear
from ..core.threads import in_threads
from ..errors import InputError

DTYPES = tuple(np.dtype(name) for name in ("uint8", "uint16", "float16", "float32", "float64"))
RANGE_TOLERANCE = 1e-6  # floats this far outside [0, 1] are rounding errors, and are clipped
STRIP = 1 << 16  # pixels that are worked on at a time


@dataclasses.dataclass(frozen=True, eq=False)
class Layout:
    """What an image is beside its colours, and the way back from colours to such an image.

    Attributes
    ----------
    visible
        bool (H, W), where alpha is above 0; None when every pixel is visible.
    grey
        Whether the image had one channel.
    """

    visible: np.ndarray | None
    grey: bool
    _shape: tuple[int, ...]
    _alpha: np.ndarray | None  # the fourth channel as it was given
    _empty: np.ndarray  # no pixels, but the class, the dtype and the metadata of the input
    _tensor: bool

    def channels(self, rgb: np.ndarray) -> np.ndarray:
        """Floats (N, 3) as the image's colour channels (N, 3) or (N, 1), in its dtype.

        Clipped to [0, 1], and for integers rounded to levels; grey is the Rec. 709 luma.
        """
        if self.grey:
            rgb = np.clip(rgb, 0, 1) @ LUMA.astype(rgb.dtype)[:, None]
        return quantise(rgb, self._empty.dtype)

    def build(self, fill: Callable[[np.ndarray], None]) -> Any:
        """An image of the input's type, dtype, shape, alpha and metadata.

        ``fill`` writes the colour channels of its pixels, (H * W, 1), (H * W, 3) or (H * W, 4).
        """
        image = np.empty_like(self._empty, shape=self._shape)
        pixels = np.asarray(image).reshape(self._shape[0] * self._shape[1], -1)
        fill(pixels)
        if self._alpha is not None:
            pixels[:, 3] = self._alpha.ravel()
        return sys.modules["tensorflow"].convert_to_tensor(image) if self._tensor else image


@dataclasses.dataclass(frozen=True, eq=False)
class Decomposed:
    """An image in the form that the library computes with, and the way back.

    Attributes
    ----------
    pixels
        The caller's own values (H, W, 3), not to be written. Grey is repeated three times.
    rgb
        float32 (H, W, 3), sRGB in [0, 1]; a copy, made when it is first asked for.
    visible
        bool (H, W), where alpha is above 0; None when every pixel is visible.
    grey
        Whether the image had one channel.
    """

    pixels: np.ndarray
    _layout: Layout

    @functools.cached_property
    def rgb(self) -> np.ndarray:
        return self.rows(slice(None))

    @property
    def visible(self) -> np.ndarray | None:
        return self._layout.visible

    @property
    def grey(self) -> bool:
        return self._layout.grey

    def rows(self, rows: slice) -> np.ndarray:
        """These rows of ``rgb``, a copy."""
        colors = self.pixels[rows]
        rgb = colors.astype(np.float32, order="C")
        if colors.dtype.kind != "f":
            rgb /= np.float32(np.iinfo(colors.dtype).max)
            return rgb
        return np.clip(rgb, 0, 1, out=rgb)

    def mean_color(self, space: MeanSpace = "srgb") -> np.ndarray:
        """`colors.mean_color` of the visible pixels, with nothing of full size in memory."""

        def total(rows: slice) -> np.ndarray:
            seen = self.rows(rows)
            if self.visible is not None:
                seen = seen[self.visible[rows]][None]
            light = seen if space == "srgb" else srgb_to_linear(seen)
            # Row by row: numpy is many times slower at summing an axis of three.
            return light.sum(0, dtype=np.float64).sum(0)

        count = self.pixels[..., 0].size if self.visible is None else int(self.visible.sum())
        sums = in_threads(total, strips(*self.pixels.shape[:2]))
        mean = functools.reduce(np.add, sums) / count
        return mean if space == "srgb" else linear_to_srgb(mean)

    def rebuild(self, edited: Callable[[slice], np.ndarray]) -> Any:
        """An image of the input's type, dtype and shape, made strip by strip on all processors.

        Parameters
        ----------
        edited
            From a slice of rows to their new colours, floats (n, W, 3); they are clipped to [0, 1],
            and rounded to the nearest level for integer dtypes.

        Returns
        -------
        numpy.ndarray or tensorflow.Tensor
            With the input's alpha, unchanged, and the metadata of a `Photograph`; for a grey
            input the Rec. 709 luma of the new colours.

        Raises
        ------
        InputError
            If new colours are not finite.
        """
        height, width = self.pixels.shape[:2]

        def fill(pixels: np.ndarray) -> None:
            def strip(rows: slice) -> None:
                values = edited(rows).reshape(-1, 3)
                if not np.isfinite(values).all():
                    raise InputError("cannot restore an image with NaN or infinite values")
                channels = self._layout.channels(values)
                pixels[rows.start * width :][: len(values), : channels.shape[1]] = channels

            for _ in in_threads(strip, strips(height, width)):
                pass

        return self._layout.build(fill)

    def restore(self, rgb: np.ndarray) -> Any:
        """``rgb``, floats (H, W, 3), as an image of the input's type, dtype and shape.

        As :meth:`rebuild`, which see. InputError also if ``rgb`` has another shape.
        """
        rgb = np.asarray(rgb)
        if rgb.shape != self.pixels.shape or rgb.dtype.kind != "f":
            raise InputError(
                f"cannot restore {rgb.dtype} {rgb.shape}; it takes floats {self.pixels.shape}"
            )
        return self.rebuild(lambda rows: rgb[rows])


def strips(height: int, width: int) -> list[slice]:
    """The rows of a picture, a strip at a time."""
    rows = max(1, STRIP // width)
    return [slice(top, min(top + rows, height)) for top in range(0, height, rows)]


def decompose(image: Any, *, name: str = "image") -> Decomposed:
    """Check an image and take it apart into colour, visibility and the way back.

    Parameters
    ----------
    image
        numpy array or eager tensor, (H, W), (H, W, 1), (H, W, 3) or (H, W, 4), sRGB: uint8,
        uint16, or float16/32/64 in [0, 1]. It is never changed.
    name
        What error messages call it.

    Raises
    ------
    InputError
        For anything else: other types, dtypes or shapes, an empty image, values that are not
        finite or outside [0, 1], an image whose every pixel is transparent.
    """
    return Decomposed(*take_apart(image, name=name))


def take_apart(image: Any, *, name: str = "image") -> tuple[np.ndarray, Layout]:
    """The image's own colours (H, W, 3), a view to read only, and the rest of it.

    In the image's dtype; grey repeats itself three times. Arguments and errors are those of
    `decompose`, which see.
    """
    array, is_tensor = as_array(image, name=name)
    grey = array.ndim == 2 or array.shape[2] == 1
    alpha = array[..., 3].copy() if array.ndim == 3 and array.shape[2] == 4 else None
    visible = None if alpha is None or (alpha > 0).all() else alpha > 0
    if visible is not None and not visible.any():
        raise InputError(f"every pixel of {name} is transparent; give it some with alpha above 0")
    empty = np.empty_like(array if is_tensor else image, shape=(0,))
    layout = Layout(visible, grey, array.shape, alpha, empty, is_tensor)
    if grey:
        array = np.broadcast_to(array.reshape(*array.shape[:2], 1), (*array.shape[:2], 3))
    return array[..., :3], layout


def quantise(values: np.ndarray, dtype: np.dtype) -> np.ndarray:
    """Floats clipped to [0, 1], as ``dtype`` (integers: 0 to the highest level)."""
    clipped = np.clip(values, 0, 1)
    if dtype.kind == "f":
        return clipped.astype(dtype, copy=False)
    # float16 has fewer levels than uint16, and ends below 65535.
    levels = clipped.astype(np.promote_types(clipped.dtype, np.float32), copy=False)
    levels *= np.iinfo(dtype).max
    return np.rint(levels, out=levels).astype(dtype)


def as_array(image: Any, *, name: str = "image") -> tuple[np.ndarray, bool]:
    """The image as a plain numpy array, not copied, and whether it was a tensor.

    Raises
    ------
    InputError
        If it is not an image as described for `decompose` (one that is wholly transparent is).
    """
    if isinstance(image, np.ma.MaskedArray):
        raise InputError(f"{name} is a masked array; mark pixels to leave out with alpha 0")
    # Who holds a tensor has imported TensorFlow; for everyone else it stays unimported.
    is_tensor = getattr(sys.modules.get("tensorflow"), "is_tensor", None)
    if isinstance(image, np.ndarray):
        array, from_tensor = np.asarray(image), False
    elif is_tensor is not None and is_tensor(image):
        array, from_tensor = _tensor_to_array(image, name), True
    else:
        named = isinstance(image, (str, bytes, bytearray, os.PathLike, io.IOBase))
        remedy = "images.load" if named else "numpy.asarray"
        kind = type(image).__name__
        raise InputError(f"{name} must be a numpy array or a tensor, not {kind}; use {remedy}(...)")
    _check(array, name)
    return array, from_tensor


def _tensor_to_array(tensor: Any, name: str) -> np.ndarray:
    try:
        return np.asarray(tensor.numpy())
    except (AttributeError, NotImplementedError) as error:
        raise InputError(f"{name} is a symbolic tensor; call this outside of graphs") from error


def _check(array: np.ndarray, name: str) -> None:
    """Raise `InputError` unless the array is an image."""
    if array.ndim not in (2, 3) or (array.ndim == 3 and array.shape[2] not in (1, 3, 4)):
        if array.ndim == 3 and array.shape[0] in (1, 3, 4):
            raise InputError(
                f"{name} has shape {array.shape}, channels first; use {name}.transpose(1, 2, 0)"
            )
        raise InputError(
            f"{name} has shape {array.shape}; it takes one image (H, W), (H, W, 1), (H, W, 3) "
            "or (H, W, 4)"
        )
    if array.size == 0:
        raise InputError(f"{name} is empty: shape {array.shape}")
    if array.dtype.newbyteorder("=") not in DTYPES:
        raise InputError(f"{name} has dtype {array.dtype}; use uint8, uint16, or floats in [0, 1]")
    if array.dtype.kind != "f":
        return
    low, high = float(array.min()), float(array.max())
    if not (np.isfinite(low) and np.isfinite(high)):  # NaN spreads through min and max
        raise InputError(f"{name} has NaN or infinite values; replace them first")
    if low < -RANGE_TOLERANCE or high > 1 + RANGE_TOLERANCE:
        remedy = "divide by 255" if 1.5 < high <= 255 and low >= 0 else "clip or rescale it"
        raise InputError(
            f"{name} has floats from {low:g} to {high:g}, not in [0, 1]; {remedy} first"
        )
