"""Seconds and memory of the default fit, beside classical peers.

    python -m benchmarks.speed [--parts file,peers,cold,scaling,many]

Needs the extra [bench]: color-matcher and scikit-image. Ratios carry over between machines; the
seconds are this machine's. Each part runs in a process of its own.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import tensorflow as tf

from colortransfer import FeatureMatcher, colors, images
from colortransfer.feature_matcher import default_losses
from colortransfer.transforms import apply_exactly

from . import common

COLOR = "#5b86b4"
PHOTOGRAPH = common.SHARED / "data" / "big" / "sunset_by_Aitzol_Berasategi.jpg"  # 12.2 megapixels


def timed(function: Callable[[], Any], repeats: int = 3) -> float:
    seconds = []
    for _ in range(repeats):
        began = time.perf_counter()
        function()
        seconds.append(time.perf_counter() - began)
    return float(np.median(seconds))


def photograph() -> np.ndarray:
    return np.asarray(images.load(PHOTOGRAPH))


def file(unused: argparse.Namespace) -> dict[str, Any]:
    """JPEG to JPEG in a process that has done it before, and its peak memory."""
    matcher = FeatureMatcher()
    with tempfile.TemporaryDirectory() as folder:

        def whole() -> None:
            image = images.load(PHOTOGRAPH)
            images.save(Path(folder) / "out.jpg", matcher.transfer(image, COLOR))

        whole()
        seconds = timed(whole)
    return {"jpeg_to_jpeg_warm": seconds, "peak_mb": common.peak() / 1e6}


def peers(unused: argparse.Namespace) -> dict[str, float]:
    """The array in memory, beside color-matcher and scikit-image."""
    from color_matcher import ColorMatcher
    from skimage.exposure import match_histograms

    image = photograph()
    reference = np.ascontiguousarray(image[::4, ::4, ::-1])
    matcher, other = FeatureMatcher(), ColorMatcher()
    matcher.transfer(image, COLOR)
    figures = {
        "transfer_array": timed(lambda: matcher.transfer(image, COLOR)),
        "color_matcher_hm_mkl_hm": timed(
            lambda: other.transfer(src=image, ref=reference, method="hm-mkl-hm"), 1
        ),
        "skimage_match_histograms": timed(
            lambda: match_histograms(image, reference, channel_axis=-1), 1
        ),
    }
    ratio = figures["transfer_array"] / figures["color_matcher_hm_mkl_hm"]
    return {**figures, "ratio_to_hm_mkl_hm": ratio}


def scaling(unused: argparse.Namespace) -> dict[str, float]:
    """The apply stage and the fit at 12 and 48 megapixels, in turns.

    ``fit`` is all that happens before the edit is applied exactly: reducing and descending.
    """
    small = photograph()
    sizes = {"12mp": small, "48mp": np.concatenate([np.concatenate([small, small], 1)] * 2, 0)}
    matcher, color = FeatureMatcher(), colors.parse_color(COLOR)
    transform = matcher.fit(small, COLOR).transform
    taken: dict[str, list[float]] = {}

    def measure(name: str, function: Callable[[], Any]) -> float:
        began = time.perf_counter()
        function()
        seconds = time.perf_counter() - began
        taken.setdefault(name, []).append(seconds)
        return seconds

    for _ in range(3):
        for name, image in sizes.items():
            parts = images.as_canvas(image)
            measure(f"apply_{name}", lambda i=image: transform.apply(i))
            exact = measure(f"exact_{name}", lambda p=parts: apply_exactly(p, transform, color))
            whole = measure(f"whole_{name}", lambda i=image: matcher.transfer(i, COLOR))
            taken.setdefault(f"fit_{name}", []).append(whole - exact)
    figures = {name: float(np.median(seconds)) for name, seconds in taken.items()}
    for stage in ("fit", "apply", "exact", "whole"):
        figures[f"{stage}_growth"] = figures[f"{stage}_48mp"] / figures[f"{stage}_12mp"]
    return {**figures, "peak_mb": common.peak() / 1e6}


def cold(unused: argparse.Namespace) -> dict[str, float]:
    """The whole command, in a new process."""
    command = [sys.executable, "-m", "colortransfer", "transfer", str(PHOTOGRAPH), "-c", COLOR]
    with tempfile.TemporaryDirectory() as folder:
        command += ["-o", f"{folder}/cold.jpg"]
        seconds = timed(lambda: subprocess.run(command, check=True, capture_output=True))
    imports = [sys.executable, "-c", "import colortransfer"]
    nothing = [sys.executable, "-c", "pass"]
    bare = timed(lambda: subprocess.run(nothing, check=True), 5)
    return {
        "command": seconds,
        "import": timed(lambda: subprocess.run(imports, check=True), 5) - bare,
    }


def many(unused: argparse.Namespace) -> dict[str, float]:
    """Graphs and memory over 200 photographs of as many sizes, after 20 that warm up."""
    rng = np.random.default_rng(0)
    traced = []

    def graphs(current: tf.Tensor, original: tf.Tensor, color: tf.Tensor) -> tf.Tensor:
        traced.append(1)  # Python runs when a graph is traced, not when it is executed
        return tf.zeros([])

    matcher = FeatureMatcher(losses=default_losses() + graphs)
    figures: dict[str, float] = {}
    for number in range(1, 221):
        height, width = rng.integers(96, 257, 2)
        matcher.transfer(rng.integers(0, 256, (height, width, 3), np.uint8), COLOR)
        if number == 50:
            figures["graphs_after_50_sizes"] = len(traced)
        if number % 40 == 20:
            figures[f"mb_after_{number}"] = common.resident() / 1e6
    figures["growth_mb"] = figures["mb_after_220"] - figures["mb_after_20"]
    return figures


PARTS = {"file": file, "peers": peers, "cold": cold, "scaling": scaling, "many": many}

if __name__ == "__main__":
    common.main("speed", __doc__, PARTS, processes=True)
