"""The time of applying an edit: this tree beside another commit's and Pillow's table, in turns.

    python -m benchmarks.rendering COMMIT [--rounds 5] [--photograph FILE]

A process of each tree applies the same table of 9 points a side, made by a seed, to a photograph of
12 megapixels: as it is, as floats, and exactly; fits the default to a copy of 400 pixels, and goes
from JPEG to JPEG with it; each once to warm up, and then three times. Between
them Pillow's ``Color3DLUT`` of 33 points filters the same picture. The trees take turns; of each
the least time counts, by the clock and by the processors, which others disturb less.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

from . import common

PHOTOGRAPH = common.SHARED / "data" / "big" / "sunset_by_Aitzol_Berasategi.jpg"
TIMED = """
import functools, json, sys, time
import numpy as np
from PIL import Image, ImageFilter
import colortransfer
from colortransfer import colors, images
from colortransfer.images import as_canvas
from colortransfer.transforms import Lut3D, apply_exactly

picture = Image.open(sys.argv[1]).convert("RGB")
levels = np.asarray(picture)
floats = levels.astype(np.float32) / 255
axis = np.linspace(0, 1, 9)
noise = np.random.default_rng(0).normal(0, 0.02, (9, 9, 9, 3))
edit = Lut3D(np.stack(np.meshgrid(axis, axis, axis, indexing="ij"), -1) + noise)
table = ImageFilter.Color3DLUT.generate(33, lambda r, g, b: (r, g, b))
color = colors.parse_color("#5b86b4")
small = np.asarray(picture.resize((400, 300)))
matcher = functools.cache(lambda: colortransfer.FeatureMatcher())
calls = {
    "pillow": lambda: picture.filter(table),
    "apply_8_bits": lambda: edit.apply(levels),
    "apply_floats": lambda: edit.apply(floats),
    "exact_8_bits": lambda: apply_exactly(as_canvas(levels), edit, color),
    "fit": lambda: matcher().fit(small, "#5b86b4"),
    "jpeg_to_jpeg": lambda: images.save(
        "out.jpg", matcher().transfer(images.load(sys.argv[1]), "#5b86b4")
    ),
}
found = {}
for name, call in calls.items():
    if name == "fit":  # TensorFlow's memory is none of an edit's
        peak = [line for line in open("/proc/self/status") if line.startswith("VmHWM")]
    call()
    clock, processor = [], []
    for _ in range(3):
        began, spent = time.perf_counter(), time.process_time()
        call()
        clock.append(time.perf_counter() - began)
        processor.append(time.process_time() - spent)
    found[name] = min(clock)
    found[name + "_processor"] = min(processor)
found["peak_mb"] = int(peak[0].split()[1]) / 1024
print(json.dumps(found))
"""


def measured(tree: Path, photograph: Path) -> dict[str, float]:
    """The figures of one process with the package of this tree."""
    with tempfile.TemporaryDirectory() as folder:
        environment = {**os.environ, "PYTHONPATH": str(tree)}
        words = [sys.executable, "-c", TIMED, str(photograph)]
        run = subprocess.run(
            words, cwd=folder, env=environment, capture_output=True, text=True, check=True
        )
    found: dict[str, float] = json.loads(run.stdout.splitlines()[-1])
    return found


def least(rounds: list[dict[str, float]]) -> dict[str, float]:
    return {name: min(found[name] for found in rounds) for name in rounds[0]}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("commit", help="what this tree is compared with")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--photograph", type=Path, default=PHOTOGRAPH)
    options = parser.parse_args()
    with common.checked_out(options.commit) as before:
        pairs = [
            (measured(common.ROOT, options.photograph), measured(before, options.photograph))
            for _ in range(options.rounds)
        ]
    ours, theirs = (least(list(column)) for column in zip(*pairs, strict=True))
    pillow = min(ours["pillow"], theirs["pillow"])
    ratios = {
        "apply_to_pillow": ours["apply_8_bits"] / pillow,
        "apply_to_pillow_processor": ours["apply_8_bits_processor"] / ours["pillow_processor"],
        "floats_to_8_bits": ours["apply_floats"] / ours["apply_8_bits"],
        **{f"{name}_to_before": ours[name] / theirs[name] for name in ours},
    }
    common.record("rendering", {"before": options.commit, **ours, **ratios})
    print(*(f"{name} {value:.3f}" for name, value in {**ours, **ratios}.items()), sep="\n")


if __name__ == "__main__":
    main()
