"""Palettes and references as targets: how near, and how much content moves.

    nice python -m benchmarks.targets_palettes [--parts palette,reference] [--count 20]

On photographs of ../shared/data/photos at 320 pixels. ``palette`` asks each for five other
dominant colours at once, 0.05 to 0.25 from its own, and for a change of one of them by 0.1 to 0.3,
all inside [0.1, 0.9]. What is reached is measured by clusters of the result that start from the
colours asked for, and by clusters that know nothing of them. ``reference`` sets `Reference(photo)`
against `classical.monge_kantorovich`, on pairs drawn by a seed: the multi-scale sliced Wasserstein
distance from the reference, resized to the photograph, and SqueezeNet's feature distance from the
photograph.
"""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image
from scipy import optimize

from benchmarks import common
from benchmarks.targets_statistics import distance
from colortransfer import FeatureMatcher, classical, colors, evaluation
from colortransfer.colors.dominant import dominant_colors
from colortransfer.images import as_canvas
from colortransfer.targets import Palette, Reference
from colortransfer.targets.dominant import sampled_lab

SIZE, COLORS = 320, 5


def photograph(path: Path, size: tuple[int, int] | None = None) -> np.ndarray:
    """A photograph (H, W, 3), uint8, at most 320 pixels long, or of another's (H, W)."""
    picture = Image.open(path).convert("RGB")
    if size is not None:
        return np.asarray(picture.resize(size[::-1], Image.Resampling.BOX))
    picture.thumbnail((SIZE, SIZE), Image.Resampling.BOX)
    return np.asarray(picture)


def moved(rng: np.random.Generator, color: np.ndarray, least: float, most: float) -> np.ndarray:
    """A colour that far from another, inside [0.1, 0.9]; a dark or light one first comes inside."""
    inside = color.clip(0.1, 0.9)
    while True:
        direction = rng.normal(size=3)
        found = inside + direction / np.linalg.norm(direction) * rng.uniform(least, most)
        if found.min() >= 0.1 and found.max() <= 0.9:
            return np.asarray(found)


def palette(arguments: argparse.Namespace) -> dict[str, Any]:
    """CIEDE2000 between colours asked for and reached."""
    matcher, rows = FeatureMatcher(), []
    for index, path in enumerate(common.photographs()[: arguments.count]):
        image, rng = photograph(path), np.random.default_rng(index)
        lab = dominant_colors(sampled_lab(as_canvas(image)), COLORS)
        own = colors.lab_to_srgb(lab).clip(0, 1)
        changed = int(rng.integers(COLORS))
        one = own.copy()
        one[changed] = moved(rng, own[changed], 0.1, 0.3)
        every = np.stack([moved(rng, color, 0.05, 0.25) for color in own])
        for kind, asked in (("change", one), ("all", every)):
            sources = own[[changed]] if kind == "change" else own
            target = Palette(asked[[changed]] if kind == "change" else asked, sources=sources)
            fit = matcher.fit(image, target)
            rows.append({"name": path.stem, "kind": kind, "warned": bool(fit.warnings)})
            rows[-1] |= reached(fit.image, colors.srgb_to_lab(asked), changed, kind)
            print(rows[-1], flush=True)
    return {kind: summary([r for r in rows if r["kind"] == kind]) for kind in ("change", "all")} | {
        "mean of both": summary(rows),
        "rows": rows,
    }


def reached(image: np.ndarray, asked: np.ndarray, changed: int, kind: str) -> dict[str, float]:
    """Distances of the colours asked for from the centres of the result's clusters."""
    lab = sampled_lab(as_canvas(image))
    near = evaluation.ciede2000(dominant_colors(lab, COLORS, start=asked), asked)
    fresh = dominant_colors(lab, COLORS)
    apart = evaluation.ciede2000(fresh[:, None], asked)
    pairs = optimize.linear_sum_assignment(apart)
    kept = np.delete(near, changed) if kind == "change" else np.array([np.nan])
    return {
        "mean": float(near.mean()),
        "largest": float(near.max()),
        "unchanged": float(kept.mean()),
        "without knowing": float(apart[pairs].mean()),
    }


def summary(rows: list[dict[str, Any]]) -> dict[str, Any]:
    keys = ("mean", "largest", "unchanged", "without knowing")
    found = {key: [row[key] for row in rows if np.isfinite(row[key])] for key in keys}
    return {key: float(np.mean(x)) for key, x in found.items() if x} | {
        "edits": len(rows),
        "warned": sum(row["warned"] for row in rows),
        "median without knowing": float(np.median(found["without knowing"])),
    }


def reference(arguments: argparse.Namespace) -> dict[str, Any]:
    """Distance of distributions, and content, relative to the linear map's."""
    matcher, judge, rows = FeatureMatcher(), common.judges()["squeezenet"], []
    paths = common.photographs()
    order = np.random.default_rng(0).permutation(len(paths))
    for number in range(arguments.count):
        first, second = order[number], order[(number + 11) % len(paths)]
        image = photograph(paths[first])
        wanted = photograph(paths[second], image.shape[:2])
        fit = matcher.fit(image, Reference(wanted))
        edits = {"linear": classical.monge_kantorovich(image, wanted), "fit": fit.image}
        row: dict[str, Any] = {"name": paths[first].stem, "reference": paths[second].stem}
        for name, edit in edits.items():
            far = evaluation.multiscale_sliced_wasserstein(wanted, edit)
            row[name] = {"distance": far, "content": distance(judge, edit, image)}
        rows.append(row | {"warned": bool(fit.warnings), "seconds": fit.seconds})
        print(rows[-1], flush=True)
    return relative(rows) | {"rows": rows}


def relative(rows: list[dict[str, Any]]) -> dict[str, Any]:
    figures: dict[str, Any] = {"pairs": len(rows), "warned": sum(row["warned"] for row in rows)}
    for key in ("distance", "content"):
        fit, linear = (np.array([row[name][key] for row in rows]) for name in ("fit", "linear"))
        figures[f"{key}, of the linear map's"] = float(fit.mean() / linear.mean())
        figures[f"{key} not above the linear map's"] = int((fit <= linear).sum())
    return figures


if __name__ == "__main__":
    common.main(
        "targets_palettes",
        __doc__,
        {"palette": palette, "reference": reference},
        {"--count": {"type": int, "default": 20, "help": "photographs (default: 20)"}},
    )
