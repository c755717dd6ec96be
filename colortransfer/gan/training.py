"""The training loop: phases of steps, logs, checkpoints, samples. It knows no networks.

Another kind of GAN is another step: an object with ``state`` (its variables by name) and a
function that takes a batch and changes them.
"""

from __future__ import annotations

import csv
import dataclasses
import hashlib
import json
import math
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import tensorflow as tf
from tqdm import tqdm

from ..core.array_files import load_arrays, save_arrays
from ..core.folders import make_folder
from ..errors import FileError, InputError
from .networks import assign_variables

CHECKPOINT = "checkpoint.npz"
LOG = "log.csv"
PATIENCE = 500  # steps in a row that were undone, before the training gives up

Batches = Callable[[int, int], Iterable[tuple[Any, ...]]]  # from start and stop to batches
Row = dict[str, float]
Callback = Callable[[Row], bool | None]


@dataclasses.dataclass(frozen=True)
class Phase:
    """A part of the training.

    Attributes
    ----------
    name
        For logs.
    steps
        How many.
    step
        Makes a step of a batch; returns scalars by name. ``undone``, if among them, counts updates
        that were taken back because something was not finite.
    """

    name: str
    steps: int
    step: Callable[..., Mapping[str, tf.Tensor]]


@dataclasses.dataclass(frozen=True, kw_only=True)
class Options:
    """What happens beside the steps.

    Attributes
    ----------
    folder
        For ``checkpoint.npz`` and ``log.csv``; training resumes from what it finds there. None
        keeps nothing.
    checkpoint_every, validate_every
        In steps.
    validate
        From the number of steps done to scalars; called after each ``validate_every`` steps. It
        may write sample sheets.
    callbacks
        Called after each step with its row of the log; returning True ends the training.
    tensorboard
        Write the log for TensorBoard too, into the folder.
    progress
        Show a progress bar.
    fingerprint
        What the checkpoint must have been made with to be resumed, as plain values.
    """

    folder: Path | None = None
    checkpoint_every: int = 250
    validate_every: int = 250
    validate: Callable[[int], Row] | None = None
    callbacks: Sequence[Callback] = ()
    tensorboard: bool = False
    progress: bool = False
    fingerprint: Mapping[str, Any] = dataclasses.field(default_factory=dict)

    def __post_init__(self) -> None:
        if self.checkpoint_every < 1 or self.validate_every < 1:
            raise InputError("checkpoint_every and validate_every are at least 1")
        if self.tensorboard and self.folder is None:
            raise InputError("tensorboard=True needs a folder to write into")


@dataclasses.dataclass
class History:
    """What a training has recorded.

    Attributes
    ----------
    rows
        One a step, in order: ``step``, ``seconds`` and what the step returned.
    reason
        Why it ended: "steps", "callback" or "diverged".
    """

    rows: list[Row]
    reason: str = "steps"

    @property
    def undone(self) -> int:
        """Updates that met values that were not finite, and were taken back."""
        return round(sum(row.get("undone", 0.0) for row in self.rows))

    def column(self, name: str) -> list[float]:
        """The values of one column, of those steps that have it."""
        return [row[name] for row in self.rows if name in row]


def train(
    phases: Sequence[Phase],
    batches: Batches,
    state: Mapping[str, tf.Variable],
    options: Options | None = None,
) -> History:
    """Run the phases one after another, from where the folder's checkpoint ends.

    Everything random must be a function of the step's number; then a training that was killed at
    any moment ends with the same weights, bit for bit, as one that was not.

    Raises
    ------
    FileError
        If the folder's checkpoint is damaged, or of another training.
    """
    options = options or Options()
    history = History([])
    start = _resume(state, options, history) if options.folder else 0
    total = sum(phase.steps for phase in phases)
    log = _Log(options, history)
    rest = batches(start, total) if start < total else ()
    failures, began = 0, time.monotonic()
    for number, batch in zip(
        range(start, total),
        tqdm(rest, total=total, initial=start, disable=not options.progress),
        strict=False,
    ):
        metrics = _phase(phases, number).step(*batch)
        row = {"step": float(number + 1), **{key: float(value) for key, value in metrics.items()}}
        row["seconds"] = time.monotonic() - began
        done = number + 1
        if options.validate and (done % options.validate_every == 0 or done == total):
            row |= options.validate(done)
        log.add(row)
        # All of them are called, also after one that stops.
        stop = True in [callback(row) for callback in options.callbacks]
        failures = failures + 1 if row.get("undone", 0.0) else 0
        stuck = failures >= PATIENCE
        if done % options.checkpoint_every == 0 or done == total or stop:
            log.flush()
            _checkpoint(state, options, done)
        if stop or stuck:
            history.reason = "callback" if stop else "diverged"
            break
    log.flush()
    return history


def _phase(phases: Sequence[Phase], number: int) -> Phase:
    """The phase to which step ``number`` belongs."""
    for phase in phases:
        if number < phase.steps:
            return phase
        number -= phase.steps
    raise InputError("there is no such step")


def _checkpoint(state: Mapping[str, tf.Variable], options: Options, done: int) -> None:
    if options.folder is None:
        return
    header = {"kind": "training", "step": done, "fingerprint": _digest(options.fingerprint)}
    arrays = {name: variable.numpy() for name, variable in state.items()}
    save_arrays(options.folder / CHECKPOINT, arrays, header)


def _resume(state: Mapping[str, tf.Variable], options: Options, history: History) -> int:
    """Take up the folder's checkpoint and the log up to it; the number of steps done."""
    assert options.folder is not None
    path = make_folder(options.folder) / CHECKPOINT
    if not path.exists():
        return 0
    arrays, header = load_arrays(path, "training")
    if header.get("fingerprint") != _digest(options.fingerprint):
        raise FileError(f"{path} is of a training with other options or images; use another folder")
    try:
        assign_variables(state, arrays)
    except InputError as error:
        raise FileError(f"{path} is of another training; use another folder") from error
    done = int(header["step"])
    history.rows.extend(row for row in _read_log(options.folder / LOG) if row["step"] <= done)
    return done


def _digest(fingerprint: Mapping[str, Any]) -> str:
    text = json.dumps(dict(fingerprint), sort_keys=True, default=str)
    return hashlib.sha256(text.encode()).hexdigest()


class _Log:
    """The log's rows, in memory, in ``log.csv`` and for TensorBoard."""

    def __init__(self, options: Options, history: History) -> None:
        self._rows, self._path, self._writer = history.rows, None, None
        if options.folder is not None:
            self._path = options.folder / LOG
            self._columns: list[str] = []
            self._written = 0
            if options.tensorboard:
                self._writer = tf.summary.create_file_writer(str(options.folder / "tensorboard"))

    def add(self, row: Row) -> None:
        self._rows.append(row)
        if self._writer is not None:
            metadata = tf.compat.v1.SummaryMetadata()
            metadata.plugin_data.plugin_name = "scalars"
            with self._writer.as_default():
                for name, value in row.items():
                    tf.summary.write(name, np.float32(value), int(row["step"]), metadata)

    def flush(self) -> None:
        """Bring the file up to date; it is written anew when a column is new, or to trim it."""
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


def _read_log(path: Path) -> list[Row]:
    """The rows of a log; one that was cut off in the middle is left out."""
    if not path.exists():
        return []
    rows = []
    with path.open(newline="", encoding="utf-8") as file:
        for row in csv.DictReader(file):
            try:
                values = {key: float(value) for key, value in row.items() if value and key}
            except (TypeError, ValueError):
                continue
            if math.isfinite(values.get("step", math.nan)):
                rows.append(values)
    return rows
