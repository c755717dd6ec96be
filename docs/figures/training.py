"""Plot the losses of trainings: ``python -m docs.figures.training runs/plain ...``.

Each folder is one that ``colortransfer train-extractor`` wrote.
"""

from __future__ import annotations

import csv
import sys
from pathlib import Path

import matplotlib

matplotlib.use("Agg")
from matplotlib import pyplot

from . import PICTURES

OUTPUT = PICTURES / "training.png"


def main(folders: list[str]) -> None:
    figure, axes = pyplot.subplots(1, len(folders), figsize=(5 * len(folders), 3.4), squeeze=False)
    for axis, folder in zip(axes[0], folders, strict=True):
        with (Path(folder) / "log.csv").open(encoding="utf-8") as file:
            rows = list(csv.DictReader(file))
        steps = [float(row["step"]) for row in rows]
        for name in sorted(set(rows[0]) - {"step", "seconds", "rejected"}):
            axis.semilogy(steps, [float(row[name]) for row in rows], label=name)
        axis.set(title=Path(folder).name, xlabel="step")
        axis.grid(alpha=0.3)
    axes[0][-1].legend(fontsize="small", bbox_to_anchor=(1.02, 1), loc="upper left")
    figure.tight_layout()
    figure.savefig(OUTPUT, dpi=90)
    print(f"wrote {OUTPUT}")


if __name__ == "__main__":
    main(sys.argv[1:])
