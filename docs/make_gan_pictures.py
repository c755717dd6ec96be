"""Write the pictures of docs/gan.md and docs/gan_tutorial.md, and the tables of docs/gan.md.

``python docs/make_gan_pictures.py`` after the benchmarks: curves and tables are of what
``benchmarks/results/gan_*.json`` holds, and stay as they are where there is nothing. A table stands
between ``<!-- NAME -->`` and ``<!-- end of NAME -->``. The photographs are scikit-image's (CC0).
"""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import matplotlib as mpl
import matplotlib.pyplot as plt
import numpy as np
from skimage import data

from colortransfer import classical, evaluation, images
from colortransfer.gan import ColorGAN

ROOT = Path(__file__).resolve().parents[1]
PICTURES = ROOT / "docs" / "images"
CURVES = {
    "wasserstein": "D(fake) − D(real)",
    "penalty": "gradient penalty",
    "color_error": "colour error",
}
COLORS = {"coffee": "#5b86b4", "chelsea": "#6f9a78", "rocket": "#b08a6a"}


Record = dict[str, Any]


def record(name: str) -> Record:
    """What a benchmark has found; empty without it."""
    path = ROOT / "benchmarks" / "results" / f"gan_{name}.json"
    return json.loads(path.read_text("utf-8")) if path.exists() else {}


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


def table(titles: list[str], rows: list[list[Any]]) -> str:
    """Markdown; floats with three digits."""
    lines = [titles, ["---"] * len(titles), *rows]
    cells = [[f"{x:.3g}" if isinstance(x, float) else str(x) for x in row] for row in lines]
    return "\n".join("| " + " | ".join(row) + " |" for row in cells)


def settings(found: Record) -> str:
    return (
        f"Batches of {found['batch']}, learning rate {found['rate']:g}, width {found['width']}:\n\n"
    )


def seeds(found: Record) -> str:
    titles = ["seed", "steps", "not finite", "rejected", "largest penalty", "mean of the last 20"]
    titles += ["colour error on held-out images"]
    rows = [
        [
            *(run[key] for key in ("seed", "steps", "not_finite")),
            round(run["rejected"]),
            *(run[key] for key in ("largest_penalty", "last_penalty")),
            run["held_out"]["color_error"],
        ]
        for run in found["runs"]
    ]
    return settings(found) + table(titles, rows)


def faults(found: Record) -> str:
    titles = ["mistakes", "rejected", "first at step", "its own penalty at the end"]
    titles += ["true norm of the critic's gradient", "colour error"]
    rows = [
        [
            run["fault"],
            round(run["rejected"]),
            run["first_rejected"] or "",
            run["last_penalty"],
            *(run["held_out"][key] for key in ("gradient_norm", "color_error")),
        ]
        for run in found["runs"]
    ]
    return f"{settings(found)}{table(titles, rows)}\n\nAfter {found['runs'][0]['steps']} steps."


def reconstruction(found: Record) -> str:
    titles = ["", "colour error", "farther than the input", "contrast-structure", "double pass"]
    names = ("color_error", "farther_than_input", "contrast_structure", "reconstruction")
    rows = [
        [f"weight {run['changes']['reconstruction']:g}", *[run["held_out"][k] for k in names]]
        for run in found["runs"]
    ]
    return f"{settings(found)}{table(titles, rows)}\n\nAfter {found['runs'][0]['steps']} steps."


def double_pass(found: Record) -> str:
    names = ("contrast_structure", "reconstruction")
    rows = [[title, *[row[name] for name in names]] for title, row in found["maps"].items()]
    return table(["", "contrast-structure", "double pass"], rows)


def default(found: Record) -> str:
    titles = ["", "colour error", "95th percentile", "farther than the input"]
    titles += ["contrast-structure", "GoogLeNet, unit", "raw", "SqueezeNet, unit", "raw"]
    names = ("color_error", "color_error_95", "farther_than_input", "contrast_structure")
    judges = ("googlenet_unit", "googlenet", "squeezenet_unit", "squeezenet")
    rows = [
        [key.replace("_", " "), *[row[k] for k in names], *[row[f"ratio_{k}"] for k in judges]]
        for key, row in found.items()
        if "ratio_googlenet" in row
    ]
    return table(titles, rows)


TABLES: dict[str, tuple[str, Callable[[Record], str]]] = {
    "seeds": ("paper_seeds", seeds),
    "faults": ("paper_faults", faults),
    "reconstruction": ("paper_reconstruction", reconstruction),
    "double_pass": ("paper_double_pass", double_pass),
    "default": ("default", default),
    "pretrained": ("pretrained", default),
}


def main() -> None:
    photographs()
    if found := record("paper_seeds"):
        curves(found)
    page = ROOT / "docs" / "gan.md"
    text = page.read_text("utf-8")
    for name, (source, write) in TABLES.items():
        if one := record(source):
            first, last = f"<!-- {name} -->", f"<!-- end of {name} -->"
            before, rest = text.split(first)
            text = f"{before}{first}\n\n{write(one)}\n\n{last}{rest.split(last)[1]}"
    page.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
