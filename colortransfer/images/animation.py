"""Animated WebP, PNG and GIF files, frame by frame: whole pictures, however they are stored."""

from __future__ import annotations

import dataclasses
import io
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
import PIL.Image

from ..errors import FileError
from . import pillow_formats, png
from .photograph import Metadata
from .raster import MAX_PIXELS, Raster

READ = ("WEBP", "PNG", "GIF")
WRITTEN = ("WEBP", "PNG")


def read(content: bytes, kind: str) -> Iterator[Raster]:
    """Decode every frame: uint8 RGB, or RGBA where the first has transparency.

    Raises
    ------
    FileError
        If there are more pixels in all than one picture may have, or 16 bits a channel.
    """
    first = pillow_formats.read(content, kind)
    if first.metadata.pictures == 1:
        yield first
        return
    if kind == "PNG" and png.bit_depth(content) == 16:
        raise FileError("its animation has 16 bits a channel; convert it to 8 bits first")
    with PIL.Image.open(io.BytesIO(content), formats=[kind]) as file:
        count = getattr(file, "n_frames", 1)
        if count * file.width * file.height > 4 * MAX_PIXELS:
            raise FileError(f"its {count} frames are too many to be edited together; split it")
        for index in range(count):
            file.seek(index)
            frame = np.asarray(file.convert("RGB" if first.alpha is None else "RGBA"))
            duration = file.info.get("duration")  # known once the frame has been decoded
            metadata = dataclasses.replace(
                first.metadata,
                pictures=count,
                duration=None if duration is None else round(duration),
                loop=file.info.get("loop"),
            )
            alpha = None if first.alpha is None else frame[..., 3]
            yield Raster(frame[..., :3], alpha, metadata)


def write(frames: Sequence[tuple[np.ndarray, Metadata]], kind: str, *, quality: int) -> bytes:
    """Encode frames of uint8 pixels (H, W, 3) or (H, W, 4) as one WEBP or PNG file."""
    pictures = [PIL.Image.fromarray(pixels) for pixels, _ in frames]
    metadata = frames[0][1]
    options: dict[str, Any] = {
        "save_all": True,
        "append_images": pictures[1:],
        "duration": [item.duration or 0 for _, item in frames],
        "loop": metadata.loop,
    }
    options |= pillow_formats.options(kind, metadata, quality)
    file = io.BytesIO()
    known = {name: value for name, value in options.items() if value is not None}
    pictures[0].save(file, kind, **known)
    content = file.getvalue()
    return png.with_metadata(content, metadata) if kind == "PNG" else content
