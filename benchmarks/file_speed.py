"""JPEG to JPEG at 12 megapixels without the fit: this tree beside another commit's, in turns.

    python -m benchmarks.file_speed COMMIT [--rounds 5]

A process of each tree reads the photograph, shifts it to another mean and writes it: once to warm
up, and then three times. The trees take turns; of each the least time counts.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
from pathlib import Path

from . import common

PHOTOGRAPH = common.SHARED / "data" / "big" / "seeding_by_Clements_Engelhardt.jpg"
TIMED = """
import sys, time
from colortransfer import classical, images
def whole():
    began = time.perf_counter()
    images.save(sys.argv[2], classical.shift(images.load(sys.argv[1]), "#5b86b4"))
    return time.perf_counter() - began
whole()
print(min(whole() for _ in range(3)))
"""


def seconds(tree: Path) -> float:
    """Of one process with the package of this tree."""
    with tempfile.TemporaryDirectory() as folder:
        words = [sys.executable, "-c", TIMED, str(PHOTOGRAPH), str(Path(folder) / "out.jpg")]
        environment = {**os.environ, "PYTHONPATH": str(tree)}
        run = subprocess.run(
            words, cwd=folder, env=environment, capture_output=True, text=True, check=True
        )
    return float(run.stdout.split()[-1])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("commit", help="what this tree is compared with")
    parser.add_argument("--rounds", type=int, default=5)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        before = Path(folder) / "before"
        git = ["git", "-C", str(common.ROOT), "worktree"]
        subprocess.run([*git, "add", "--detach", str(before), options.commit], check=True)
        try:
            pairs = [(seconds(common.ROOT), seconds(before)) for _ in range(options.rounds)]
        finally:
            subprocess.run([*git, "remove", "--force", str(before)], check=True)
    ours, theirs = (min(column) for column in zip(*pairs, strict=True))
    figures = {"before": options.commit, "seconds": ours, "seconds_before": theirs}
    common.record("file_speed", {**figures, "ratio": ours / theirs})
    print(figures, f"ratio {ours / theirs:.3f}")


if __name__ == "__main__":
    main()
