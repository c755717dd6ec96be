"""The training loop: exact resume, more steps, signals, rejected steps, phases, logs."""

import csv
import json
import os
import signal
import subprocess
import sys
import time

import numpy as np
import pytest
import tensorflow as tf

from colortransfer.core.array_files import load_arrays, save_arrays
from colortransfer.errors import FileError, InputError
from colortransfer.training import Options, Phase, Schedule, train

TOY = """
import numpy as np, sys, tensorflow as tf, time
from pathlib import Path
from colortransfer.training import Options, Phase, train

def batches(start, stop):
    return (float(np.random.default_rng(n).normal()) for n in range(start, stop))

x = tf.Variable(0.0)

def step(number, factor, value):
    time.sleep(0.01)
    x.assign(0.9 * x + value + float(number))
    return {"loss": x.read_value()}

train([Phase("a", 400, step)], batches, {"x": x}, Options(folder=Path(sys.argv[1])))
"""


class ToyStep:
    """A walk that depends on everything before: it shows what a loop leaves out."""

    def __init__(self):
        self.state = {"x": tf.Variable(0.0)}

    def __call__(self, number, factor, value):
        x = self.state["x"]
        x.assign(0.9 * x + factor * value + float(number))
        return {"loss": x.read_value()}


def toy_batches(start, stop):
    return (float(np.random.default_rng(n).normal()) for n in range(start, stop))


def walk(steps=10, **options):
    """The history of a training of the toy, and where it ended."""
    toy = ToyStep()
    history = train([Phase("a", steps, toy)], toy_batches, toy.state, Options(**options))
    return history, float(toy.state["x"])


def at(step, action):
    """A callback that acts after this step."""
    return lambda row: action() if row["step"] == step else None


def steps_in(folder):
    with np.load(folder / "checkpoint.npz") as archive:
        return json.loads(str(archive["header"]))["step"]


def crash():
    raise RuntimeError("a crash")


# Resuming


@pytest.mark.parametrize("killed", [1, 4, 7, 9])
def test_a_walk_resumes_exactly_and_its_log_has_every_step_once(tmp_path, killed):
    expected, end = walk()
    with pytest.raises(RuntimeError, match="a crash"):
        walk(folder=tmp_path, checkpoint_every=3, callbacks=[at(killed, crash)])
    history, resumed = walk(folder=tmp_path, checkpoint_every=3)
    assert resumed == end
    assert history.column("step") == list(range(1, 11))
    assert history.column("loss") == expected.column("loss")
    with (tmp_path / "log.csv").open(newline="") as file:
        assert [float(row["step"]) for row in csv.DictReader(file)] == list(range(1, 11))


def test_damaged_rows_of_the_log_are_left_out(tmp_path):
    walk(3, folder=tmp_path, checkpoint_every=3)
    lines = (tmp_path / "log.csv").read_bytes().splitlines(keepends=True)
    lines[2:2] = [b"\xff\xfe,\xc9\r\n", b'"' + bytes(200_000) + b'"\r\n']
    (tmp_path / "log.csv").write_bytes(b"".join(lines))
    history, _ = walk(6, folder=tmp_path)
    assert history.column("step") == [1, 2, 3, 4, 5, 6]


@pytest.mark.parametrize("key", ["step", "steps"])
def test_a_checkpoint_that_does_not_say_its_steps_is_damaged(tmp_path, key):
    walk(3, folder=tmp_path, checkpoint_every=3)
    arrays, header = load_arrays(tmp_path / "checkpoint.npz", "training")
    del header[key], header["format"]
    save_arrays(tmp_path / "checkpoint.npz", arrays, header)
    with pytest.raises(FileError, match=r"checkpoint\.npz is damaged"):
        walk(3, folder=tmp_path)


def test_a_training_goes_on_for_more_steps_and_ends_as_a_long_one(tmp_path):
    """Without a fall of the learning rate nothing depended on the number of steps."""
    whole, end = walk(10, schedule=Schedule(warmup=3))
    walk(6, folder=tmp_path, schedule=Schedule(warmup=3))
    history, longer = walk(10, folder=tmp_path, schedule=Schedule(warmup=3))
    assert longer == end
    assert history.column("loss") == whole.column("loss")


