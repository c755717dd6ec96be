"""Training images as one uint8 array: from containers, folders, zip archives, arrays, CIFAR-10."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Iterable, Sequence
from functools import partial
from pathlib import Path, PurePosixPath
from typing import Any

import numpy as np
import PIL.Image

from . import images as image_files
from .core.array_files import read_arrays
from .core.folders import files_in, has_suffix
from .core.threads import in_threads
from .errors import ColorTransferError, FileError, InputError
from .images.arrays import quantise
from .images.canvas import as_canvas

__all__ = ["load_container", "load_images"]


def load_images(source: Any, *, size: int | None = None) -> np.ndarray:
    """Images of one size from anywhere.

    Parameters
    ----------
    source
        A folder of photographs, with its folders; a ``.zip`` archive of such; a container (its
        ``.bin`` or ``.npz``, or the name without either); "cifar10" (Keras downloads it); an array
        (N, H, W, 3), or a list of images of any sizes.
    size
        Side in pixels to which images are reduced, after their middle square has been cut out;
        needed where they are not all of one size. None leaves them as they are.

    Returns
    -------
    numpy.ndarray
        uint8 (N, H, W, 3), sRGB.

    Raises
    ------
    InputError
        If the source is none of these, or sizes differ and ``size`` is None.
    FileError
        If something cannot be read; the message names it.

    Examples
    --------
    >>> import numpy as np
    >>> load_images([np.zeros((40, 60, 3)), np.ones((30, 30))], size=16).shape
    (2, 16, 16, 3)
    """
    if size is not None and size < 1:
        raise InputError(f"size must be at least 1 pixel, not {size}")
    if isinstance(source, np.ndarray) and source.ndim != 4:
        raise InputError(f"an array of images has the shape (N, H, W, 3), not {source.shape}")
    if isinstance(source, (np.ndarray, list, tuple)):
        return _stacked((_as_bytes(image, size) for image in source), "the list")
    if not isinstance(source, (str, Path)):
        raise InputError(f"not a source of images: {source!r}; give a path, an array or 'cifar10'")
    if source == "cifar10":
        return _stacked((_as_bytes(image, size) for image in _load_cifar10()), "cifar10")
    path = Path(source)
    if path.is_dir():
        return _from_folder(path, size)
    if path.suffix.lower() == ".zip":
        return _from_archive(path, size)
    images, _ = load_container(path)
    return images if size is None else _stacked((_as_bytes(x, size) for x in images), str(path))


def load_container(path: str | Path) -> tuple[np.ndarray, np.ndarray]:
    """Images and labels of a container: ``NAME.bin`` with encoded images, ``NAME.npz`` beside it.

    Image ``i`` is ``NAME.bin[offsets[i]:offsets[i + 1]]``; the ``.npz`` holds ``offsets`` and
    ``labels``. All images have one size.

    Parameters
    ----------
    path
        ``NAME.bin``, ``NAME.npz``, or the name without either.

    Returns
    -------
    tuple
        uint8 images (N, height, width, 3), sRGB, and int32 labels (N,).

    Raises
    ------
    FileError
        If one of the two files is missing, damaged, or does not fit the other.

    Examples
    --------
    >>> one = image_files.encode(photo, ".png")
    >>> _ = (folder / "two.bin").write_bytes(one + one)
    >>> offsets = np.array([0, len(one), 2 * len(one)])
    >>> np.savez(folder / "two.npz", offsets=offsets, labels=np.array([3, 8]))
    >>> images, labels = load_container(folder / "two")
    >>> images.shape, labels.tolist()
    ((2, 40, 56, 3), [3, 8])
    """
    path = Path(path)
    name = path.name.removesuffix(".bin").removesuffix(".npz")  # "tiny.v2" is a whole name
    content = _read(path, path.with_name(f"{name}.bin"))
    offsets, labels = _index(path.with_name(f"{name}.npz"), len(content))

    def damaged(number: int) -> FileError:
        return FileError(f"image {number} of the container {path} is damaged")

    def opened(number: int) -> PIL.Image.Image:
        try:
            return PIL.Image.open(io.BytesIO(content[offsets[number] : offsets[number + 1]]))
        except Exception as error:  # what damaged data make a decoder raise has no common class
            raise damaged(number) from error

    def decode(number: int) -> np.ndarray:
        try:
            return np.asarray(pictures[number].convert("RGB"))
        except Exception as error:
            raise damaged(number) from error

    pictures = [opened(number) for number in range(len(labels))]
    if not pictures:
        raise FileError(f"the container {path} holds no images")
    # Before any is decoded: a damaged header may declare gigabytes.
    if len({picture.size for picture in pictures}) > 1:
        raise FileError(f"the images of the container {path} differ in size")
    images = list(in_threads(decode, range(len(labels))))
    return np.stack(images), labels


def _index(path: Path, size: int) -> tuple[np.ndarray, np.ndarray]:
    """Offsets (N + 1,) into a ``.bin`` of ``size`` bytes, and labels (N,), int32."""
    arrays = read_arrays(path)
    offsets, labels = arrays.get("offsets"), arrays.get("labels")
    if offsets is None or labels is None:
        raise FileError(f"{path} is not of a container of images: it lacks offsets or labels")
    whole = all(array.ndim == 1 and array.dtype.kind in "iu" for array in (offsets, labels))
    if not whole or len(offsets) != len(labels) + 1:
        raise FileError(f"{path} is damaged: it needs whole numbers, one offset more than labels")
    offsets = offsets.astype(np.int64)
    if (np.diff(offsets) < 0).any() or offsets[0] < 0 or offsets[-1] > size:
        raise FileError(f"{path} does not fit its .bin, which may have been cut short")
    return offsets, labels.astype(np.int32)


def _read(given: Path, path: Path) -> bytes:
    try:
        return path.read_bytes()
    except FileNotFoundError as error:
        raise FileError(f"there is no folder and no container {given}") from error
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or error
        raise FileError(f"cannot read {path}: {reason}") from error


def _from_folder(folder: Path, size: int | None) -> np.ndarray:
    paths = files_in(folder, image_files.SUFFIXES, recursive=True)
    return _decoded([(str(path), path.read_bytes) for path in paths], size, str(folder))


def _from_archive(path: Path, size: int | None) -> np.ndarray:
    try:
        with zipfile.ZipFile(path) as archive:
            names = sorted(
                name
                for name in archive.namelist()
                if has_suffix(PurePosixPath(name).name, image_files.SUFFIXES)
            )
            entries = [(f"{path}/{name}", partial(archive.read, name)) for name in names]
            return _decoded(entries, size, str(path))
    except ColorTransferError:
        raise
    except FileNotFoundError as error:
        raise FileError(f"cannot read {path}: there is no such file") from error
    except Exception as error:  # zipfile's and each decompressor's own, for damaged archives
        raise FileError(f"{path} is not a readable zip archive: {error}") from error


def _decoded(
    entries: Sequence[tuple[str, Callable[[], bytes]]], size: int | None, name: str
) -> np.ndarray:
    """Images of files' contents, one held at its full size at a time and thread."""

    def decode(entry: tuple[str, Callable[[], bytes]]) -> np.ndarray:
        try:
            return _as_bytes(image_files.load(entry[1]()), size)
        except (FileError, OSError) as error:
            raise FileError(f"cannot read {entry[0]}: {error}") from error

    return _stacked(in_threads(decode, entries), name)


