"""What an image is beside its colours, and the way from new colours to such an image."""

from __future__ import annotations

import dataclasses
import sys
from collections.abc import Callable, Iterable
from typing import Any

import numpy as np

from ..colors import LUMA
from ..core.threads import in_threads
from ..errors import InputError
from .arrays import quantise


@dataclasses.dataclass(frozen=True, eq=False)
class Layout:
    """Type, dtype, shape, alpha and metadata of an image.

    Attributes
    ----------
    grey
        Whether the image has one channel.
    shape
        Of the image as it was given.
    alpha
        The fourth channel as it was given, or None.
    empty
        No pixels, but the class, the dtype and the metadata of the image.
    tensor
        Whether it is a TensorFlow tensor.
    holes
        bool (H, W), where there is no data, and the values there, which are kept; or None.
    """

    grey: bool
    shape: tuple[int, ...]
    alpha: np.ndarray | None
    empty: np.ndarray
    tensor: bool
    holes: tuple[np.ndarray, np.ndarray] | None = None

    def build(self, fill: Callable[[slice, np.ndarray], None], spans: list[slice]) -> Any:
        """An image like the one given, made on all processors.

        ``fill`` writes a span, which counts as it likes, of the pixels (H * W, channels); all of
        their colours must have been written when it was called for every one of ``spans``.
        """
        image = np.empty_like(self.empty, shape=self.shape)
        pixels = np.asarray(image).reshape(self.shape[0] * self.shape[1], -1)
        for _ in in_threads(lambda span: fill(span, pixels), spans):
            pass
        if self.alpha is not None:
            pixels[:, 3] = self.alpha.ravel()
        if self.holes is not None:
            where, values = self.holes
            np.asarray(image)[where] = values
        return sys.modules["tensorflow"].convert_to_tensor(image) if self.tensor else image

    def channels(self, values: np.ndarray) -> np.ndarray:
        """Floats (n, 3) as the image's colour channels, (n, 3) or (n, 1), in its dtype.

        Clipped to [0, 1], and for integers rounded to levels; grey is the Rec. 709 luma. InputError
        if they are not finite.
        """
        if not np.isfinite(values).all():
            raise InputError("cannot restore an image with NaN or infinite values")
        if self.grey:
            values = np.clip(values, 0, 1) @ LUMA.astype(values.dtype)[:, None]
        return quantise(values, self.empty.dtype)

    def write(self, pixels: np.ndarray, values: np.ndarray) -> None:
        """Write floats (n, 3) to the colour channels of pixels (n, channels)."""
        channels = self.channels(values)
        if channels.flags.c_contiguous:
            pixels[:, : channels.shape[1]] = channels
        else:
            put(pixels, channels.T)


def put(pixels: np.ndarray, planes: Iterable[np.ndarray]) -> None:
    """Write planes (n,) of levels to the channels of pixels (n, channels), from the first on."""
    # One by one: numpy is three times slower in turning planes to pixels.
    for channel, plane in enumerate(planes):
        pixels[:, channel] = plane