def test_more_steps_where_the_rate_has_not_begun_to_fall(tmp_path):
    _, end = walk(20, schedule=Schedule(cooldown=0.5))
    stop = [at(4, lambda: True)]
    walk(10, folder=tmp_path, schedule=Schedule(cooldown=0.5), callbacks=stop)
    assert walk(20, folder=tmp_path, schedule=Schedule(cooldown=0.5))[1] == end


@pytest.mark.parametrize("steps", [20, 8])
def test_other_steps_are_refused_where_the_rate_has_fallen_already(tmp_path, steps):
    walk(10, folder=tmp_path, schedule=Schedule(cooldown=0.5), callbacks=[at(7, lambda: True)])
    with pytest.raises(FileError, match=f"7 of 10 steps.*training of {steps} .*ask for 10"):
        walk(steps, folder=tmp_path, schedule=Schedule(cooldown=0.5))


def test_a_complete_training_goes_on_to_more_steps(tmp_path):
    """From where it ended, with the rates of the longer one."""
    walk(6, folder=tmp_path, schedule=Schedule(cooldown=0.5))
    history, _ = walk(10, folder=tmp_path, schedule=Schedule(cooldown=0.5))
    assert history.column("step") == list(range(1, 11))
    assert history.reason == "steps"
    assert steps_in(tmp_path) == 10


def test_fewer_steps_than_were_made_are_refused(tmp_path):
    walk(10, folder=tmp_path)
    with pytest.raises(FileError, match="10 steps, more than 5; ask for 10"):
        walk(5, folder=tmp_path)


