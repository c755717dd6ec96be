"""``kill -9`` while a TIFF file of two pages is edited in place: the old file or the new one.

    python -m benchmarks.kill [--moments 100] [--seed 0]

Every second process is killed at a random moment of its life, every other one within some
milliseconds of beginning to write. Exit status 1 if a file was ever neither of the two.
"""

from __future__ import annotations

import argparse
import collections
import random
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np

from colortransfer import images

from . import common

OPTIONS = ("--method", "shift", "-c", "#5b86b4", "--in-place", "--pages", "all")
WRITING_S = 0.02  # about as long as it takes


def pages() -> list[np.ndarray]:
    """Two pictures whose file takes some milliseconds to write."""
    rng = np.random.default_rng(0)
    return [rng.integers(0, 200, (600, 800, 3), np.uint8) for _ in range(2)]


def started(path: Path) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "colortransfer", "transfer", str(path), *OPTIONS]
    return subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def wait_for_writing(process: subprocess.Popen[bytes], folder: Path) -> None:
    """Until there is a temporary file, or the process has ended."""
    while process.poll() is None and not list(folder.glob(".colortransfer-*")):
        pass


def killed(moments: int, seed: int) -> dict[str, int]:
    """How often the file was the old one, the new one, and neither; and what else was left."""
    chance, counts = random.Random(seed), collections.Counter(old=0, new=0, neither=0, leftovers=0)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        path = folder / "pages.tif"
        images.save_all(path, pages())
        old, began = path.read_bytes(), time.perf_counter()
        assert started(path).wait() == 0
        life, new = time.perf_counter() - began, path.read_bytes()
        assert new != old
        for moment in range(moments):
            path.write_bytes(old)
            process = started(path)
            if moment % 2:
                wait_for_writing(process, folder)
                time.sleep(chance.uniform(0, WRITING_S))
            else:
                time.sleep(chance.uniform(0, life))
            process.kill()
            process.wait()
            content = path.read_bytes()
            counts["old" if content == old else "new" if content == new else "neither"] += 1
            for leftover in folder.glob(".colortransfer-*"):
                counts["leftovers"] += 1
                leftover.unlink()
    return dict(counts)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--moments", type=int, default=100)
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    counts = killed(options.moments, options.seed)
    print(counts)
    common.record("kill", {**vars(options), **counts})
    return int(counts["neither"] > 0)


if __name__ == "__main__":
    sys.exit(main())
