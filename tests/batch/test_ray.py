"""A Ray cluster of two nodes on this machine: one is killed in the middle."""

import os
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest

from colortransfer import images
from colortransfer.batch import Job, local, transfer_many
from colortransfer.methods import Spec

COLOR = "#5b86b4"
# Ray leaves what it started to the collector, which warns after the test.
pytestmark = [pytest.mark.slow, pytest.mark.filterwarnings("ignore")]


@pytest.fixture
def cluster(monkeypatch):
    """Two nodes of two processors; workers find the package where this process has it."""
    pytest.importorskip("ray")
    monkeypatch.setenv("RAY_USAGE_STATS_ENABLED", "0")
    monkeypatch.setenv("PYTHONPATH", str(Path(images.__file__).parents[2]))
    from ray.cluster_utils import Cluster

    made = Cluster(initialize_head=True, head_node_args={"num_cpus": 2, "include_dashboard": False})
    made.second = made.add_node(num_cpus=2)
    made.wait_for_nodes()
    yield made
    made.shutdown()


@pytest.fixture
def jobs(tmp_path, photo):
    found = []
    for number in range(200):
        source = tmp_path / f"{number}.png"
        images.save(source, np.tile(np.roll(photo, number, 1), (6, 6, 1)))
        found.append(Job(str(source), str(tmp_path / "out" / source.name)))
    return found


def test_a_node_that_is_killed_costs_nothing(cluster, jobs, tmp_path):
    from colortransfer.batch.ray_engine import RayExecutor

    receipts = []
    with RayExecutor(cluster.address) as executor:
        assert executor.processors == 4
        for receipt in transfer_many(jobs, COLOR, Spec("shift"), executor=executor, in_flight=8):
            receipts.append(receipt)
            if len(receipts) == 30:
                cluster.remove_node(cluster.second, allow_graceful=False)
    assert sorted(r.path for r in receipts) == sorted(job.source for job in jobs)
    assert {r.error for r in receipts} == {None}
    same = [Job(job.source, job.output + ".png") for job in jobs]
    assert {r.error for r in transfer_many(same, COLOR, Spec("shift"), executor=local(2))} == {None}
    for one, other in zip(jobs, same, strict=True):
        assert Path(one.output).read_bytes() == Path(other.output).read_bytes()


def test_a_driver_that_is_killed_goes_on_with_the_rest(cluster, jobs, tmp_path):
    words = ["batch", "in", "-c", COLOR, "-o", "out", "--method", "shift", "--engine", "ray"]
    words += ["--address", cluster.address]
    (tmp_path / "in").mkdir()
    for job in jobs:
        Path(job.source).rename(tmp_path / "in" / Path(job.source).name)
    first, report = started(tmp_path, *words), tmp_path / "out" / "batch.jsonl"
    while not report.exists() or report.read_text().count("\n") < 20:
        assert first.poll() is None
        time.sleep(0.01)
    first.kill()
    first.communicate()
    kept = report.read_text().count('"error": null')
    out, _ = started(tmp_path, *words).communicate(timeout=300)
    assert out.startswith(f"out: {len(jobs) - kept} done, {kept} done before, 0 failed;")
    assert len(list((tmp_path / "out").glob("*.png"))) == len(jobs)


@pytest.mark.parametrize("engine", ["local", "ray"])
def test_every_engine_gives_the_bytes_of_transfer(tmp_path, photo, engine):
    """Of fits, too, whose sums depend on how many threads TensorFlow has."""
    if engine == "ray":
        pytest.importorskip("ray")
    (tmp_path / "in").mkdir()
    for number in range(3):
        images.save(tmp_path / "in" / f"{number}.png", np.tile(np.roll(photo, number), (3, 3, 1)))
    names = [f"in/{number}.png" for number in range(3)]
    command(tmp_path, "transfer", *names, "-c", COLOR, "-o", "transfer/")
    words = ["batch", "in", "-c", COLOR, "-o", "batch/", "--engine", engine, "--workers", "2"]
    command(tmp_path, *words)
    for number in range(3):
        one, other = (tmp_path / name / f"{number}.png" for name in ("transfer", "batch"))
        assert one.read_bytes() == other.read_bytes()


def command(folder, *words):
    process = started(folder, *words)
    process.communicate(timeout=300)
    assert process.returncode == 0


def started(folder, *words):
    environment = {**os.environ, "PYTHONPATH": str(Path(images.__file__).parents[2])}
    command = [sys.executable, "-m", "colortransfer", *words]
    return subprocess.Popen(command, cwd=folder, env=environment, stdout=subprocess.PIPE, text=True)
