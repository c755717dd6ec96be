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
    return _checked(read_arrays(content, file), file)


def _checked(arrays: Weights, name: str) -> Weights:
    try:
        weights = {key: value.astype(np.float32) for key, value in arrays.items()}
    except ValueError as error:
        raise FileError(f"{name} holds arrays that are not of numbers") from error
    broken = [key for key, value in weights.items() if not np.isfinite(value).all()]
    if broken:
        raise FileError(f"{name} holds values that are not finite: {broken[0]}")
    return weights
