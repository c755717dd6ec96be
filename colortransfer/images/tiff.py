"""TIFF of every depth, through tifffile: Pillow reduces 16 bits to 8, and knows no float RGB."""

from __future__ import annotations

import io
from collections.abc import Iterator

import numpy as np
import tifffile
from tifffile import COMPRESSION, PHOTOMETRIC

from ..errors import FileError
from . import exif, metadata_tiff, tiff_pages
from .photograph import Metadata
from .raster import MAX_PIXELS, Raster, check_size, plausible_dpi

_COLORS: dict[int, int] = {
    PHOTOMETRIC.MINISWHITE: 1,
    PHOTOMETRIC.MINISBLACK: 1,
    PHOTOMETRIC.PALETTE: 1,
    PHOTOMETRIC.RGB: 3,
    PHOTOMETRIC.SEPARATED: 4,
    PHOTOMETRIC.YCBCR: 3,
}
_BITS = {"bool": (1,), "uint8": (2, 4, 8), "uint16": (16,)}
_FLOATS = ("float16", "float32", "float64")
_ASSOCIATED, _UNASSOCIATED = 1, 2  # kinds of alpha


def read(content: bytes) -> Raster:
    """Decode the first picture of full size in a TIFF file: uint8, uint16, or floats as float32.

    Raises
    ------
    FileError
        If its pixels are of another kind, not all there, or not finite. Whatever tifffile raises
        for damaged files comes out, too.
    """
    with tifffile.TiffFile(io.BytesIO(content)) as file:
        pictures = tiff_pages.pictures(file)
        first = file.pages.first
        return _read_page(content, pictures[0], first.offset, max(1, len(pictures)))


def read_all(content: bytes) -> Iterator[Raster]:
    """Decode every picture of a TIFF file, one after the other; reduced copies are left out."""
    with tifffile.TiffFile(io.BytesIO(content)) as file:
        pictures = tiff_pages.pictures(file)
        for page in pictures:
            yield _read_page(content, page, page.offset, len(pictures))


def _read_page(content: bytes, page: tifffile.TiffPage, directory: int, pictures: int) -> Raster:
    """``directory`` is where the file has what it says about this picture."""
    check_size(page.imagewidth, page.imagelength)
    _check_layout(page)
    _check_segments(page, len(content))
    samples = page.asarray()
    metadata = Metadata(
        format="TIFF",
        exif=exif.from_tiff(content, directory),
        icc_profile=page.iccprofile or None,
        dpi=plausible_dpi(page.get_resolution(tifffile.RESUNIT.INCH)),
        pictures=pictures,
        left_out=_left_out(page),
        **metadata_tiff.read(page),
    )
    return _to_raster(samples, page, metadata)


def _left_out(page: tifffile.TiffPage) -> tuple[str, ...]:
    alpha = page.extrasamples[:1] in ((_ASSOCIATED,), (_UNASSOCIATED,))
    channels = ("channels beyond the colours",) if len(page.extrasamples) > alpha else ()
    tags = metadata_tiff.others(page)
    return (*channels, f"its private tags ({', '.join(tags)})") if tags else channels


def _check_layout(page: tifffile.TiffPage) -> None:
    """Raise `FileError` for pixels that are not grey, RGB or CMYK of a known type."""
    name = page.dtype.name if page.dtype is not None else ""
    if name not in _FLOATS and page.bitspersample not in _BITS.get(name, ()):
        raise FileError("its pixels are neither 8 or 16 bits nor floats; convert it first")
    colors = _COLORS.get(page.photometric)
    if colors is None or page.samplesperpixel < colors or page.axes not in ("YX", "YXS", "SYX"):
        raise FileError("its pixels are neither grey, RGB nor CMYK; convert it to RGB first")
    # The JPEG decoder gives RGB. Others would leave the conversion to us.
    if page.photometric == PHOTOMETRIC.YCBCR and page.compression != COMPRESSION.JPEG:
        raise FileError("its pixels are YCbCr; convert it to RGB first")
    if page.nbytes > 16 * MAX_PIXELS:
        raise FileError(f"it declares {page.nbytes} bytes of pixels")
    if page.is_tiled:
        check_size(page.tilewidth, page.tilelength)


def _check_segments(page: tifffile.TiffPage, size: int) -> None:
    """Raise `FileError` unless every strip or tile is in the file: tifffile would put zeros."""
    segments = list(zip(page.dataoffsets, page.databytecounts, strict=True))
    missing = len(segments) < int(np.prod(page.chunked)) and not page.is_contiguous
    if missing or any(o <= 0 or count <= 0 or o + count > size for o, count in segments):
        raise FileError("it ends early")


def _to_raster(samples: np.ndarray, page: tifffile.TiffPage, metadata: Metadata) -> Raster:
    if page.axes == "SYX":
        samples = np.moveaxis(samples, 0, -1)
    samples = samples.reshape(page.imagelength, page.imagewidth, -1)
    if page.photometric == PHOTOMETRIC.PALETTE:
        return Raster(_through_palette(samples[..., 0], page.colormap), None, metadata)
    samples = _in_depth(samples, page.bitspersample)
    colors = _COLORS[page.photometric]
    color, alpha = samples[..., :colors], None
    kind = page.extrasamples[0] if page.extrasamples else _UNASSOCIATED
    if samples.shape[2] > colors and kind in (_ASSOCIATED, _UNASSOCIATED):
        alpha = samples[..., colors]
        if kind == _ASSOCIATED:
            color = _unpremultiplied(color, alpha)
    if page.photometric == PHOTOMETRIC.MINISWHITE:
        color = color.dtype.type(_full(color)) - color
    return Raster(color[..., 0] if colors == 1 else color, alpha, metadata)


def _in_depth(samples: np.ndarray, bits: int) -> np.ndarray:
    """uint8, uint16 or float32 samples that use the whole range of their dtype."""
    if samples.dtype.kind == "f":
        samples = samples.astype(np.float32)
        if np.isinf(samples).any():  # NaN is nodata
            raise FileError("it has infinite values; replace them first")
        return samples
    if bits < 8:  # tifffile unpacks them as they are
        return samples.astype(np.uint8) * np.uint8(255 // (2**bits - 1))
    return samples.astype(samples.dtype.newbyteorder("="), copy=False)


def _through_palette(indices: np.ndarray, palette: np.ndarray | None) -> np.ndarray:
    """uint8 RGB of palette indices; a palette (3, N) has 16 bits."""
    if palette is None or indices.max() >= palette.shape[1]:
        raise FileError("it is damaged (its palette is incomplete)")
    # Writers fill the lower byte with zeros or with the higher byte.
    return (palette.T >> 8).astype(np.uint8)[indices.astype(np.intp)]


def _full(samples: np.ndarray) -> float:
    return 1.0 if samples.dtype.kind == "f" else float(np.iinfo(samples.dtype).max)


def _unpremultiplied(color: np.ndarray, alpha: np.ndarray) -> np.ndarray:
    opacity = alpha[..., None].astype(np.float32) / np.float32(_full(alpha))
    straight = np.divide(color, opacity, out=np.zeros(color.shape, np.float32), where=opacity > 0)
    if color.dtype.kind != "f":
        straight = np.rint(np.minimum(straight, _full(color)))
    return straight.astype(color.dtype)
