"""Manifests: CSV or JSON lines that say for each photograph what is asked of it."""

from __future__ import annotations

import csv
import dataclasses
import io
import json
import os
import posixpath
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from ..errors import FileError, InputError
from . import storage
from .request import Request

SUFFIXES = (".csv", ".jsonl", ".ndjson")
COLUMNS = ("source", "output", "color", "reference", "mask", "protect")
FILES = ("mask", "protect")


class Row(NamedTuple):
    """One photograph; ``output`` is a name in the folder of results, or None."""

    source: str
    output: str | None
    request: Request


def rows(path: str, request: Request) -> Iterator[Row]:
    """The rows of a manifest.

    Parameters
    ----------
    path
        A ``.csv`` with a line of names, or JSON lines: ``source``, and as wanted ``output``,
        ``color``, ``reference``, ``mask``, ``protect``. Files are relative to its folder.
    request
        What holds where a row says nothing.

    Raises
    ------
    FileError, InputError
        If it cannot be read, has no or unknown columns, or a row is wrong; one line that says
        which.

    Examples
    --------
    >>> _ = (folder / "m.csv").write_text("source,color\\na.png,teal\\n")
    >>> (row,) = rows(str(folder / "m.csv"), Request())
    >>> row.source.endswith("a.png"), row.request.color
    (True, (0.0, 0.5019607843137255, 0.5019607843137255))
    """
    try:
        text = storage.read(path).decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise FileError(f"cannot read {path}: it is not text in UTF-8") from error
    read = _csv if path.lower().endswith(".csv") else _json_lines
    folder, empty = path.replace(os.sep, "/").rpartition("/")[0], True
    for number, cells in read(path, text):
        empty = False
        try:
            yield _row(cells, folder, request)
        except (InputError, TypeError) as error:
            raise InputError(f"{path}, line {number}: {error}") from error
    if empty:
        raise InputError(f"{path} names no photograph")


def _row(cells: Mapping[str, Any], folder: str, request: Request) -> Row:
    if unknown := [name for name in cells if name not in COLUMNS]:
        raise InputError(f"no column {unknown[0]!r} is known; there are {', '.join(COLUMNS)}")
    given = {name: value for name, value in cells.items() if value not in (None, "")}
    if "source" not in given:
        raise InputError("it has no source, the path of a photograph")
    if wrong := [n for n, v in given.items() if not isinstance(v, str) and n != "color"]:
        raise InputError(f"{wrong[0]} is not a text")
    if "color" in given and "reference" in given:
        raise InputError("it has a color and a reference; leave out one")
    asked: dict[str, Any] = {name: _under(folder, given[name]) for name in FILES if name in given}
    if "color" in given:
        asked |= {"color": given["color"], "reference": ()}
    if "reference" in given:
        asked |= {"color": None, "reference": (_under(folder, given["reference"]),)}
    output = given.get("output")
    if output is not None and (output.startswith("/") or ".." in output.split("/")):
        raise InputError(f"output {output!r} does not lie in the folder of results")
    source = _under(folder, given["source"])
    return Row(source, output, dataclasses.replace(request, **asked))


def _under(folder: str, name: str) -> str:
    if not folder or storage.is_url(name) or os.path.isabs(name):
        return name
    return posixpath.join(folder, name)


def _csv(path: str, text: str) -> Iterator[tuple[int, dict[str, Any]]]:
    reader = csv.DictReader(io.StringIO(text, newline=""), strict=True, restkey="(more cells)")
    try:
        if reader.fieldnames is None or "source" not in reader.fieldnames:
            raise InputError(f"{path} has no column source; its first line names the columns")
        for row in reader:
            if "(more cells)" in row:
                raise InputError(f"{path}, line {reader.line_num}: more cells than columns")
            yield reader.line_num, row
    except csv.Error as error:
        raise InputError(f"{path}, line {reader.line_num}: {error}") from error


def _json_lines(path: str, text: str) -> Iterator[tuple[int, dict[str, Any]]]:
    for number, line in enumerate(text.splitlines(), 1):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
        except (ValueError, RecursionError) as error:
            raise InputError(f"{path}, line {number}: not JSON: {error}") from error
        if not isinstance(row, dict):
            raise InputError(f"{path}, line {number}: not an object like {{'source': 'a.jpg'}}")
        yield number, row
