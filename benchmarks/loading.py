"""Seconds to load 200 JPEG files of 1 megapixel with one thread and with two.

    python -m benchmarks.loading

Decoders leave Python's lock alone, and nothing of ours may hold another: on two processors, two
threads take at most 0.65 of the time of one. The pictures are made here, for no file is needed.
"""

from __future__ import annotations

import statistics
import time

import numpy as np

from colortransfer import images, set_threads
from colortransfer.core.threads import in_threads

from . import common

COUNT, HEIGHT, WIDTH, REPEATS = 200, 816, 1224, 3


def contents() -> list[bytes]:
    """JPEG files as a camera's: smooth areas, edges, some grain."""
    rng = np.random.default_rng(0)
    y, x = np.mgrid[0:HEIGHT, 0:WIDTH].astype(np.float32)
    files = []
    for index in range(10):
        plain = 0.5 + 0.2 * np.sin(x / (40 + index)) + 0.2 * np.cos(y / 55 + index)
        plain[(y - 400) ** 2 + (x - 90 * index) ** 2 < 150**2] *= 0.4
        picture = plain[..., None] * [1, 0.8, 0.6] + rng.normal(0, 0.02, (HEIGHT, WIDTH, 1))
        files.append(images.encode(picture.clip(0, 1), ".jpg"))
    return files * (COUNT // len(files))


def seconds(files: list[bytes], threads: int) -> float:
    set_threads(threads)
    began = time.perf_counter()
    for photograph in in_threads(images.load, files):
        assert photograph.shape == (HEIGHT, WIDTH, 3)
    return time.perf_counter() - began


def main() -> None:
    files = contents()
    seconds(files[:20], 2)
    # In turns, so that both see the same state of the machine.
    runs = [(seconds(files, 1), seconds(files, 2)) for _ in range(REPEATS)]
    one, two = (statistics.median(column) for column in zip(*runs, strict=True))
    ratio = round(statistics.median(b / a for a, b in runs), 3)
    result = {"one_thread_s": round(one, 2), "two_threads_s": round(two, 2), "ratio": ratio}
    print(result)
    common.record("loading", result)


if __name__ == "__main__":
    main()
