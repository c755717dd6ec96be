"""A photograph: an array of pixels that remembers what its file said about them."""

from __future__ import annotations

import dataclasses
from typing import Any

import numpy as np


@dataclasses.dataclass(frozen=True)
class Metadata:
    """What a file holds besides pixels; every field may be missing.

    Attributes
    ----------
    format
        Format of the file that was read: "JPEG", "PNG", "TIFF" or "WEBP".
    exif
        EXIF data: a TIFF structure, without the ``Exif`` prefix that JPEG files put before it.
    icc_profile
        The colour profile to convert to when the photograph is saved. The pixels are sRGB.
    dpi
        Horizontal and vertical resolution in dots per inch.

    Examples
    --------
    >>> Metadata(format="JPEG", dpi=(300.0, 300.0)).dpi
    (300.0, 300.0)
    """

    format: str | None = None
    exif: bytes | None = None
    icc_profile: bytes | None = None
    dpi: tuple[float, float] | None = None


class Photograph(np.ndarray):
    """Pixels (H, W), (H, W, 3) or (H, W, 4), always sRGB, with the `Metadata` of their file.

    A numpy array in every respect. Views, copies, slices and results of arithmetic keep the
    metadata, and so does pickling; of two photographs, the result has the metadata of the first.
    What makes one array of several (``numpy.stack``, ``numpy.concatenate``) knows no metadata, and
    what makes one number gives a number. ``numpy.asarray(photograph)`` is the plain array.

    Examples
    --------
    >>> photograph = Photograph(photo, Metadata(format="JPEG"))
    >>> photograph[::2].metadata.format
    'JPEG'
    >>> type(np.asarray(photograph)).__name__
    'ndarray'
    """

    metadata: Metadata

    def __new__(cls, pixels: np.ndarray, metadata: Metadata) -> Photograph:
        photograph = np.asarray(pixels).view(cls)
        photograph.metadata = metadata
        return photograph

    def __array_finalize__(self, source: Any) -> None:
        self.metadata = getattr(source, "metadata", Metadata())

    def __array_wrap__(self, array: Any, context: Any = None, return_scalar: bool = False) -> Any:
        # A mean or a maximum is a number, not a photograph.
        return array[()] if array.ndim == 0 else super().__array_wrap__(array, context)

    def __reduce__(self) -> Any:
        parts: Any = super().__reduce__()
        rebuild, arguments, state = parts
        return rebuild, arguments, (state, self.metadata)

    def __setstate__(self, state: Any) -> None:
        pixels, self.metadata = state
        super().__setstate__(pixels)
