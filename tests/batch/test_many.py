"""Many photographs through an executor: receipts, workers that end, what is byte-identical."""

import dataclasses
import os
import pickle
import signal
import subprocess
import sys
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from concurrent.futures.process import BrokenProcessPool

import numpy as np
import pytest

from colortransfer import FeatureMatcher, cli, images
from colortransfer.batch import Handling, Job, Request, local, storage, transfer_many
from colortransfer.batch.many import ATTEMPTS
from colortransfer.errors import ColorTransferError, InputError
from colortransfer.losses import FeatureMatchingLoss
from colortransfer.methods import Spec, registry
from colortransfer.optimizers import Adam

COLOR = "#5b86b4"
SHIFT = Spec("shift")


class Now(Executor):
    """Does a job when it is submitted; breaks, as a pool does, with those that are named."""

    made = 0

    def __init__(self, deadly=()):
        self.deadly, self.broken, self.most, self.sent = deadly, False, 0, []
        Now.made += 1

    def submit(self, function, order, job):
        if self.broken:
            raise BrokenProcessPool("a worker ended")
        future = Future()
        self.sent.append(job.source)
        if any(name in job.source for name in self.deadly):
            self.broken = True
            future.set_exception(BrokenProcessPool("a worker ended"))
        else:
            future.set_result(function(order, job))
        return future


@pytest.fixture
def jobs(tmp_path, photo):
    """Six photographs with EXIF data, and where their results go."""
    found = []
    for number in range(6):
        source = tmp_path / f"{number}.png"
        images.save(source, np.roll(photo, 7 * number, 1))
        found.append(Job(str(source), str(tmp_path / "out" / source.name)))
    return found


def test_each_job_has_a_receipt_and_a_result_that_is_that_of_transfer(tmp_path, jobs, capsys):
    with ThreadPoolExecutor(2) as pool:
        receipts = list(transfer_many(jobs, COLOR, SHIFT, executor=pool))
    assert sorted(receipt.path for receipt in receipts) == [job.source for job in jobs]
    assert {receipt.error for receipt in receipts} == {None}
    assert {receipt.figures["mean"] for receipt in receipts} == {COLOR}
    words = ["transfer", *(job.source for job in jobs), "-c", COLOR, "--method", "shift"]
    assert cli.main([*words, "-o", str(tmp_path / "cli") + os.sep]) == 0
    for job in jobs:
        name = os.path.basename(job.output)
        assert (tmp_path / "cli" / name).read_bytes() == (tmp_path / "out" / name).read_bytes()


def test_workers_of_this_machine_do_the_same(tmp_path, jobs):
    receipts = list(transfer_many(jobs, COLOR, SHIFT, executor=local(2), in_flight=3))
    assert {receipt.error for receipt in receipts} == {None}
    expected = [Job(job.source, job.output + ".png") for job in jobs]
    with ThreadPoolExecutor(1) as pool:
        assert len(list(transfer_many(expected, COLOR, SHIFT, executor=pool))) == 6
    for job, other in zip(jobs, expected, strict=True):
        with open(job.output, "rb") as one, open(other.output, "rb") as two:
            assert one.read() == two.read()


def test_what_cannot_be_done_is_a_receipt_of_one_line(tmp_path, jobs):
    (tmp_path / "text.png").write_text("no picture")
    bad = [("text.png", "a.png"), ("missing.png", "b.png"), ("0.png", "c.nonsense")]
    pairs = [(tmp_path / one, tmp_path / "out" / other) for one, other in bad]
    receipts = list(transfer_many([*pairs, *jobs], COLOR, SHIFT, executor=Now()))
    failed = {os.path.basename(r.path): r.error for r in receipts if r.error}
    assert set(failed) == {"text.png", "missing.png", "0.png"}
    assert all("\n" not in line and name in line for name, line in failed.items())
    assert len(receipts) == 9
    assert len(os.listdir(tmp_path / "out")) == 6


def test_a_worker_that_is_killed_costs_nothing_but_the_photograph_that_does_it_each_time(jobs):
    Now.made, pools = 0, []

    def make():
        pools.append(Now(deadly=("4.png",)))
        return pools[-1]

    receipts = list(transfer_many(jobs, COLOR, SHIFT, executor=make, in_flight=3))
    assert sorted(r.path for r in receipts) == sorted(job.source for job in jobs)
    (failed,) = [r for r in receipts if r.error]
    assert failed.path.endswith("4.png")
    assert "its worker ended abruptly" in failed.error
    assert Now.made == 2 + ATTEMPTS  # it broke the first in company, and was alone in others
    assert all(pool.sent.count(failed.path) <= 1 for pool in pools)


def test_an_executor_that_cannot_be_made_again_leaves_a_receipt_for_each(jobs):
    receipts = list(transfer_many(jobs, COLOR, SHIFT, executor=Now(deadly=("3.png",))))
    assert len(receipts) == 6
    assert len([r for r in receipts if r.error]) == 3


def test_workers_that_do_not_even_start_are_one_line(jobs):
    with pytest.raises(ColorTransferError, match="__main__"):
        list(transfer_many(jobs, COLOR, SHIFT, executor=lambda: Now(deadly=("png",))))


def test_jobs_are_taken_as_workers_become_free(jobs):
    taken = []

    def each():
        for job in jobs:
            taken.append(job)
            yield job

    receipts = transfer_many(each(), COLOR, SHIFT, executor=Now(), in_flight=2)
    next(receipts)
    assert len(taken) == 2
    receipts.close()
    assert len(taken) == 2
    with pytest.raises(InputError, match="in_flight"):
        transfer_many(jobs, COLOR, SHIFT, executor=Now(), in_flight=0)


