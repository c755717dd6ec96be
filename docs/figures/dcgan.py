"""The pictures of DCGAN: ``python -m docs.figures.dcgan SEED0/step-N.npz SEED1/step-N.npz ...``.

The files are those that ``python -m benchmarks.relatives train dcgan FOLDER --seed N`` kept; the
curves are of the figures that ``measure`` wrote, benchmarks/results/relatives_dcgan*.json.
"""

from __future__ import annotations

import json
import sys

import matplotlib as mpl
import matplotlib.pyplot as plt

from colortransfer import images
from colortransfer.gan import DCGAN

from . import PICTURES, RESULTS, mosaic

SAMPLES, CURVES = PICTURES / "dcgan.png", PICTURES / "dcgan_curves.png"
COLUMNS = 16


def samples(paths: list[str]) -> None:
    """Two rows of samples and one from z to another z, of each training."""
    rows = []
    for path in paths:
        gan = DCGAN.load(path)
        drawn = gan.sample(2 * COLUMNS)
        rows += [drawn[:COLUMNS], drawn[COLUMNS:], gan.interpolate(COLUMNS)]
    images.save(SAMPLES, mosaic(rows, zoom=2))


def curves() -> None:
    """What KID and the distance of samples were, over the steps."""
    mpl.use("Agg")
    figure, axes = plt.subplots(1, 2, figsize=(9, 3.2))
    names = {"share_of_noise": "KID, share of noise's", "distance_share": "distance of pairs"}
    for seed, path in enumerate(sorted(RESULTS.glob("relatives_dcgan*.json"))):
        found = json.loads(path.read_text("utf-8"))
        steps = [name for name in found if name.startswith("step-")]
        for axis, key in zip(axes, names, strict=True):
            values = [found[name][key] for name in steps]
            axis.plot([int(name[5:]) for name in steps], values, label=f"seed {seed}")
    for axis, title in zip(axes, names.values(), strict=True):
        axis.set(title=title, xlabel="step", ylim=(0, None))
        axis.grid(alpha=0.3)
    axes[0].axhline(0.35, color="black", linewidth=0.8, linestyle="--")
    axes[1].axhline(0.6, color="black", linewidth=0.8, linestyle="--")
    axes[0].legend(fontsize="small")
    figure.tight_layout()
    figure.savefig(CURVES, dpi=90)


def main(paths: list[str]) -> None:
    samples(paths)
    curves()
    print(f"wrote {SAMPLES} and {CURVES}")


if __name__ == "__main__":
    main(sys.argv[1:])
