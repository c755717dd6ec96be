"""What many photographs cost: throughput by workers and engines, memory, and seconds by size.

    python -m benchmarks.batch [--parts scaling,engine,sizes,shapes] [--count 2000] [--method shift]

Photographs are made from ../shared/data: crops and reductions of 256 pixels to 2 megapixels, JPEG.
Part ``scaling`` recolours them by `colortransfer batch` with one worker and with two, ``engine`` by
a plain loop, by one process of the pool, and by Ray, in turns; ``sizes`` is the cost of one
photograph by its size, from which the cost of a million is extrapolated; ``shapes`` asks whether
small pictures of one shape are faster in one graph. Timings need an idle machine.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from colortransfer import images
from colortransfer.batch import Job, local, transfer_many
from colortransfer.batch.engines import in_this_process
from colortransfer.batch.ray_engine import RayExecutor
from colortransfer.methods import Spec

from . import common

COLOR = "#5b86b4"
SIDES = (256, 512, 768, 1024, 1633)  # of the longest side; the last is 2 megapixels at 4 by 3
SHARES = (0.4, 0.3, 0.15, 0.1, 0.05)


def catalogue(folder: Path, count: int) -> list[Path]:
    """``count`` photographs of different sizes; the same ones for one count."""
    rng = np.random.default_rng(0)
    big = sorted((common.SHARED / "data" / "big").glob("*.jpg"))
    sources = [np.asarray(Image.open(path).convert("RGB")) for path in big]
    found = []
    for number in range(count):
        source = sources[number % len(sources)]
        side = int(rng.choice(SIDES, p=SHARES))
        scale = rng.uniform(1.0, min(2.0, min(source.shape[0] * 4 / 3, source.shape[1]) / side))
        width, height = round(side * scale), round(side * scale * 3 / 4)
        left = int(rng.integers(0, source.shape[1] - width + 1))
        top = int(rng.integers(0, source.shape[0] - height + 1))
        crop = Image.fromarray(source[top : top + height, left : left + width])
        path = folder / f"{number:05}.jpg"
        crop.resize((side, side * 3 // 4), Image.Resampling.BOX).save(path, quality=90)
        found.append(path)
    return found


class Memory:
    """The most memory that a child of a process, or one of its children, has held."""

    def __init__(self, pid: int) -> None:
        self._pid, self._ended = pid, threading.Event()
        self.peaks: dict[int, int] = {}
        self._thread = threading.Thread(target=self._watch)

    def __enter__(self) -> Memory:
        self._thread.start()
        return self

    def __exit__(self, *unused: object) -> None:
        self._ended.set()
        self._thread.join()

    def _watch(self) -> None:
        while not self._ended.wait(0.2):
            for child in children(self._pid):
                try:
                    text = Path(f"/proc/{child}/status").read_text()
                except OSError:
                    continue
                if held := re.search(r"VmHWM:\s+(\d+) kB", text):
                    self.peaks[child] = max(self.peaks.get(child, 0), int(held[1]) * 1024)


def children(pid: int) -> list[int]:
    try:
        found = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    except OSError:
        return []
    return [int(child) for child in found]


def command(folder: Path, out: str, workers: int, arguments: argparse.Namespace) -> dict[str, Any]:
    """One run of the command line: seconds, those of its workers' work alone, peak memory."""
    words = ["batch", "in", "-c", COLOR, "--method", arguments.method, "-o", out]
    began = time.perf_counter()
    process = subprocess.Popen(
        [sys.executable, "-m", "colortransfer", *words, "--workers", str(workers)],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(common.ROOT)},
        stdout=subprocess.DEVNULL,
    )
    with Memory(process.pid) as memory:
        status = process.wait()
    seconds = time.perf_counter() - began
    lines = [json.loads(x) for x in (folder / out / "batch.jsonl").read_text().splitlines() if x]
    return {
        "status": status,
        "seconds": seconds,
        "a_second": len(lines) / seconds,
        "failed": sum(line["error"] is not None for line in lines),
        "seconds_of_work": sum(line["seconds"] for line in lines),
        "worker_peak_mb": max(memory.peaks.values(), default=0) / 1e6,
    }


