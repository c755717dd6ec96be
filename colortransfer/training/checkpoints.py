"""Named arrays and a header in one ``.npz``: checkpoints of trainings, and saved networks."""

from __future__ import annotations

import hashlib
import io
import json
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import tensorflow as tf

from ..errors import FileError, InputError
from ..images.files import write_atomically

FORMAT = 1
HEADER = "header"


def save_arrays(path: str | Path, arrays: Mapping[str, np.ndarray], header: dict[str, Any]) -> None:
    """Write arrays and a header of plain values, so that the file is whole at every moment.

    Raises
    ------
    FileError
        If it cannot be written.
    """
    text = json.dumps({"format": FORMAT, **header}, sort_keys=True)
    buffer = io.BytesIO()
    np.savez(buffer, **{HEADER: np.array(text)}, **arrays)  # type: ignore[arg-type]
    write_atomically(path, buffer.getvalue())


def load_arrays(path: str | Path, kind: str) -> tuple[dict[str, np.ndarray], dict[str, Any]]:
    """Arrays and header of a file whose header says that it is of this ``kind``.

    Raises
    ------
    FileError
        If it is missing, damaged, of another kind or a later format, or holds pickled objects.
    """
    try:
        content = Path(path).read_bytes()
    except OSError as error:
        raise FileError(f"cannot read {path}: {error.strerror or error}") from error
    try:
        with np.load(io.BytesIO(content), allow_pickle=False) as archive:
            arrays = {name: archive[name] for name in archive.files}
        header = json.loads(str(arrays.pop(HEADER)))
        found, version = header["kind"], int(header["format"])
    except (
        ValueError,
        OSError,
        EOFError,
        KeyError,
        TypeError,
        AttributeError,
        NotImplementedError,
        zipfile.BadZipFile,
    ) as error:
        raise FileError(f"{path} is damaged, or was not written by colortransfer") from error
    if found != kind:
        raise FileError(f"{path} holds a {found!r}, not a {kind!r}")
    if version > FORMAT:
        raise FileError(f"{path} was written by a later version; update colortransfer")
    return arrays, header


def assign_variables(variables: Mapping[str, tf.Variable], arrays: Mapping[str, Any]) -> None:
    """Set variables from arrays, all or none.

    Raises
    ------
    InputError
        If names or shapes differ, or floats are not finite.
    """
    if set(variables) != set(arrays):
        odd = sorted(set(variables) ^ set(arrays))[0]
        raise InputError(f"these arrays belong to another network: {odd!r} is not in both")
    for name, variable in variables.items():
        value = np.asarray(arrays[name])
        if value.shape != tuple(variable.shape):
            raise InputError(
                f"these arrays belong to another network: {name!r} has shape {value.shape}, "
                f"not {tuple(variable.shape)}"
            )
        if value.dtype.kind not in "fiu" or not np.isfinite(value).all():
            raise InputError(f"array {name!r} holds values that are not finite numbers")
    for name, variable in variables.items():
        variable.assign(tf.cast(arrays[name], variable.dtype))


def array_digest(array: np.ndarray) -> str:
    """A short name for this very array: SHA-256 of its shape and of 1,000 of its rows."""
    step = max(1, len(array) // 1000)
    content = np.ascontiguousarray(array[::step])
    return hashlib.sha256(repr(array.shape).encode() + content.tobytes()).hexdigest()[:16]
