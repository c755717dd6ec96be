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
        Format of the file that was read: "JPEG", "PNG", "TIFF", "WEBP", "GIF", "BMP", "AVIF" or
        "HEIF".
    exif
        EXIF data: a TIFF structure, without the ``Exif`` prefix that JPEG files put before it.
    icc_profile
        The colour profile to convert to when the photograph is saved. The pixels are sRGB.
    dpi
        Horizontal and vertical resolution in dots per inch.
    xmp
        The XMP packet.
    iptc
        IPTC data (IIM), without Photoshop's blocks around them.
    photoshop
        Photoshop's other blocks (paths, guides, ...), without thumbnails.
    comments
        Those of a JPEG file.
    png_texts
        Type and data of a PNG file's chunks of text, but for those that hold the above.
    png_color
        Type and data of the chunks that say what a PNG file's colours mean, where there is no ICC
        profile; ``icc_profile`` is then made from them.
    geotiff
        Code, type, count and little-endian value of GeoTIFF's tags.
    private
        Name and data of what programs and cameras put into files of one format: segments of JPEG
        ("APP4"), chunks of PNG that may be copied ("oFFs").
    lossless
        Whether a WebP file was compressed without loss.
    pictures
        How many pictures the file holds; this is one of them.
    duration
        How long a picture of an animation is shown, in milliseconds.
    loop
        How often an animation is shown; 0 is for ever.
    left_out
        What else the file holds, and no `Photograph` does: a phrase each.

    Examples
    --------
    >>> Metadata(format="JPEG", dpi=(300.0, 300.0)).dpi
    (300.0, 300.0)
    """

    format: str | None = None
    exif: bytes | None = None
    icc_profile: bytes | None = None
    dpi: tuple[float, float] | None = None
    _: dataclasses.KW_ONLY
    xmp: bytes | None = None
    iptc: bytes | None = None
    photoshop: bytes | None = None
    comments: tuple[bytes, ...] = ()
    png_texts: tuple[tuple[bytes, bytes], ...] = ()
    png_color: tuple[tuple[bytes, bytes], ...] = ()
    geotiff: tuple[tuple[int, int, int, bytes], ...] = ()
    private: tuple[tuple[str, bytes], ...] = ()
    lossless: bool = False
    pictures: int = 1
    duration: int | None = None
    loop: int | None = None
    left_out: tuple[str, ...] = ()


class Photograph(np.ndarray):
    """Pixels (H, W), (H, W, 3) or (H, W, 4), always sRGB, with the `Metadata` of their file.

    A numpy array in every respect. Views, copies, slices and results of arithmetic keep the
    metadata, and so does pickling; of two photographs, the result has the metadata of the first.
    What makes one array of several (`numpy.stack`, `numpy.concatenate`) knows no metadata, and
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