@pytest.fixture
def quick(monkeypatch, tiny):
    """Fits look through the tiny network, and take few steps; what was built so is forgotten."""
    initialise, losses = FeatureMatcher.__init__, FeatureMatchingLoss(tiny, octaves=2)

    def initialise_quickly(self, **options):
        initialise(self, losses=losses, optimizer=Adam(steps=3), **options)

    monkeypatch.setattr(FeatureMatcher, "__init__", initialise_quickly)
    registry._built.cache_clear()
    yield
    registry._built.cache_clear()


@pytest.mark.usefixtures("quick")
def test_a_photograph_asks_for_a_colour_a_mask_or_a_reference_of_its_own(tmp_path, jobs, photo):
    mask = np.zeros(photo.shape[:2], np.uint8)
    mask[10:30, 10:40] = 255
    images.save(tmp_path / "mask.png", mask)
    images.save(tmp_path / "reference.png", 255 - photo)
    own = [
        Request(color="peru"),
        Request(color="peru", mask=str(tmp_path / "mask.png")),
        Request(reference=(str(tmp_path / "reference.png"),)),
    ]
    asking = [dataclasses.replace(j, request=r) for j, r in zip(jobs[:3], own, strict=True)]
    spec = Spec("feature-matching")
    with ThreadPoolExecutor(1) as pool:
        receipts = list(transfer_many(asking, COLOR, spec, executor=pool))
    assert {receipt.error for receipt in receipts} == {None}
    found = [images.load(job.output).mean((0, 1)) / 255 for job in asking]
    np.testing.assert_allclose(found[0], own[0].color, atol=1 / 255)
    np.testing.assert_allclose(found[2], (255 - photo).mean((0, 1)) / 255, atol=1 / 255)
    masked, before = images.load(asking[1].output), images.load(asking[1].source)
    np.testing.assert_array_equal(masked[mask == 0], before[mask == 0])
    np.testing.assert_allclose(masked[mask > 0].mean(0) / 255, own[1].color, atol=1 / 255)


def test_paths_lead_from_the_folder_of_whoever_asks(tmp_path, jobs, photo, monkeypatch):
    """And a reference that has changed is read again, by workers that have read it before."""
    with local(1)() as pool:
        for number, color in enumerate((40, 90)):
            images.save(tmp_path / "r.png", np.full((4, 4, 3), color, np.uint8))
            (tmp_path / str(number)).mkdir()
            monkeypatch.chdir(tmp_path / str(number))
            request = Request(reference=("../r.png",))
            receipts = transfer_many([("../0.png", "out.png")], request, SHIFT, executor=pool)
            assert [receipt.error for receipt in receipts] == [None]
            np.testing.assert_allclose(images.load("out.png").mean((0, 1)), color, atol=1)


def test_requests_are_plain_data():
    request = Request(color="teal", reference=["a.png"], statistics=(("Saturation", 1.2),))
    assert pickle.loads(pickle.dumps(request)) == request
    assert hash(Request(color="#008080")) == hash(Request(color="teal"))
    with pytest.raises(InputError, match="not a colour"):
        Request(color="blurple")
    with pytest.raises(InputError, match="takes a reference"):
        Request(color="teal").check("reinhard")


def test_handling_reaches_the_files(jobs):
    handling = Handling(quality=30)
    smaller = [Job(job.source, job.output.replace(".png", ".jpg")) for job in jobs[:1]]
    with ThreadPoolExecutor(1) as pool:
        (one,) = transfer_many(smaller, COLOR, SHIFT, executor=pool, handling=handling)
        (two,) = transfer_many(smaller, COLOR, SHIFT, executor=pool)
    assert one.figures["bytes"] < two.figures["bytes"]


KILLED = """
import os, sys
from colortransfer.batch import local
def main():
    pool = local(2)()
    print(*{pool.submit(os.getpid).result() for _ in range(50)}, flush=True)
    os.kill(os.getpid(), 9)
if __name__ == "__main__":
    main()
"""


def test_workers_end_with_the_process_that_made_them(tmp_path):
    (tmp_path / "driver.py").write_text(KILLED)
    environment = {**os.environ, "PYTHONPATH": os.path.dirname(os.path.dirname(cli.__path__[0]))}
    done = subprocess.run(
        [sys.executable, tmp_path / "driver.py"],
        env=environment,
        stdout=subprocess.PIPE,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == -signal.SIGKILL
    # The pipe is at its end only when every worker that had it is gone: run() has waited for that.
    assert done.stdout.split()


def test_regions_and_palettes_are_colours_enough():
    Request(regions=((1, "teal"),)).check("feature-matching")
    palette = Request(palette=((None, "teal"), (None, "peru")))
    palette.check("feature-matching")
    with pytest.raises(InputError, match="palettes are for"):
        palette.check("shift")
    with pytest.raises(InputError, match="no colour is asked for"):
        Request(tint=True).check("feature-matching")


def test_a_photograph_at_a_url_is_read_once(photo, monkeypatch):
    pytest.importorskip("fsspec")
    storage.write("memory://once/a.png", images.encode(photo, ".png"))
    digest, read, asked = storage.digest("memory://once/a.png"), storage.read, []
    monkeypatch.setattr(storage, "read", lambda path: (asked.append(path), read(path))[1])
    with ThreadPoolExecutor(1) as pool:
        jobs = [("memory://once/a.png", "memory://once/b.png")]
        (receipt,) = transfer_many(jobs, COLOR, SHIFT, executor=pool)
    assert (receipt.error, receipt.figures["sha256"]) == (None, digest)
    assert asked == ["memory://once/a.png"]
