"""Two processes that train together over the loopback: the same losses, and what a kill costs."""

import json
import os
import signal
import socket
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

ROOT = Path(__file__).resolve().parents[2]
pytestmark = pytest.mark.slow

PROGRAM = """
import os, signal, sys
import numpy as np
import tensorflow as tf
kind, folder, steps, deadly = sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4])
strategy = tf.distribute.get_strategy()
if "TF_CONFIG" in os.environ:
    strategy = tf.distribute.MultiWorkerMirroredStrategy()
    assert strategy.num_replicas_in_sync == 2
from colortransfer.gan import *
images = np.random.default_rng(0).integers(0, 256, (20, 16, 16, 3), dtype=np.uint8)
def kill(row):
    if row["step"] == deadly:
        os.kill(os.getpid(), signal.SIGKILL)
options = {"steps": steps, "folder": folder, "checkpoint_every": 2, "callbacks": [kill]}
if kind == "color":
    generator = GridGenerator(size=16, depth=2, noise_size=2)
    critic = lambda side, recipe: PaperCritic(8, widths=(4, 4, 4))
    gan = ColorGAN(generator=generator, critic=critic,
                   recipe=Recipe(batch=4, critic_steps=2, crop=8, generator_rate=1e-3))
    gan.train(images, strategy=strategy, **options)
else:
    with strategy.scope():
        gan = (CycleGAN(size=16, width=4, blocks=1, batch=2) if kind == "cyclegan"
               else DualGAN(size=16, width=4, batch=2))
        gan.train(images, images[::-1].copy(), **options)
"""


def start(kind, folder, steps, cluster=(), index=0, deadly=0):
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "TF_CPP_MIN_LOG_LEVEL": "3"}
    environment.pop("TF_CONFIG", None)
    if cluster:
        task = {"cluster": {"worker": cluster}, "task": {"type": "worker", "index": index}}
        environment["TF_CONFIG"] = json.dumps(task)
    words = [kind, str(folder), str(steps), str(deadly)]
    return subprocess.Popen(
        [sys.executable, "-c", PROGRAM, *words], env=environment, stderr=subprocess.PIPE, text=True
    )


def cluster():
    """Two addresses that are free now."""
    with socket.socket() as one, socket.socket() as other:
        for place in (one, other):
            place.bind(("127.0.0.1", 0))
        return [f"127.0.0.1:{place.getsockname()[1]}" for place in (one, other)]


def finish(process, expected=0):
    _, errors = process.communicate(timeout=400)
    assert process.returncode == expected, errors[-3000:]


def together(kind, folder, steps, deadly=0):
    """Both processes; the second one dies after the step ``deadly``."""
    addresses = cluster()
    first = start(kind, folder, steps, addresses, 0)
    second = start(kind, folder, steps, addresses, 1, deadly)
    return first, second


def arrays(folder):
    with np.load(folder / "checkpoint.npz") as archive:
        return {name: archive[name] for name in archive.files if name != "header"}


def compare(one, other):
    """Everything that the next step depends on, of two trainings."""
    first, second = arrays(one), arrays(other)
    assert first.keys() == second.keys()
    for name, value in first.items():
        # A bias before a normalisation has no slope but rounding, of which Adam makes whole steps.
        np.testing.assert_allclose(value, second[name], rtol=1e-3, atol=2e-3, err_msg=name)
    rows = [np.genfromtxt(f / "log.csv", delimiter=",", names=True) for f in (one, other)]
    for name in set(rows[0].dtype.names) - {"seconds"}:
        np.testing.assert_allclose(rows[0][name], rows[1][name], rtol=1e-3, atol=1e-5, err_msg=name)


@pytest.mark.parametrize("kind", ["color", "cyclegan", "dualgan"])
def test_two_workers_have_the_losses_of_one(kind, tmp_path):
    finish(start(kind, tmp_path / "one", 3))
    for process in together(kind, tmp_path / "two", 3):
        finish(process)
    compare(tmp_path / "one", tmp_path / "two")


def test_a_worker_that_is_killed_ends_the_other_and_both_go_on(tmp_path):
    finish(start("color", tmp_path / "one", 6))
    first, second = together("color", tmp_path / "two", 6, deadly=5)
    finish(second, -signal.SIGKILL)
    first.communicate(timeout=400)
    assert first.returncode not in (0, None)
    for process in together("color", tmp_path / "two", 6):
        finish(process)
    compare(tmp_path / "one", tmp_path / "two")
