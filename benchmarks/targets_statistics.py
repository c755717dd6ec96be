"""Saturation, brightness, contrast, hue and sharpness as targets: how near, what else moves.

32 photographs of ../shared/data/photos, three values each: the plain edits of all, and fits of the
first few:

    nice python -m benchmarks.targets_statistics
"""

from __future__ import annotations

import argparse
from collections.abc import Callable
from typing import Any

import numpy as np
from PIL import Image

from benchmarks import common
from colortransfer import FeatureMatcher, evaluation, targets
from colortransfer.edit import Edit
from colortransfer.images import as_canvas
from colortransfer.transforms import AffineTransform

COUNT, SIZE = 32, 320
VALUES: dict[str, tuple[float, float, float]] = {
    "Saturation": (0.5, 1.2, 1.5),
    "Brightness": (0.3, 0.5, 0.65),
    "Contrast": (0.7, 1.15, 1.4),
    "Hue": (-30.0, 15.0, 60.0),
    "Sharpness": (0.5, 1.5, 2.0),
}
EDITS = ("plain", "fit")
IDENTITY = AffineTransform(np.eye(3), np.zeros(3))


def photographs() -> list[tuple[str, np.ndarray]]:
    found = []
    for path in common.photographs()[:COUNT]:
        picture = Image.open(path).convert("RGB")
        picture.thumbnail((SIZE, SIZE), Image.Resampling.BOX)
        found.append((path.stem, np.asarray(picture)))
    return found


def distance(judge: Callable[[Any], Any], one: np.ndarray, other: np.ndarray) -> float:
    """Relative squared difference of a judge's features, averaged over layers."""
    first, second = (judge((x / np.float32(255))[None].astype(np.float32)) for x in (one, other))
    parts = [
        float(np.square(first[k] - second[k]).sum() / np.square(second[k]).sum()) for k in second
    ]
    return float(np.mean(parts))


def measure(kind: str, arguments: argparse.Namespace) -> dict[str, Any]:
    """The figures of one target."""
    matcher, judge = FeatureMatcher(), common.judges()["squeezenet"]
    rows = []
    for number, (name, image) in enumerate(photographs()):
        canvas = as_canvas(image)
        for value in VALUES[kind]:
            target = getattr(targets, kind)(value)
            edits = {"plain": target.resolved(canvas).finish(canvas, IDENTITY)}
            if number < arguments.fits:
                edits["fit"] = matcher.fit(image, target)
            for edit, result in edits.items():
                content = distance(judge, result.image, image)
                rows.append(figures(name, value, edit, result, content))
                rows[-1]["halo"] = evaluation.halo(image, result.image)
                rows[-1]["white_tint_change"] = evaluation.white_tint_change(image, result.image)
                print(kind, rows[-1], flush=True)
    return {kind: summary([row for row in rows if row["edit"] == kind]) for kind in EDITS} | {
        "content of fits, of the plain edits'": relative_figure(rows, "content"),
        "halo of fits, of the plain edits'": relative_figure(rows, "halo"),
        "tint of whites of fits, of the plain edits'": relative_figure(rows, "white_tint_change"),
        "rows": rows,
    }


def figures(name: str, value: float, edit: str, result: Edit, content: float) -> dict[str, Any]:
    return {
        "name": name,
        "value": value,
        "edit": edit,
        "error": max(result.errors.values()),
        "warned": bool(result.warnings),
        "content": content,
    }


def summary(rows: list[dict[str, Any]]) -> dict[str, Any]:
    return {
        "edits": len(rows),
        "mean halo": float(np.mean([row["halo"] for row in rows])) if rows else float("nan"),
        "warned": sum(row["warned"] for row in rows),
        "largest error where not warned": max(
            (row["error"] for row in rows if not row["warned"]), default=0.0
        ),
    }


def relative_figure(rows: list[dict[str, Any]], key: str) -> float:
    """Mean of a figure of fits relative to the plain edits of the same photographs and values."""
    fits = {(r["name"], r["value"]): r[key] for r in rows if r["edit"] == "fit"}
    plain = {(r["name"], r["value"]): r[key] for r in rows if r["edit"] == "plain"}
    pairs = np.array([(fit, plain[case]) for case, fit in fits.items()])
    pairs = pairs[np.isfinite(pairs).all(-1)]  # NaN: no whites
    return float(pairs[:, 0].mean() / pairs[:, 1].mean()) if len(pairs) else float("nan")


def part(kind: str) -> Callable[[argparse.Namespace], dict[str, Any]]:
    return lambda arguments: measure(kind, arguments)


if __name__ == "__main__":
    common.main(
        "targets_statistics",
        __doc__,
        {kind.lower(): part(kind) for kind in VALUES},
        {"--fits": {"type": int, "default": 4, "help": "photographs that are fitted (default: 4)"}},
    )
