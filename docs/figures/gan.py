"""The pictures of docs/gan.md and docs/gan_tutorial.md.

The curves are those of ``benchmarks/results/gan_paper_seeds.json``, and stay as they are where it
holds none. The photographs are scikit-image's (CC0).
"""

from __future__ import annotations

import matplotlib as mpl
import matplotlib.pyplot as plt
import numpy as np
from skimage import data

from colortransfer import classical, evaluation, images
from colortransfer.gan import ColorGAN

from . import PICTURES
from .gan_tables import Record, record

CURVES = {
    "wasserstein": "D(fake) − D(real)",
    "penalty": "gradient penalty",
    "color_error": "colour error",
}
COLORS = {"coffee": "#5b86b4", "chelsea": "#6f9a78", "rocket": "#b08a6a"}


def curves(found: Record) -> None:
    """The three measures of all seeds over the steps."""
    mpl.use("agg")
    figure, axes = plt.subplots(1, len(CURVES), figsize=(10, 2.8), layout="constrained")
    for axis, (name, title) in zip(axes, CURVES.items(), strict=True):
        for run in found["runs"]:
            values = run["curves"][name]
            steps = (np.arange(len(values)) + 0.5) * found["block"]
            axis.plot(steps, values, linewidth=0.9, label=f"{run['seed']}")
        axis.set(title=title, xlabel="generator steps")
        axis.spines[["top", "right"]].set_visible(False)
    axes[-1].legend(title="seed", fontsize=6, title_fontsize=6, ncols=2)
    figure.savefig(PICTURES / "gan_paper_curves.png", dpi=90)


def photographs() -> None:
    """Original, mean shift and ``pretrained()``, a row for each photograph."""
    gan, shown, titles = ColorGAN.pretrained(), [], []
    for name, color in COLORS.items():
        photograph = np.ascontiguousarray(getattr(data, name)())
        shifted = classical.shift(photograph, color)
        shown += [photograph, shifted, gan.transfer(photograph, color)]
        titles += [name, f"mean shift to {color}", "ColorGAN.pretrained()"]
    sheet = evaluation.contact_sheet(shown, titles, columns=3, width=300)
    images.save(PICTURES / "gan_photographs.jpg", sheet, quality=85)


def main() -> None:
    photographs()
    found = record("paper_seeds")
    if found and "curves" in found["runs"][0]:
        curves(found)
