"""``.cube`` look-up tables of other programs: Adobe's and Iridas' form, and Resolve's."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import numpy as np

from ..errors import FileError
from .cube import LARGEST

_LARGEST_CURVE = 65_536  # points
_LONGEST = 1 << 30  # bytes of a file
# Words that programs write and that change no colour.
_IGNORED = {"TITLE", "LUT_IN_VIDEO_RANGE", "LUT_OUT_VIDEO_RANGE"}


@dataclasses.dataclass(frozen=True, eq=False)
class CubeFile:
    """What a file says: curves, a table, or first the curves and then the table.

    Attributes
    ----------
    curves
        (3, N), over ``curves_domain``; None if there are none.
    table
        (n, n, n, 3) indexed [red, green, blue], over ``table_domain``; None if there is none.
    curves_domain, table_domain
        (2, 3): the colours of the first and the last point.
    """

    curves: np.ndarray | None
    table: np.ndarray | None
    curves_domain: np.ndarray
    table_domain: np.ndarray


def read_cube(path: str | Path) -> CubeFile:
    """Read a table.

    Raises
    ------
    FileError
        If the file cannot be read or is no such table: the text names the line.
    """
    try:
        with open(path, "rb") as file:
            content = file.read(_LONGEST + 1)
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or error
        raise FileError(f"cannot read {path}: {reason}") from error
    try:
        if len(content) > _LONGEST:
            raise FileError("it is longer than any table")
        return _parse(content.decode("utf-8-sig", "replace"))
    except FileError as error:
        raise FileError(f"{path} is not a .cube table: {error}") from error


def _parse(text: str) -> CubeFile:
    words: dict[str, list[float]] = {}
    lines = text.replace("\r", "\n").split("\n")
    rows: list[str] = []
    for number, line in enumerate(lines, 1):
        line = line.split("#")[0].strip() if not line.lstrip().startswith("TITLE") else ""
        if not line:
            continue
        if not line[0].isalpha():
            rows.append(line)
            continue
        name, *values = line.split()
        if name in _IGNORED:
            continue
        if rows:
            raise FileError(f"line {number} comes after the first colours: {line[:40]!r}")
        words[name] = _floats(values, number)
    return _assembled(words, _colors(rows))


def _floats(words: list[str], number: int) -> list[float]:
    try:
        return [float(word) for word in words]
    except ValueError as error:
        raise FileError(f"line {number} has something else than numbers") from error


def _colors(rows: list[str]) -> np.ndarray:
    """The colours (N, 3) of the lines that have any."""
    try:
        values = np.array(" ".join(rows).split(), np.float64)
    except ValueError as error:
        raise FileError("a colour has something else than numbers") from error
    # The lines count: four numbers in one and two in the next are no colours.
    if not np.isfinite(values).all() or any(len(row.split()) != 3 for row in rows):
        raise FileError("a colour is not three finite numbers")
    return values.reshape(-1, 3)


def _assembled(words: dict[str, list[float]], colors: np.ndarray) -> CubeFile:
    points, size = _size(words, "LUT_1D_SIZE", _LARGEST_CURVE), _size(words, "LUT_3D_SIZE", LARGEST)
    if not points and not size:
        raise FileError("it says no LUT_1D_SIZE or LUT_3D_SIZE")
    if len(colors) != points + size**3:
        raise FileError(f"it has {len(colors)} colours, and says {points + size**3}")
    ends = [words.get("DOMAIN_MIN", [0.0] * 3), words.get("DOMAIN_MAX", [1.0] * 3)]
    if any(len(end) != 3 for end in ends):
        raise FileError("an end of its domain is not three numbers")
    domain = np.array(ends)
    cube = colors[points:].reshape(size, size, size, 3).transpose(2, 1, 0, 3)  # red is quickest
    return CubeFile(
        curves=colors[:points].T if points else None,
        table=cube if size else None,
        curves_domain=_range(words, "LUT_1D_INPUT_RANGE", domain),
        table_domain=_range(words, "LUT_3D_INPUT_RANGE", np.array([[0.0] * 3, [1.0] * 3]))
        if points
        else _range(words, "LUT_3D_INPUT_RANGE", domain),
    )


def _size(words: dict[str, list[float]], name: str, largest: int) -> int:
    if name not in words:
        return 0
    values = words[name]
    if len(values) != 1 or not 2 <= values[0] <= largest or values[0] % 1:
        raise FileError(f"{name} is a whole number from 2 to {largest}")
    return int(values[0])


def _range(words: dict[str, list[float]], name: str, otherwise: np.ndarray) -> np.ndarray:
    domain = otherwise
    if name in words:
        if len(words[name]) != 2:
            raise FileError(f"{name} has two numbers")
        domain = np.repeat(np.array(words[name])[:, None], 3, 1)
    if not np.isfinite(domain).all() or (domain[0] >= domain[1]).any():
        raise FileError("its domain has no extent")
    return domain
