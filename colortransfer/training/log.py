"""The log of a training: in memory, in ``log.csv`` and for TensorBoard."""

from __future__ import annotations

import csv
import math
from pathlib import Path

import numpy as np
import tensorflow as tf

from ..errors import FileError

LOG = "log.csv"
Row = dict[str, float]


class Log:
    """Rows that are kept, and written where there is a folder.

    Parameters
    ----------
    rows
        The rows so far; new ones are appended to this list.
    folder
        For ``log.csv`` and ``tensorboard/``; None writes nothing.
    tensorboard
        Whether to write for TensorBoard too.
    """

    def __init__(self, rows: list[Row], folder: Path | None, *, tensorboard: bool = False) -> None:
        self._rows = rows
        self._path = None if folder is None else folder / LOG
        self._columns: list[str] = []
        self._written = 0
        self._writer = None
        if tensorboard and folder is not None:
            self._writer = tf.summary.create_file_writer(str(folder / "tensorboard"))

    def add(self, row: Row) -> None:
        self._rows.append(row)
        if self._writer is not None:
            # tf.summary.scalar would import the package tensorboard, which is an extra.
            metadata = tf.compat.v1.SummaryMetadata()
            metadata.plugin_data.plugin_name = "scalars"
            with self._writer.as_default():
                for name, value in row.items():
                    tf.summary.write(name, np.float32(value), int(row["step"]), metadata)

    def flush(self) -> None:
        """Bring the file up to date; it is written anew when a column is new, or to trim it.

        Raises
        ------
        FileError
            If it cannot be written.
        """
        if self._writer is not None:
            self._writer.flush()
        if self._path is None or not self._rows:
            return
        columns = list(dict.fromkeys(name for row in self._rows for name in row))
        fresh = columns != self._columns
        try:
            with self._path.open("w" if fresh else "a", newline="", encoding="utf-8") as file:
                writer = csv.DictWriter(file, columns)
                if fresh:
                    writer.writeheader()
                writer.writerows(self._rows if fresh else self._rows[self._written :])
        except OSError as error:
            raise FileError(f"cannot write {self._path}: {error.strerror}") from error
        self._columns, self._written = columns, len(self._rows)


def read_log(folder: Path) -> list[Row]:
    """The rows of the folder's log; those that are damaged are left out."""
    path = folder / LOG
    if not path.exists():
        return []
    rows: list[Row] = []
    with path.open(newline="", encoding="utf-8", errors="replace") as file:
        reader = csv.DictReader(file)
        while True:
            try:
                row = next(reader, None)
                if row is None:
                    return rows
                values = {key: float(value) for key, value in row.items() if value and key}
            except (TypeError, ValueError, csv.Error):
                continue
            if math.isfinite(values.get("step", math.nan)):
                rows.append(values)
