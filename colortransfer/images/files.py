"""`load` and `save`: a photograph's file to an array that knows its metadata, and back."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any, BinaryIO

from ..core.atomic import write_atomically
from ..errors import FileError, InputError
from .decoding import SIGNATURE_LENGTH, decode, format_of
from .encoding import SUFFIXES, encode
from .photograph import Photograph


def load(source: str | os.PathLike[str] | bytes | BinaryIO) -> Photograph:
    """Read a photograph: JPEG, PNG, TIFF or WebP.

    Parameters
    ----------
    source
        A path, a file's content, or a binary file to read from. Of an animation or of several
        pages, the first is read.

    Returns
    -------
    Photograph
        A numpy array (H, W), (H, W, 3) or (H, W, 4), sRGB, upright; uint8, uint16 or float32 as
        the file has it. Its ``metadata`` hold the EXIF data (orientation 1, no thumbnail), the
        colour profile that `save` converts back to, and the resolution. Palettes become RGB, grey
        with alpha becomes RGBA, CMYK becomes RGB.

    Raises
    ------
    FileError
        If it cannot be read: missing, damaged, unfinished, of another format, with more than
        `raster.MAX_PIXELS` pixels, or with NaN.
    InputError
        If ``source`` is something else.

    Notes
    -----
    Colours that sRGB does not have become the nearest that it has, channel by channel. A profile
    that cannot be read counts as sRGB, as in web browsers.

    Examples
    --------
    >>> load(encode(photo, ".png")).shape
    (40, 56, 3)
    """
    if isinstance(source, (bytes, bytearray, memoryview)):
        name, content = "the data", bytes(source)
    elif isinstance(source, (str, os.PathLike)):
        name, content = os.fspath(source), _read_file(os.fspath(source))
    else:
        name, content = "the data", _read_stream(source)
    try:
        return decode(content)
    except FileError as error:
        raise FileError(f"cannot read {name}: {error}") from error


def save(path: str | os.PathLike[str], image: Any, *, quality: int = 95) -> None:
    """Write an image in the format of the path's suffix, with the metadata of a `Photograph`.

    Whoever looks finds the file complete at every moment: what was there before stays until the
    new content is on the disk.

    Parameters
    ----------
    path
        Ending in .jpg, .jpeg, .png, .tif, .tiff or .webp. A link's target is replaced.
    image, quality
        See `encode`.

    Raises
    ------
    FileError
        If the suffix is not known, the format cannot hold the image, or the file cannot be
        written. Nothing is changed then.
    InputError
        If the image is not one, or has transparency where the format has none.

    Examples
    --------
    >>> save(folder / "photo.png", photo)
    >>> bool((load(folder / "photo.png") == photo).all())
    True
    """
    if not isinstance(path, (str, os.PathLike)):
        raise InputError(f"not a path: {path!r}; images.encode gives bytes")
    suffix = Path(os.fspath(path)).suffix
    if not suffix:
        raise FileError(f"{path} has no suffix; use one of {', '.join(SUFFIXES)}")
    try:
        content = encode(image, suffix, quality=quality)
    except FileError as error:
        raise FileError(f"cannot write {path}: {error}") from error
    write_atomically(path, content)


def _read_file(path: str) -> bytes:
    try:
        with open(path, "rb") as file:
            # The start first: no reading through what will be refused, or has no end.
            start = file.read(SIGNATURE_LENGTH)
            return start if format_of(start) is None else start + file.read()
    except FileNotFoundError as error:
        raise FileError(f"cannot read {path}: there is no such file") from error
    except IsADirectoryError as error:
        raise FileError(f"cannot read {path}: it is a folder; give a file") from error
    except (OSError, ValueError, MemoryError) as error:
        problem = getattr(error, "strerror", None) or str(error) or "not enough memory"
        raise FileError(f"cannot read {path}: {problem}") from error


def _read_stream(stream: BinaryIO) -> bytes:
    if not hasattr(stream, "read"):
        raise InputError(f"not a path, bytes or a binary file: {type(stream).__name__}")
    try:
        content = stream.read()
    except (OSError, ValueError) as error:
        raise FileError(f"cannot read the data: {error}") from error
    if not isinstance(content, bytes):
        raise InputError("the file to load from was opened as text; open it with mode 'rb'")
    return content