def scaling(arguments: argparse.Namespace) -> dict[str, Any]:
    """One worker and two: seconds, memory, and whether they give the same bytes."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "in").mkdir()
        paths = catalogue(folder / "in", arguments.count)
        one = command(folder, "one", 1, arguments)
        two = command(folder, "two", 2, arguments)
        same = sum(
            (folder / "one" / p.name).read_bytes() == (folder / "two" / p.name).read_bytes()
            for p in paths
        )
    return {
        "method": arguments.method,
        "count": len(paths),
        "one_worker": one,
        "two_workers": two,
        "throughput_of_two": two["a_second"] / one["a_second"],
        "same_bytes": same,
        "load_before": os.getloadavg()[0],
    }


def engine(arguments: argparse.Namespace) -> dict[str, Any]:
    """A plain loop, one process of the pool, and Ray's: warm, in turns, on the same photographs.

    Seconds, and processor seconds of this process and its worker, which others on the machine
    disturb less.
    """
    count, spec = min(arguments.count, 200), Spec(arguments.method)
    spent: dict[str, list[tuple[float, float]]] = {"loop": [], "local": [], "ray": []}
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        paths = catalogue(folder, count)
        with local(1)() as pool, RayExecutor(workers=1) as ray:
            for turn in range(6):
                some = paths if turn else paths[:5]
                work = {
                    "loop": lambda some=some: pool.submit(loop, some, folder, spec).result(),
                    "local": lambda some=some: run(some, folder, spec, pool),
                    "ray": lambda some=some: run(some, folder, spec, ray),
                }
                for kind, function in work.items():
                    taken = clocked(function, ray if kind == "ray" else pool)
                    spent[kind] += [taken] if turn else []
    found: dict[str, Any] = {"method": arguments.method, "count": count}
    for index, clock in enumerate(("seconds", "processor_seconds")):
        medians = {k: float(np.median([pair[index] for pair in v])) for k, v in spent.items()}
        found[clock] = medians
        found[f"overhead_in_{clock}"] = {k: v / medians["loop"] - 1 for k, v in medians.items()}
    return found


def clocked(function: Callable[[], object], worker: Any) -> tuple[float, float]:
    """Seconds, and processor seconds of this process and the one worker."""

    def processor() -> float:
        return time.process_time() + worker.submit(time.process_time).result()

    began, before = time.perf_counter(), processor()
    function()
    return time.perf_counter() - began, processor() - before


def loop(paths: list[Path], folder: Path, spec: Spec) -> None:
    """What one writes without an engine."""
    method = spec.build()
    for path in paths:
        images.save(folder / f"loop-{path.name}", method.fit(images.load(path), COLOR).image)


def run(paths: list[Path], folder: Path, spec: Spec, executor: Any) -> None:
    jobs = [Job(str(path), str(folder / f"run-{path.name}")) for path in paths]
    receipts = list(transfer_many(jobs, COLOR, spec, executor=executor))
    assert all(receipt.error is None for receipt in receipts)


def sizes(arguments: argparse.Namespace) -> dict[str, Any]:
    """Processor seconds of one photograph by its size and method, in one worker that is warm."""
    figures: dict[str, Any] = {}
    with tempfile.TemporaryDirectory() as name, local(1)() as pool:
        source = Image.open(sorted((common.SHARED / "data" / "big").glob("*.jpg"))[0])
        for method in ("shift", "gan", "feature-matching"):
            found = figures[method] = {}
            for side in (256, 512, 1024, 2048, 4096):
                path = Path(name) / f"{side}.jpg"
                source.convert("RGB").resize((side, side * 3 // 4)).save(path, quality=90)
                found[str(side)], found["worker_peak_mb"] = pool.submit(
                    processor_seconds, path, Spec(method)
                ).result()
            megapixels = [int(side) ** 2 * 0.75e-6 for side in found if side.isdigit()]
            seconds = [value for side, value in found.items() if side.isdigit()]
            # Relative errors count alike, or the largest would decide alone.
            line = np.polyfit(megapixels, seconds, 1, w=1 / np.array(seconds))
            found |= {"a_megapixel": float(line[0]), "each": float(line[1])}
            mean = found["each"] + 2 * found["a_megapixel"]
            found["core_hours_of_a_million_of_2_megapixels"] = 1e6 * mean / 3600
    return figures


def processor_seconds(path: Path, spec: Spec) -> tuple[float, float]:
    """The median of four, after one; and the peak memory of this process in MB."""
    job, spent = Job(str(path), f"{path}.out.jpg"), []
    with in_this_process() as executor:
        for _ in range(5):
            began = time.process_time()
            (receipt,) = transfer_many([job], COLOR, spec, executor=executor)
            spent.append(time.process_time() - began)
            assert receipt.error is None, receipt.error
    return float(np.median(spent[1:])), common.peak() / 1e6


def shapes(arguments: argparse.Namespace) -> dict[str, Any]:
    """The generator's time for small pictures: one at a time, and batches of one shape."""
    import tensorflow as tf

    from colortransfer import ColorGAN

    generator = ColorGAN.pretrained().generator
    rng = np.random.default_rng(0)
    figures: dict[str, Any] = {}
    for side in (64, 256):
        pictures = tf.constant(rng.random((32, side, side, 3)), tf.float32)
        colors = tf.constant(rng.random((32, 3)), tf.float32)
        given = (pictures, colors, tf.zeros([32, generator.noise_size]))
        draw = tf.function(generator.__call__)
        for batch in (1, 8, 32):
            spent = []
            for _ in range(6):
                began = time.perf_counter()
                for start in range(0, 32, batch):
                    draw(*(x[start : start + batch] for x in given))
                spent.append((time.perf_counter() - began) / 32)
            name = f"milliseconds_a_picture_of_{side}_in_batches_of_{batch}"
            figures[name] = 1e3 * float(np.median(spent[1:]))
    return figures


PARTS = {"scaling": scaling, "engine": engine, "sizes": sizes, "shapes": shapes}
OPTIONS = {
    "--count": {"type": int, "default": 2000},
    "--method": {"default": "shift"},
}

if __name__ == "__main__":
    common.main("batch", __doc__, PARTS, OPTIONS)
