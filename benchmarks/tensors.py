"""Edits of tensors on the processor: as they are called, as a graph, and compiled by XLA.

    python -m benchmarks.tensors [--parts lut,grid] [--side 1024]

Each way edits the same picture of random values, ten times in turns; of each the least time counts,
by the clock and by the processors, which others on the machine disturb less.
"""

from __future__ import annotations

import argparse
import time

import numpy as np
import tensorflow as tf

from colortransfer.transforms import BilateralGridTransform, Lut3D, Transform

from . import common


def timed(transform: Transform, side: int) -> dict[str, float]:
    """Nanoseconds a pixel of each way, and of numpy."""
    image = np.random.default_rng(0).random((side, side, 3), np.float32)
    tensor = tf.constant(image)
    graph = tf.function(transform.apply)
    compiled = tf.function(transform.apply, jit_compile=True)
    ways = {
        "eager": lambda: transform.apply(tensor),
        "graph": lambda: graph(tensor),
        "jit_compile": lambda: compiled(tensor),
        "numpy": lambda: transform.apply(image),
    }
    taken: dict[str, list[tuple[float, float]]] = {name: [] for name in ways}
    for turn in range(11):
        for name, call in ways.items():
            began, spent = time.perf_counter(), time.process_time()
            np.asarray(call())
            if turn:  # the first one compiles
                used = time.process_time() - spent
                taken[name].append((time.perf_counter() - began, used))
    scale = 1e9 / side**2
    figures = {name: scale * min(t[0] for t in times) for name, times in taken.items()}
    return figures | {
        f"{name}_processor": scale * min(t[1] for t in times) for name, times in taken.items()
    }


def lut(options: argparse.Namespace) -> dict[str, float]:
    """A table of 9 points a side."""
    return timed(Lut3D.sample(lambda rgb: rgb**1.2, 9), options.side)


def grid(options: argparse.Namespace) -> dict[str, float]:
    """A bilateral grid of 8 x 8 x 8 nodes."""
    nodes = np.random.default_rng(0).normal(0, 0.1, (8, 8, 8, 3, 4))
    return timed(BilateralGridTransform(nodes), options.side)


if __name__ == "__main__":
    options = {"--side": {"type": int, "default": 1024}}
    common.main("tensors", __doc__, {"lut": lut, "grid": grid}, options)
