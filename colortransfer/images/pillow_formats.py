"""JPEG, PNG and WebP, and what is only read (GIF, BMP, AVIF, HEIC), through Pillow."""

from __future__ import annotations

import dataclasses
import io
from typing import Any

import imageio.v3 as iio
import numpy as np
import PIL.Image

from ..errors import FileError
from . import exif, losses, metadata_jpeg, metadata_png, metadata_webp, png, png_color
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
_LOSSLESS_EFFORT = 75
_WITH_TRANSPARENCY = {"L": "LA", "RGB": "RGBA"}


def read(content: bytes, kind: str) -> Raster:
    """Decode a file's content; of several frames or pictures, the first.

    Parameters
    ----------
    content
        The whole file.
    kind
        "JPEG", "PNG", "WEBP", "GIF", "BMP", "AVIF" or "HEIF"; no other decoder is tried.
    """
    with _opened(content, kind) as header:
        check_size(header.width, header.height)
        chunks = list(png.chunks(content)) if kind == "PNG" else []
        if chunks:
            png.check_pixels(chunks)
        metadata = _metadata(header, kind, content, chunks)
        if kind == "PNG" and png.bit_depth(content) == 16:
            samples = png.decode16(chunks)
        else:
            mode = _mode(header)
            # Not through imageio, which would read the header once more and copy the pixels.
            samples = np.asarray(header if header.mode == mode else header.convert(mode))
            if mode == "CMYK":
                return Raster(samples, None, metadata)
    alpha = None
    if samples.ndim == 3 and samples.shape[2] in (2, 4):
        alpha = samples[..., -1]
        samples = samples[..., 0] if samples.shape[2] == 2 else samples[..., :3]
    if metadata.png_color:
        profile = png_color.profile(metadata.png_color, grey=samples.ndim == 2)
        metadata = dataclasses.replace(metadata, icc_profile=profile)
    return Raster(samples, alpha, metadata)


def write(pixels: np.ndarray, kind: str, metadata: Metadata, *, quality: int) -> bytes:
    """Encode uint8 pixels (H, W), (H, W, 3) or (H, W, 4), as JPEG, PNG or WEBP.

    JPEG keeps the full resolution of colour (4:4:4): a recoloured photograph should have the
    colour that it was given.
    """
    extension = f".{kind.lower()}"
    known = {n: v for n, v in options(kind, metadata, quality).items() if v is not None}
    content = bytes(iio.imwrite("<bytes>", pixels, plugin="pillow", extension=extension, **known))
    return png.with_metadata(content, metadata) if kind == "PNG" else content


def options(kind: str, metadata: Metadata, quality: int) -> dict[str, Any]:
    """What Pillow is told when it writes; None where it has nothing to be told."""
    block = metadata.exif
    if kind == "WEBP" and block is None and metadata.dpi is not None:
        block = exif.of_resolution(metadata.dpi)  # there is no other place for it
    result: dict[str, Any] = {
        "icc_profile": None if metadata.png_color and kind == "PNG" else metadata.icc_profile,
        "exif": block and b"Exif\x00\x00" + block,
        "dpi": metadata.dpi,
    }
    if kind == "JPEG":
        extra = metadata_jpeg.extra(metadata, losses.comments(metadata))
        result |= {"quality": quality, "subsampling": 0, "extra": extra or None}
    if kind == "WEBP":
        result |= {"quality": quality, "xmp": metadata.xmp}
        if metadata.lossless:  # there, quality is how long the encoder tries
            result |= {"lossless": True, "exact": True, "quality": _LOSSLESS_EFFORT}
    return result


def _opened(content: bytes, kind: str) -> PIL.Image.Image:
    if kind != "HEIF":
        return PIL.Image.open(io.BytesIO(content), formats=[kind])
    try:
        from pillow_heif import HeifImageFile
    except ImportError as error:
        raise FileError("HEIC files need pillow-heif: pip install 'colortransfer[heif]'") from error
    opened: PIL.Image.Image = HeifImageFile(io.BytesIO(content))
    return opened


def _mode(header: PIL.Image.Image) -> str:
    mode = _MODES.get(header.mode)
    if mode is None:
        raise FileError(f"its pixels are {header.mode}; convert it to RGB first")
    palette_alpha = header.palette is not None and header.palette.mode == "RGBA"
    if "transparency" in header.info or palette_alpha:
        mode = _WITH_TRANSPARENCY.get(mode, mode)
    return mode


def _metadata(
    header: PIL.Image.Image, kind: str, content: bytes, chunks: list[png.Chunk]
) -> Metadata:
    found: dict[str, Any] = {
        "exif": exif.parse(header.info.get("exif")),
        "icc_profile": header.info.get("icc_profile") or None,
        "dpi": plausible_dpi(header.info.get("dpi")),
    }
    if kind == "JPEG":
        found |= metadata_jpeg.read(content)
    elif kind == "PNG":
        found |= metadata_png.read(chunks) | _png_color(chunks, found["icc_profile"])
        if name := png_color.hdr(found["png_color"]):
            found["left_out"] += (f"the light above white of its {name} signal",)
    else:
        comment = header.info.get("comment")
        found |= {
            "xmp": header.info.get("xmp") or None,
            "pictures": max(1, getattr(header, "n_frames", 1)),
            "comments": (comment,) if isinstance(comment, bytes) else (),
            "dpi": found["dpi"] or plausible_dpi(exif.resolution(found["exif"])),
            "lossless": kind == "WEBP" and metadata_webp.is_lossless(content),
            "left_out": metadata_webp.left_out(content) if kind == "WEBP" else (),
        }
    return Metadata(format=kind, **found)


def _png_color(chunks: list[png.Chunk], icc_profile: bytes | None) -> dict[str, Any]:
    known = tuple((kind, bytes(data)) for kind, data in chunks if kind in png_color.KINDS)
    known = png_color.effective(known, icc_profile)
    return {"png_color": known}
