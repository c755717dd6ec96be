"""Named arrays in one ``.npz``: edits, checkpoints, saved generators, weights. Without pickle."""

from __future__ import annotations

import io
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from ..errors import FileError
from .atomic import write_atomically

FORMAT = 1  # of the header; a reader refuses later ones
HEADER = "header"

Arrays = dict[str, np.ndarray]


def save_arrays(
    path: str | Path,
    arrays: Mapping[str, np.ndarray],
    header: Mapping[str, Any] | None = None,
    *,
    compress: bool = False,
) -> None:
    """Write arrays and a header of plain values, so that the file is whole at every moment.

    The header says of what ``kind`` the file is. Without one, the file holds nothing but arrays, as
    files of weights do.

    Raises
    ------
    FileError
        If it cannot be written.
    """
    entries: dict[str, Any] = dict(arrays)
    if header is not None:
        text = json.dumps({"format": FORMAT, **header}, sort_keys=True)
        entries = {HEADER: np.array(text), **entries}
    buffer = io.BytesIO()
    (np.savez_compressed if compress else np.savez)(buffer, **entries)
    write_atomically(path, buffer.getvalue())


def load_arrays(path: str | Path, *kinds: str) -> tuple[Arrays, dict[str, Any]]:
    """Arrays and header of a file whose header says that it is of one of these ``kinds``.

    Raises
    ------
    FileError
        If it is missing, damaged, of another kind or a later format, or holds pickled objects.
    """
    arrays = read_arrays(path)
    return arrays, take_header(arrays, kinds, str(path))


def read_arrays(source: str | Path | bytes, name: str | None = None) -> Arrays:
    """Every array of a ``.npz`` file, or of its content, which errors then call ``name``.

    Raises
    ------
    FileError
        If it is missing, damaged, or holds pickled objects.
    """
    name = str(source) if name is None else name
    try:
        content = source if isinstance(source, bytes) else Path(source).read_bytes()
    except FileNotFoundError as error:
        raise FileError(f"cannot read {name}: there is no such file") from error
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or error
        raise FileError(f"cannot read {name}: {reason}") from error
    try:
        with np.load(io.BytesIO(content), allow_pickle=False) as archive:
            arrays = {key: archive[key] for key in archive.files}
            # What does not begin as an array does, numpy gives as bytes.
            if all(isinstance(array, np.ndarray) for array in arrays.values()):
                return arrays
    except Exception as error:  # numpy, zipfile and zlib each have their own for damaged files
        raise FileError(f"{name} is not a readable .npz file of plain arrays") from error
    raise FileError(f"{name} holds something else than plain arrays")


def take_header(arrays: Arrays, kinds: Sequence[str], name: str) -> dict[str, Any]:
    """Remove the header from the arrays of a file called ``name``, and check it.

    Raises
    ------
    FileError
        If there is none, or it is of another kind or a later format.
    """
    wanted = " or ".join(map(repr, kinds))
    try:
        header: dict[str, Any] = json.loads(str(arrays.pop(HEADER)))
        found, version = header["kind"], int(header["format"])
    except (KeyError, TypeError, ValueError, AttributeError, RecursionError) as error:
        raise FileError(
            f"{name} is damaged, or not a {' or '.join(kinds)} of colortransfer"
        ) from error
    if found not in kinds:
        raise FileError(f"{name} holds a {found!r}, not a {wanted}")
    if version > FORMAT:
        raise FileError(f"{name} was written by a later version; update colortransfer")
    return header