def test_a_checkpoint_of_another_or_a_damaged_training_is_refused(tmp_path):
    def run(**fingerprint):
        return walk(3, folder=tmp_path, checkpoint_every=1, fingerprint=fingerprint)[0]

    run(seed=1)
    with pytest.raises(FileError, match="another folder"):
        run(seed=2)
    path = tmp_path / "checkpoint.npz"
    content = path.read_bytes()
    for damage in (content[: len(content) // 2], b"", b"nonsense"):
        path.write_bytes(damage)
        with pytest.raises(FileError):
            run(seed=1)
    path.write_bytes(content)
    assert len(run(seed=1).rows) == 3


def test_a_function_among_the_options_is_known_by_its_name(tmp_path):
    """Its text names an address too, which is another one in the process that goes on."""

    def make(name):
        def loss():
            pass

        loss.__qualname__ = name
        return loss

    def run(function):
        options = {"loss": function, "recipe": f"Recipe(terms=({function!r},))"}
        return walk(3, folder=tmp_path, checkpoint_every=1, fingerprint=options)[0]

    run(make("colour"))
    assert len(run(make("colour")).rows) == 3
    with pytest.raises(FileError, match="another folder"):
        run(make("content"))


# Signals


def send(number):
    return lambda: os.kill(os.getpid(), number)


@pytest.fixture
def ctrl_c():
    """Python's own handler, which a process in the background does not have."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.mark.usefixtures("ctrl_c")
def test_ctrl_c_leaves_a_checkpoint_of_the_step_in_hand(tmp_path):
    with pytest.raises(KeyboardInterrupt):
        walk(folder=tmp_path, callbacks=[at(4, send(signal.SIGINT))])
    assert steps_in(tmp_path) == 4
    assert walk(folder=tmp_path)[1] == walk()[1]
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler


def test_a_signal_that_the_process_ignores_stays_ignored(tmp_path):
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        history, _ = walk(folder=tmp_path, callbacks=[at(4, send(signal.SIGINT))])
    finally:
        signal.signal(signal.SIGINT, before)
    assert history.reason == "steps"


def test_the_callers_handler_is_called_after_the_checkpoint(tmp_path):
    seen = []
    before = signal.signal(signal.SIGTERM, lambda *_: seen.append(steps_in(tmp_path)))
    try:
        history, _ = walk(folder=tmp_path, callbacks=[at(4, send(signal.SIGTERM))])
    finally:
        signal.signal(signal.SIGTERM, before)
    assert seen == [4]
    assert (history.reason, len(history.rows)) == ("interrupted", 4)


@pytest.mark.usefixtures("ctrl_c")
def test_a_second_ctrl_c_acts_at_once(tmp_path):
    def twice():
        send(signal.SIGINT)()
        send(signal.SIGINT)()

    with pytest.raises(KeyboardInterrupt):
        walk(folder=tmp_path, callbacks=[at(4, twice)])
    assert not (tmp_path / "checkpoint.npz").exists()


@pytest.mark.usefixtures("ctrl_c")
def test_without_a_folder_ctrl_c_acts_at_once():
    seen = []
    with pytest.raises(KeyboardInterrupt):
        walk(callbacks=[at(4, send(signal.SIGINT)), lambda row: seen.append(row["step"])])
    assert seen == [1, 2, 3]


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGKILL])
def test_a_process_that_is_stopped_or_killed_resumes_exactly(tmp_path, number):
    command = [sys.executable, "-c", TOY]
    folder = tmp_path / "run"
    program = subprocess.Popen([*command, str(folder)], stderr=subprocess.DEVNULL)
    try:
        while not folder.is_dir():
            assert program.poll() is None
            time.sleep(0.02)
        time.sleep(0.5)
    finally:
        program.send_signal(number)
    assert program.wait(timeout=60) == -number
    assert (folder / "checkpoint.npz").exists() == (number == signal.SIGTERM)
    if number == signal.SIGTERM:
        done = steps_in(folder)
        assert 0 < done < 400
        with (folder / "log.csv").open(newline="") as file:
            assert len(list(csv.DictReader(file))) == done
    history, end = walk(400, folder=folder)
    assert end == walk(400)[1]
    assert history.column("step") == list(range(1, 401))


# Phases, rejected steps, logs


def test_a_step_that_never_succeeds_ends_as_diverged(monkeypatch):
    monkeypatch.setattr("colortransfer.training.loop.PATIENCE", 4)
    bad = [Phase("a", 50, lambda number, factor, batch: {"rejected": tf.constant(1.0)})]
    history = train(bad, toy_batches, {})
    assert history.reason == "diverged"
    assert history.rejected == len(history.rows) == 4


def test_phases_follow_one_another():
    seen = []

    def note(name):
        return lambda number, factor, batch: seen.append((name, int(number))) or {}

    train(
        [Phase("a", 2, note("a")), Phase("b", 0, note("b")), Phase("c", 1, note("c"))],
        toy_batches,
        {},
    )
    assert seen == [("a", 0), ("a", 1), ("c", 2)]


def test_steps_get_the_schedules_factor():
    seen = []
    phase = Phase("a", 4, lambda number, factor, batch: seen.append(float(factor)) or {})
    train([phase], toy_batches, {}, Options(schedule=Schedule(warmup=2, cooldown=0.5)))
    assert seen == [0.5, 1, 1, 0.5]


def test_schedule_rises_and_falls():
    schedule = Schedule(warmup=4, cooldown=0.5)
    rates = [schedule.factor(step, 10) for step in range(10)]
    np.testing.assert_allclose(rates, [0.25, 0.5, 0.75, 1, 1, 1, 0.8, 0.6, 0.4, 0.2])
    for wrong in ({"warmup": -1}, {"cooldown": 1.5}):
        with pytest.raises(InputError):
            Schedule(**wrong)


def test_tensorboard_files_and_validation_rows(tmp_path):
    history, _ = walk(
        5,
        folder=tmp_path,
        validate_every=2,
        validate=lambda done: {"score": done / 2},
        tensorboard=True,
    )
    assert history.column("score") == [1.0, 2.0, 2.5]
    assert [p for p in (tmp_path / "tensorboard").iterdir() if p.stat().st_size > 0]
    with pytest.raises(InputError):
        Options(tensorboard=True)