def _as_bytes(image: Any, size: int | None) -> np.ndarray:
    """The image as uint8 (H, W, 3), cut to its middle square and scaled if a size is given."""
    if isinstance(image, np.ndarray) and image.dtype == np.uint8 and image.shape[2:] == (3,):
        pixels = np.asarray(image)
    else:
        pixels = quantise(as_canvas(image).rgb, np.dtype(np.uint8))
    if size is None or pixels.shape[:2] == (size, size):
        return pixels
    height, width = pixels.shape[:2]
    side = min(height, width)
    top, left = (height - side) // 2, (width - side) // 2
    square = PIL.Image.fromarray(np.ascontiguousarray(pixels))
    box = (left, top, left + side, top + side)
    return np.asarray(square.resize((size, size), PIL.Image.Resampling.BOX, box))


def _stacked(images: Iterable[np.ndarray], name: str) -> np.ndarray:
    found = list(images)
    if not found:
        raise FileError(f"there are no photographs in {name}")
    if len({image.shape for image in found}) > 1:
        raise InputError(f"the images of {name} differ in size; say to which size to bring them")
    return np.stack(found)


def _load_cifar10() -> np.ndarray:
    import keras  # slow to import

    try:
        return np.asarray(keras.datasets.cifar10.load_data()[0][0])
    except Exception as error:  # whatever the network, or an unfinished download, may raise
        raise FileError(f"cannot download CIFAR-10: {error}") from error
