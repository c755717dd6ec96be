"""``colortransfer batch`` in processes of its own, which are killed."""

import json
import os
import re
import subprocess
import sys
import threading
import time
from pathlib import Path

import numpy as np
import pytest

from colortransfer import cli, evaluation, images

COLOR = "#5b86b4"
ROOT = Path(cli.__file__).parents[2]


@pytest.fixture
def folder(tmp_path, monkeypatch, photo):
    """The current folder, with 60 photographs in ``in``."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "in").mkdir()
    for number in range(60):
        images.save(f"in/{number}.png", np.roll(photo, number, 1))
    return tmp_path


def lines(path="out/batch.jsonl"):
    return [json.loads(line) for line in Path(path).read_text().splitlines() if line]


def counts(out):
    return [int(n) for n in re.findall(r"(\d+) (?:done before|done|failed|left)\b", out)]


def command(*words):
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    return subprocess.Popen(
        [sys.executable, "-m", "colortransfer", "batch", *map(str, words)],
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def test_a_driver_that_is_killed_goes_on_with_the_rest(folder):
    words = ("in", "-c", COLOR, "-o", "out", "--method", "shift", "--workers", "2")
    first = command(*words)
    report = folder / "out" / "batch.jsonl"
    while not report.exists() or report.read_text().count("\n") < 5:
        assert first.poll() is None
        time.sleep(0.01)
    first.kill()
    first.communicate()
    kept = len([line for line in lines() if line["error"] is None])
    done, _ = command(*words).communicate(timeout=120)
    assert counts(done) == [60 - kept, kept, 0]
    found = list(Path("out").glob("*.png"))
    assert len(found) == 60
    assert {evaluation.color_error(images.load(path), COLOR) < 1 / 255 for path in found} == {True}


def test_workers_that_are_killed_cost_nothing(folder):
    running = command("in", "-c", COLOR, "-o", "out", "--method", "shift", "--workers", "2")
    killed = threading.Thread(target=kill_a_worker, args=(running.pid, folder / "out"))
    killed.start()
    out, err = running.communicate(timeout=120)
    killed.join()
    assert (running.returncode, err, counts(out)) == (0, "", [60, 0, 0])
    assert len(lines()) == 60


def kill_a_worker(driver, out):
    """The youngest child, once there is a result."""
    while not any(out.glob("*.png")):
        time.sleep(0.01)
    children = Path(f"/proc/{driver}/task/{driver}/children").read_text().split()
    os.kill(int(children[-1]), 9)


@pytest.mark.slow
def test_twenty_damaged_files_among_five_hundred_are_named(folder, photo):
    for number in range(500):
        images.save(f"in/{number}.png", np.roll(photo, number, 1))
    damaged = {f"in/{number}.png" for number in range(0, 500, 25)}
    for name in damaged:
        Path(name).write_bytes(Path(name).read_bytes()[:500])
    running = command("in", "-c", COLOR, "-o", "out", "--method", "shift", "--workers", "2")
    out, err = running.communicate(timeout=500)
    assert (running.returncode, counts(out)) == (1, [480, 0, 20])
    assert {line["path"] for line in lines() if line["error"]} == damaged
    assert len(err.splitlines()) == 20
    assert all(any(name in line for line in err.splitlines()) for name in damaged)
