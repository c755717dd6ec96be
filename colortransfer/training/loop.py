"""The training loop: phases of steps, exact resume, checkpoints. It knows no networks."""

from __future__ import annotations

import dataclasses
import hashlib
import json
import re
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import tensorflow as tf
from tqdm import tqdm

from ..core.array_files import load_arrays, save_arrays
from ..core.folders import make_folder
from ..errors import FileError, InputError
from . import workers
from .checkpoints import assign_variables
from .interruption import Interruption
from .log import Log, Row, read_log
from .schedule import Schedule

CHECKPOINT = "checkpoint.npz"
PATIENCE = 500  # steps in a row that were rejected, before the training gives up

Batches = Callable[[int, int], Iterable[Any]]  # from start and stop to a batch for each step
Callback = Callable[[Row], bool | None]


@dataclasses.dataclass(frozen=True)
class Phase:
    """A part of the training.

    Attributes
    ----------
    name
        For messages.
    steps
        How many.
    step
        Makes one step, of its number (from 0, int64), the schedule's factor of the learning rates
        (float32) and a batch; returns scalars by name. ``rejected``, if among them, counts updates
        that were not made because something was not finite.

    Examples
    --------
    >>> phase = Phase("warm", 100, lambda number, factor, batch: {"loss": tf.constant(0.0)})
    >>> phase.steps
    100
    """

    name: str
    steps: int
    step: Callable[[tf.Tensor, tf.Tensor, Any], Mapping[str, tf.Tensor]]


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
        may write files.
    schedule
        Schedule of the learning rates.
    callbacks
        Called after each step with its row of the log; returning True ends the training.
    tensorboard
        Write the log for TensorBoard too, into the folder.
    progress
        Show a progress bar.
    fingerprint
        What the checkpoint must have been made with to be resumed, as plain values.
    strategy
        Where machines train together, what they share; by default that in whose scope the training
        runs. All read the folder; the first writes it. Signals then end a machine at once, since
        the others would wait for it.

    Examples
    --------
    >>> Options(checkpoint_every=100, schedule=Schedule(warmup=10)).schedule.factor(4, steps=100)
    0.5
    """

    folder: Path | None = None
    checkpoint_every: int = 250
    validate_every: int = 250
    validate: Callable[[int], Row] | None = None
    schedule: Schedule = dataclasses.field(default_factory=Schedule)
    callbacks: Sequence[Callback] = ()
    tensorboard: bool = False
    progress: bool = False
    fingerprint: Mapping[str, Any] = dataclasses.field(default_factory=dict)
    strategy: tf.distribute.Strategy | None = None

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
        Why it ended: "steps", "callback", "diverged" or "interrupted".

    Examples
    --------
    >>> history = History([{"loss": 3.0, "rejected": 1.0}, {"loss": 1.0, "rejected": 0.0}])
    >>> history.column("loss"), history.rejected
    ([3.0, 1.0], 1)
    """

    rows: list[Row]
    reason: str = "steps"

    @property
    def rejected(self) -> int:
        """Updates that met values that were not finite, and were not made."""
        return round(sum(row.get("rejected", 0.0) for row in self.rows))

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
    any moment ends with the same weights, bit for bit, as one that was not. Where there is a
    folder, Ctrl-C and SIGTERM let the step in hand end and leave a checkpoint of it.

    Parameters
    ----------
    phases
        Their steps together are those of the training.
    batches
        From the first step's number and the number of all steps to an iterable of batches.
    state
        All variables that the next step depends on, by name.
    options
        Folder, callbacks, schedule and the like.

    Returns
    -------
    History
        The log, with the rows of the training that was resumed, and why the training ended.

    Raises
    ------
    FileError
        If the folder's checkpoint is damaged, of another training, or of one with another number
        of steps whose learning rate was already another one. A training that is complete goes on
        to more steps, though not as if they had been planned.

    Examples
    --------
    >>> x = tf.Variable(1.0)
    >>> def halve(number, factor, batch):
    ...     return {"x": x.assign(x * batch)}
    >>> history = train(
    ...     [Phase("all", 3, halve)], lambda start, stop: [0.5] * (stop - start), {"x": x}
    ... )
    >>> history.column("x")
    [0.5, 0.25, 0.125]
    """
    options = options or Options()
    total = sum(phase.steps for phase in phases)
    history = History([])
    start = _resume(state, options, history, total) if options.folder else 0
    first, alone = workers.is_first(options.strategy), workers.count(options.strategy) == 1
    log = Log(history.rows, options.folder if first else None, tensorboard=options.tensorboard)
    rest = batches(start, total) if start < total else ()
    failures, began = 0, time.monotonic()
    with (
        Interruption(active=alone and options.folder is not None) as interruption,
        tqdm(rest, total=total, initial=start, disable=not (options.progress and first)) as bar,
    ):
        for number, batch in enumerate(bar, start):
            done = number + 1
            row = _step(phases, number, options.schedule.factor(number, total), batch)
            row["seconds"] = time.monotonic() - began
            if options.validate and (done % options.validate_every == 0 or done == total):
                row |= options.validate(done)
            log.add(row)
            # All of them are called, also after one that stops.
            stop = True in [callback(row) for callback in options.callbacks]
            failures = failures + 1 if row.get("rejected", 0.0) else 0
            ending = _ending(interruption.signal is not None, stop, failures >= PATIENCE)
            if ending or done % options.checkpoint_every == 0 or done == total:
                log.flush()
                if first:
                    _checkpoint(state, options, done, total)
            if ending:
                history.reason = ending
                break
    return history


def _step(phases: Sequence[Phase], number: int, factor: float, batch: Any) -> Row:
    """One step of the phase to which its number belongs; its row of the log."""
    first = 0
    for phase in phases:
        if number < first + phase.steps:
            break
        first += phase.steps
    metrics = phase.step(tf.constant(number, tf.int64), tf.constant(factor, tf.float32), batch)
    return {"step": float(number + 1), **{key: float(value) for key, value in metrics.items()}}


def _ending(interrupted: bool, stopped: bool, stuck: bool) -> str | None:
    """Why the training ends after this step, if it does."""
    if interrupted:
        return "interrupted"
    if stopped:
        return "callback"
    return "diverged" if stuck else None


def _checkpoint(state: Mapping[str, tf.Variable], options: Options, done: int, total: int) -> None:
    if options.folder is None:
        return
    fingerprint = _digest(options.fingerprint)
    header = {"kind": "training", "step": done, "steps": total, "fingerprint": fingerprint}
    arrays = {name: variable.numpy() for name, variable in state.items()}
    save_arrays(options.folder / CHECKPOINT, arrays, header)


def _resume(
    state: Mapping[str, tf.Variable], options: Options, history: History, total: int
) -> int:
    """Take up the folder's checkpoint and the log up to it; the number of steps done."""
    assert options.folder is not None
    make_folder(options.folder)
    path = options.folder / CHECKPOINT
    if not path.exists():
        return 0
    arrays, header = load_arrays(path, "training")
    if header.get("fingerprint") != _digest(options.fingerprint):
        raise FileError(f"{path} is of a training with other options or images; use another folder")
    try:
        done, planned = int(header["step"]), int(header["steps"])
    except (KeyError, TypeError, ValueError) as error:
        raise FileError(f"{path} is damaged; use another folder") from error
    _check_steps(path, options.schedule, done, planned, total)
    try:
        assign_variables(state, arrays)
    except InputError as error:
        raise FileError(f"{path} is of another training; use another folder") from error
    history.rows.extend(row for row in read_log(options.folder) if row["step"] <= done)
    return done


def _check_steps(path: Path, schedule: Schedule, done: int, planned: int, total: int) -> None:
    """FileError unless a training of ``total`` steps would have come to this checkpoint, too.

    One that is complete may go on to more: its rate has fallen to 0, and rises again to what the
    longer training has there.
    """
    if total < done:
        raise FileError(
            f"{path} has made {done} steps, more than {total}; ask for {planned}, or use another "
            "folder"
        )
    if done < planned and not schedule.same_until(done, planned, total):
        raise FileError(
            f"{path} has made {done} of {planned} steps, at learning rates that a training of "
            f"{total} does not have; ask for {planned}, or use another folder"
        )


def _digest(fingerprint: Mapping[str, Any]) -> str:
    """Of the text, without the addresses that functions show: another process has others."""
    text = json.dumps(dict(fingerprint), sort_keys=True, default=repr)
    text = re.sub(r" at 0x[0-9a-fA-F]+", "", text)
    return hashlib.sha256(text.encode()).hexdigest()
