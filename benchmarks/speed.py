"""Seconds and memory of the default fit, beside classical peers, in one run.

    python -m benchmarks.speed

Needs the extra [bench]: color-matcher and scikit-image. Ratios carry over between machines; the
seconds are this machine's.
"""

from __future__ import annotations

import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from colortransfer import FeatureMatcher, colors, images
from colortransfer.images.working_copy import working_copy

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


def peak_megabytes() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def in_process(folder: Path) -> dict[str, Any]:
    matcher = FeatureMatcher()

    def whole() -> None:
        photograph = images.load(PHOTOGRAPH)
        images.save(folder / "out.jpg", matcher.transfer(photograph, COLOR))

    whole()
    figures: dict[str, Any] = {"jpeg_to_jpeg_warm": timed(whole), "peak_mb": peak_megabytes()}
    photograph = np.asarray(images.load(PHOTOGRAPH))
    figures["transfer_array"] = timed(lambda: matcher.transfer(photograph, COLOR))
    figures["graphs"] = matcher._evaluate.experimental_get_tracing_count()
    return figures


def scaling() -> dict[str, float]:
    """The apply stage and the fit at 12 and 48 megapixels."""
    small = np.asarray(images.load(PHOTOGRAPH))
    large = np.concatenate([np.concatenate([small, small], 1)] * 2, 0)
    matcher = FeatureMatcher()
    result = matcher.fit(small, COLOR)
    figures = {}
    for name, image in (("12mp", small), ("48mp", large)):
        floats = image.astype(np.float32) / 255
        figures[f"apply_{name}"] = timed(lambda floats=floats: result.transform.render(floats), 3)
        began = time.perf_counter()
        copy = working_copy(floats, None, 256, matcher.losses.minimum_size)
        reduced = time.perf_counter()
        matcher._descend(copy, colors.parse_color(COLOR), None, ())
        figures[f"fit_{name}"] = time.perf_counter() - reduced
        figures[f"reduce_{name}"] = reduced - began
    figures["apply_growth"] = figures["apply_48mp"] / figures["apply_12mp"]
    figures["fit_growth"] = figures["fit_48mp"] / figures["fit_12mp"]
    return figures


def peers() -> dict[str, float]:
    """color-matcher and scikit-image on the same 12-megapixel array."""
    from color_matcher import ColorMatcher
    from skimage.exposure import match_histograms

    photograph = np.asarray(images.load(PHOTOGRAPH))
    reference = np.ascontiguousarray(photograph[::4, ::4, ::-1])
    matcher = ColorMatcher()
    return {
        "color_matcher_hm_mkl_hm": timed(
            lambda: matcher.transfer(src=photograph, ref=reference, method="hm-mkl-hm"), 1
        ),
        "skimage_match_histograms": timed(
            lambda: match_histograms(photograph, reference, channel_axis=-1), 1
        ),
    }


def cold(folder: Path) -> dict[str, float]:
    """The whole command, in a new process."""
    command = [sys.executable, "-m", "colortransfer", "transfer", str(PHOTOGRAPH)]
    command += ["-c", COLOR, "-o", str(folder / "cold.jpg")]
    run = lambda: subprocess.run(command, check=True, capture_output=True)  # noqa: E731
    run()
    imports = [sys.executable, "-c", "import colortransfer"]
    nothing = [sys.executable, "-c", "pass"]
    bare = timed(lambda: subprocess.run(nothing, check=True), 5)
    return {
        "command": timed(run),
        "import": timed(lambda: subprocess.run(imports, check=True), 5) - bare,
    }


def many() -> dict[str, float]:
    """Graphs and memory over photographs of many sizes."""
    rng = np.random.default_rng(0)
    matcher = FeatureMatcher()
    memory: list[float] = []
    for number in range(200):
        height, width = rng.integers(60, 300, 2)
        matcher.transfer(rng.integers(0, 256, (height, width, 3), np.uint8), COLOR)
        if number == 50:
            graphs = matcher._evaluate.experimental_get_tracing_count()
        if number in (99, 199):
            memory.append(_resident_megabytes())
    return {"graphs_after_50_sizes": graphs, "growth_mb_100_to_200": memory[1] - memory[0]}


def _resident_megabytes() -> float:
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * resource.getpagesize() / 2**20


def main() -> None:
    figures: dict[str, Any] = {}
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        figures["in_process"] = in_process(folder)
        print(figures["in_process"], flush=True)
        figures["peers"] = peers()
        figures["ratio_to_hm_mkl_hm"] = (
            figures["in_process"]["transfer_array"] / figures["peers"]["color_matcher_hm_mkl_hm"]
        )
        print(figures["peers"], figures["ratio_to_hm_mkl_hm"], flush=True)
        figures["cold"] = cold(folder)
        print(figures["cold"], flush=True)
    figures["scaling"] = scaling()
    print(figures["scaling"], flush=True)
    figures["many"] = many()
    print(figures["many"], flush=True)
    common.record("speed", figures)


if __name__ == "__main__":
    main()
