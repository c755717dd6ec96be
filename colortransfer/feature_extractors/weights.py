"""Weight files: named arrays in ``.npz``, read without pickle and checked."""

from __future__ import annotations

import hashlib
import json
from importlib import resources
from pathlib import Path

import numpy as np

from ..core.array_files import read_arrays
from ..errors import FileError, InputError

Weights = dict[str, np.ndarray]


def load_weights(path: str | Path) -> Weights:
    """Read the arrays of a ``.npz`` weight file as float32.

    Parameters
    ----------
    path
        A ``.npz`` file of plain arrays (float16 or float32).

    Raises
    ------
    FileError
        If the file is missing, truncated, holds pickled objects or values that are not finite.
    """
    return _checked(read_arrays(path), str(path))


def bundled_weights(name: str) -> Weights:
    """Read weights that are part of the package, after comparing their SHA-256 with the record.

    Raises
    ------
    InputError
        If the package has no weights of that name.
    FileError
        If the file differs from the one that the package was released with.
    """
    folder = resources.files("colortransfer") / "data"
    records: dict[str, str] = json.loads((folder / "sha256.json").read_text(encoding="utf-8"))
    file = f"{name}.npz"
    if file not in records:
        known = ", ".join(sorted(key.removesuffix(".npz") for key in records))
        raise InputError(f"no bundled weights {name!r}; there are: {known}")
    content = (folder / file).read_bytes()
    if hashlib.sha256(content).hexdigest() != records[file]:
        raise FileError(f"the bundled weights {file} are damaged; reinstall colortransfer")
    planes = read_arrays(content, file)
    return _checked({key: from_byte_planes(value) for key, value in planes.items()}, file)


def byte_planes(array: np.ndarray) -> np.ndarray:
    """float16 of any shape as uint8 (2, *shape): the lower bytes, then the upper ones.

    Upper bytes (sign, exponent) are alike, lower ones almost noise: apart, they compress better.

    Examples
    --------
    >>> byte_planes(np.array([1.0, -2.0], np.float16))
    array([[  0,   0],
           [ 60, 192]], dtype=uint8)
    """
    content = np.ascontiguousarray(array, "<f2")[..., np.newaxis].view(np.uint8)
    return np.ascontiguousarray(np.moveaxis(content, -1, 0))


def from_byte_planes(array: np.ndarray) -> np.ndarray:
    """The float16 that `byte_planes` took apart; floats as they are.

    Examples
    --------
    >>> from_byte_planes(byte_planes(np.array([1.0, -2.0], np.float16)))
    array([ 1., -2.], dtype=float16)
    """
    if array.dtype != np.uint8:
        return array
    return np.ascontiguousarray(np.moveaxis(array, 0, -1)).view("<f2")[..., 0]


def _checked(arrays: Weights, name: str) -> Weights:
    try:
        weights = {key: value.astype(np.float32) for key, value in arrays.items()}
    except ValueError as error:
        raise FileError(f"{name} holds arrays that are not of numbers") from error
    broken = [key for key, value in weights.items() if not np.isfinite(value).all()]
    if broken:
        raise FileError(f"{name} holds values that are not finite: {broken[0]}")
    return weights
