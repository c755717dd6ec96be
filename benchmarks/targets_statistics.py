"""Saturation, brightness, contrast, hue and sharpness as targets: how near, what else moves.

32 photographs of ../shared/data/photos, three values each: the plain edits of all, and fits of the
first few:

    nice python -m benchmarks.targets_statistics

and the edit of sharpness at 12 and 48 megapixels, in turns with a table of colours (``speed``).
"""

from __future__ import annotations

import argparse
import multiprocessing
import time
from collections.abc import Callable
from typing import Any

import numpy as np
from PIL import Image

from benchmarks import common
from colortransfer import FeatureMatcher, evaluation, images, targets
from colortransfer.edit import Edit
from colortransfer.images import as_canvas
from colortransfer.transforms import AffineTransform, DetailTransform, Lut3D, Transform

BIG = common.SHARED / "data" / "big" / "sunset_by_Aitzol_Berasategi.jpg"  # 12.2 megapixels
COUNT, SIZE, REPEATS = 32, 320, 3
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


def speed(unused: argparse.Namespace) -> dict[str, float]:
    """Seconds and memory of a `DetailTransform` of photographs of 12 and 48 megapixels."""
    found = {"12mp": common.alone(_detail, 1), "48mp": common.alone(_detail, 2)}
    return {f"{key}_{size}": value for size, row in found.items() for key, value in row.items()}


def _detail(times: int) -> dict[str, float]:
    image = np.tile(np.asarray(images.load(BIG)), (times, times, 1))
    axis = np.linspace(0, 1, 9, dtype=np.float32)
    edits: dict[str, Transform] = {
        "detail": DetailTransform(np.array([[0.8, 1.2, 1.6], [0.9, 1.1, 1.3]]), np.zeros(3)),
        "table": Lut3D(np.stack(np.meshgrid(axis, axis, axis, indexing="ij"), -1)),
    }
    before = common.resident()
    edits["detail"].apply(image)
    figures = {"megapixels": image[..., 0].size / 1e6, "memory_mb": (common.peak() - before) / 1e6}
    seconds: dict[str, list[float]] = {name: [] for name in edits}
    for _ in range(REPEATS if times == 1 else 1):
        for name, edit in edits.items():
            began = time.perf_counter()
            edit.apply(image)
            seconds[name].append(time.perf_counter() - began)
    figures |= {f"{name}_seconds": min(found) for name, found in seconds.items()}
    return figures | {"ratio": figures["detail_seconds"] / figures["table_seconds"]}


def part(kind: str) -> Callable[[argparse.Namespace], dict[str, Any]]:
    return lambda arguments: measure(kind, arguments)


if __name__ == "__main__":
    multiprocessing.set_start_method("spawn", force=True)
    common.main(
        "targets_statistics",
        __doc__,
        {kind.lower(): part(kind) for kind in VALUES} | {"speed": speed},
        {"--fits": {"type": int, "default": 4, "help": "photographs that are fitted (default: 4)"}},
    )
