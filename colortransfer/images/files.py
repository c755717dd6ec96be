"""`load` and `save`: a photograph's file to an array that knows its metadata, and back."""

from __future__ import annotations

import os
import warnings
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, BinaryIO, TypeVar

from ..core.atomic import write_atomically
from ..errors import FileError, InputError, LossWarning
from .decoding import decode, decode_all
from .encoding import encode_all
from .formats import SIGNATURE_LENGTH, SUFFIXES, format_of
from .losses import not_loaded
from .photograph import Metadata, Photograph

T = TypeVar("T")


def load(source: str | os.PathLike[str] | bytes | BinaryIO) -> Photograph:
    """Read a photograph: JPEG, PNG, TIFF, WebP, GIF, BMP, AVIF; HEIC and raw data with extras.

    Parameters
    ----------
    source
        A path, a file's content, or a binary file to read from. Of several pictures in a file the
        first is read, with a warning; `load_all` reads them all.

    Returns
    -------
    Photograph
        A numpy array (H, W), (H, W, 3) or (H, W, 4), sRGB, upright; uint8, uint16 or float32 as
        the file has it; NaN, as in maps, is nodata. Its ``metadata`` hold the EXIF data
        (orientation 1, no thumbnail), the colour profile that `save` converts back to, the
        resolution, XMP, IPTC data, and texts.
        Palettes become RGB, grey with alpha becomes RGBA, CMYK becomes RGB.

    Raises
    ------
    FileError
        If it cannot be read: missing, damaged, unfinished, of another format, with more than
        `raster.MAX_PIXELS` pixels, or with infinite values.
    InputError
        If ``source`` is something else.

    Warns
    -----
    LossWarning
        If the file holds more than a `Photograph` does: other pictures, say.

    Notes
    -----
    Colours that sRGB does not have become the nearest that it has, channel by channel. A profile
    that cannot be read counts as sRGB, as in web browsers.

    Examples
    --------
    >>> from colortransfer.images import encode
    >>> load(encode(photo, ".png")).shape
    (40, 56, 3)
    """
    name, content = _content(source)
    photograph = _told(name, decode, content)
    if more := not_loaded(photograph.metadata):
        read = "only the first picture is" if photograph.metadata.pictures > 1 else "it is"
        text = f"{name}: {read} read, without {', '.join(more)}"
        warnings.warn(text, LossWarning, stacklevel=2)
    return photograph


def load_all(source: str | os.PathLike[str] | bytes | BinaryIO) -> list[Photograph]:
    """Read every picture in a file: the pages of a TIFF file, the frames of an animation.

    Parameters
    ----------
    source
        A path, a file's content, or a binary file to read from. Animations are WebP, PNG and GIF
        files; others have one picture.

    Returns
    -------
    list of Photograph
        Whole pictures, in order, as `load` returns them; those of an animation have a
        ``metadata.duration``.

    Raises
    ------
    FileError
        If it cannot be read, or if the file's pictures are no sequence (MPO, gain maps).
    InputError
        If ``source`` is something else.

    Examples
    --------
    >>> import numpy as np
    >>> from colortransfer.images import encode_all, load_all
    >>> content = encode_all([np.zeros((4, 5), np.uint8), np.ones((4, 5), np.uint8)], ".tif")
    >>> [int(page.max()) for page in load_all(content)]
    [0, 1]
    """
    name, content = _content(source)
    return _told(name, decode_all, content)


def save(
    path: str | os.PathLike[str], image: Any, *, quality: int = 95, strip_metadata: bool = False
) -> None:
    """Write an image in the format of the path's suffix, with the metadata of a `Photograph`.

    Whoever looks finds the file complete at every moment: what was there before stays until the
    new content is on the disk.

    Parameters
    ----------
    path
        Ending in .jpg, .jpeg, .jfif, .png, .tif, .tiff or .webp. A link's target is replaced.
    image, quality, strip_metadata
        See `encode`.

    Raises
    ------
    FileError
        If the suffix is not known, the format cannot hold the image, the file cannot be written,
        or it holds other pictures (pages, frames, a gain map), which would be lost. Nothing is
        changed then.
    InputError
        If the image is not one, or has transparency where the format has none.

    Warns
    -----
    LossWarning
        Before anything is written, if the format has no place for some of the metadata.

    Examples
    --------
    >>> save(folder / "photo.png", photo)
    >>> bool((load(folder / "photo.png") == photo).all())
    True
    """
    save_all(path, [image], quality=quality, strip_metadata=strip_metadata)


def save_all(
    path: str | os.PathLike[str],
    images: Sequence[Any],
    *,
    quality: int = 95,
    strip_metadata: bool = False,
) -> None:
    """Write images as one file: the pages of a TIFF file, or an animation (WebP, PNG).

    Parameters are those of `save`, as are the errors. Each page of a TIFF file has the metadata of
    its photograph, an animation those of the first; frames are shown as long as their
    ``metadata.duration`` says.

    Examples
    --------
    >>> save_all(folder / "pages.tif", [photo, photo // 2])
    >>> [page.shape for page in load_all(folder / "pages.tif")]
    [(40, 56, 3), (40, 56, 3)]
    """
    if not isinstance(path, (str, os.PathLike)):
        raise InputError(f"not a path: {path!r}; images.encode gives bytes")
    suffix = Path(os.fspath(path)).suffix
    if not suffix:
        raise FileError(f"{path} has no suffix; use one of {', '.join(SUFFIXES)}")
    try:
        content = encode_all(images, suffix, quality=quality, strip_metadata=strip_metadata)
    except FileError as error:
        raise FileError(f"cannot write {path}: {error}") from error
    metadata = getattr(images[0], "metadata", None)
    pictures = metadata.pictures if isinstance(metadata, Metadata) else 1
    # The old file is decoded only where it may be one that has more than is written.
    if len(images) < pictures and len(images) < _pictures_in(path):
        raise FileError(
            f"cannot write {path}: the file holds {pictures} pictures, and all but "
            f"{len(images)} would be lost; use another name, or load_all and save_all"
        )
    write_atomically(path, content)


def _pictures_in(path: str | os.PathLike[str]) -> int:
    """How many pictures a file holds; 0 for none that can be read."""
    try:
        return decode(_read_file(os.fspath(path))).metadata.pictures
    except FileError:
        return 0


def _content(source: str | os.PathLike[str] | bytes | BinaryIO) -> tuple[str, bytes]:
    """What errors call the source, and what is in it."""
    if isinstance(source, (bytes, bytearray, memoryview)):
        return "the data", bytes(source)
    if isinstance(source, (str, os.PathLike)):
        return os.fspath(source), _read_file(os.fspath(source))
    return "the data", _read_stream(source)


def _told(name: str, decoder: Callable[[bytes], T], content: bytes) -> T:
    try:
        return decoder(content)
    except FileError as error:
        raise FileError(f"cannot read {name}: {error}") from error


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
