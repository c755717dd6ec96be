"""JPEG, PNG and WebP, through Pillow."""

from __future__ import annotations

import io
from typing import Any

import imageio.v3 as iio
import numpy as np
import PIL.Image

from ..errors import FileError
from . import exif, png
from .photograph import Metadata
from .raster import Raster, check_size, plausible_dpi

# Pillow's mode to the one to decode to. Palettes, bilevel images and JPEG's YCbCr become plain.
_MODES = {
    "1": "L",
    "L": "L",
    "LA": "LA",
    "La": "LA",
    "P": "RGB",
    "PA": "RGBA",
    "RGB": "RGB",
    "RGBX": "RGB",
    "YCbCr": "RGB",
    "RGBA": "RGBA",
    "RGBa": "RGBA",
    "CMYK": "CMYK",
}
_WITH_TRANSPARENCY = {"L": "LA", "RGB": "RGBA"}


def read(content: bytes, kind: str) -> Raster:
    """Decode a file's content; of several frames or pages, the first.

    Parameters
    ----------
    content
        The whole file.
    kind
        "JPEG", "PNG" or "WEBP"; no other decoder is tried.
    """
    with PIL.Image.open(io.BytesIO(content), formats=[kind]) as header:
        check_size(header.width, header.height)
        chunks = list(png.chunks(content)) if kind == "PNG" else []
        if chunks:
            png.check_pixels(chunks)
        metadata = _metadata(header, kind, chunks)
        if kind == "PNG" and png.bit_depth(content) == 16:
            samples = png.decode16(chunks)
        else:
            mode = _mode(header)
            # Not through imageio, which would read the header once more and copy the pixels.
            samples = np.asarray(header if header.mode == mode else header.convert(mode))
            if mode == "CMYK":
                return Raster(samples, None, metadata)
    if samples.ndim == 3 and samples.shape[2] in (2, 4):
        color = samples[..., 0] if samples.shape[2] == 2 else samples[..., :3]
        return Raster(color, samples[..., -1], metadata)
    return Raster(samples, None, metadata)


def write(pixels: np.ndarray, kind: str, metadata: Metadata, *, quality: int) -> bytes:
    """Encode uint8 pixels (H, W), (H, W, 3) or (H, W, 4), as JPEG, PNG or WEBP.

    JPEG keeps the full resolution of colour (4:4:4): a recoloured photograph should have the
    colour that it was given.
    """
    options: dict[str, Any] = {
        "icc_profile": metadata.icc_profile,
        "exif": metadata.exif and b"Exif\x00\x00" + metadata.exif,
        "dpi": metadata.dpi,
        "quality": quality if kind != "PNG" else None,
        "subsampling": 0 if kind == "JPEG" else None,
    }
    options = {name: value for name, value in options.items() if value is not None}
    extension = f".{kind.lower()}"
    return bytes(iio.imwrite("<bytes>", pixels, plugin="pillow", extension=extension, **options))


def _mode(header: PIL.Image.Image) -> str:
    mode = _MODES.get(header.mode)
    if mode is None:
        raise FileError(f"its pixels are {header.mode}; convert it to RGB first")
    palette_alpha = header.palette is not None and header.palette.mode == "RGBA"
    if "transparency" in header.info or palette_alpha:
        mode = _WITH_TRANSPARENCY.get(mode, mode)
    return mode


def _metadata(header: PIL.Image.Image, kind: str, chunks: list[png.Chunk]) -> Metadata:
    block = header.info.get("exif")
    for name, data in chunks:  # Pillow has read those before the pixels only
        block = bytes(data) if name == b"eXIf" else block
    return Metadata(
        format=kind,
        exif=exif.parse(block),
        icc_profile=header.info.get("icc_profile") or None,
        dpi=plausible_dpi(header.info.get("dpi")),
    )
