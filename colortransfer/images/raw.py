"""Raw data of a camera's sensor, developed by rawpy (LibRaw) where that is installed."""

from __future__ import annotations

import io

from ..errors import FileError
from . import exif
from .photograph import Metadata
from .raster import Raster, check_size

WITHOUT = (
    "it holds the raw data of a camera's sensor; develop it first (darktable, RawTherapee), and "
    "give the TIFF or JPEG that comes out, or pip install 'colortransfer[raw]'"
)


class RawDataError(FileError):
    """A file turns out to hold raw data."""


def read(content: bytes) -> Raster:
    """Develop raw data: the camera's white balance, sRGB, 16 bits, upright.

    Raises
    ------
    FileError
        If rawpy is not installed. What rawpy raises for damaged files comes out, too.
    """
    try:
        import rawpy
    except ImportError as error:
        raise FileError(WITHOUT) from error
    with rawpy.imread(io.BytesIO(content)) as file:
        check_size(file.sizes.width, file.sizes.height)
        pixels = file.postprocess(use_camera_wb=True, output_bps=16)
    if pixels.ndim == 3 and pixels.shape[2] == 1:  # a sensor without colours
        pixels = pixels[..., 0]
    if pixels.ndim == 3 and pixels.shape[2] != 3:
        raise FileError(f"its sensor has {pixels.shape[2]} colours; develop it first")
    block = None
    if content[:4] in (b"II*\x00", b"MM\x00*"):
        block = exif.from_tiff(content, exif.first_directory(content))
    return Raster(pixels, None, Metadata(format="RAW", exif=block and exif.upright(block)))
