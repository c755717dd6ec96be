"""JPEG to JPEG at 12 megapixels without the fit: this tree beside another commit's, in turns.

    python -m benchmarks.file_speed COMMIT [--rounds 10]

A process of each tree reads the photograph, shifts it to another mean and writes it over an older
result: once to warm up, and then five times. The trees take turns. The ratio of the least times
counts; beside it the median of the ratios of pairs, and both for the time of all processors, which
other programs on the machine disturb less.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from . import common

PHOTOGRAPH = common.SHARED / "data" / "big" / "seeding_by_Clements_Engelhardt.jpg"
TIMED = """
import json, sys, time
from colortransfer import classical, images
def whole():
    wall, processors = time.perf_counter(), time.process_time()
    images.save(sys.argv[2], classical.shift(images.load(sys.argv[1]), "#5b86b4"))
    return time.perf_counter() - wall, time.process_time() - processors
whole()
print(json.dumps([min(column) for column in zip(*[whole() for _ in range(5)])]))
"""


def seconds(tree: Path) -> list[float]:
    """Of one process with the package of this tree: on the clock, and of all processors."""
    with tempfile.TemporaryDirectory() as folder:
        words = [sys.executable, "-c", TIMED, str(PHOTOGRAPH), str(Path(folder) / "out.jpg")]
        environment = {**os.environ, "PYTHONPATH": str(tree)}
        run = subprocess.run(
            words, cwd=folder, env=environment, capture_output=True, text=True, check=True
        )
    found: list[float] = json.loads(run.stdout.splitlines()[-1])
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("commit", help="what this tree is compared with")
    parser.add_argument("--rounds", type=int, default=10)
    options = parser.parse_args()
    with common.checked_out(options.commit) as before:
        pairs = [(seconds(common.ROOT), seconds(before)) for _ in range(options.rounds)]
    figures: dict[str, Any] = {"before": options.commit, "rounds": options.rounds}
    for place, name in enumerate(("seconds", "processor_seconds")):
        ours, theirs = ([run[place] for run in runs] for runs in zip(*pairs, strict=True))
        ratios = [one / other for one, other in zip(ours, theirs, strict=True)]
        figures[name] = {
            "here": min(ours),
            "before": min(theirs),
            "ratio": min(ours) / min(theirs),
            "median_ratio_of_pairs": statistics.median(ratios),
        }
    common.record("file_speed", figures)
    print(figures)


if __name__ == "__main__":
    main()
