"""Saturation, brightness, contrast and hue as targets: how near, how much content moves.

32 photographs of ../shared/data/photos, three values each:

    nice python -m benchmarks.targets_statistics
"""

from __future__ import annotations

import argparse
from collections.abc import Callable
from typing import Any

import numpy as np
from PIL import Image

from benchmarks import common
from colortransfer import FeatureMatcher, targets
from colortransfer.images import as_canvas
from colortransfer.targets.joint import finish_jointly
from colortransfer.transforms import AffineTransform

COUNT, SIZE = 32, 320
# For each target: values; brightness is that much of the way from the photograph's to the end.
VALUES: dict[str, tuple[float, float, float]] = {
    "Saturation": (0.5, 1.2, 1.5),
    "Brightness": (0.3, 0.5, 0.65),
    "Contrast": (0.7, 1.15, 1.4),
    "Hue": (-30.0, 15.0, 60.0),
}
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
    for name, image in photographs()[: arguments.count]:
        canvas = as_canvas(image)
        for value in VALUES[kind]:
            target = getattr(targets, kind)(value)
            plain = finish_jointly(canvas, IDENTITY, [target.resolved(canvas)])
            edit = matcher.fit(image, target)
            rows.append(
                {
                    "name": name,
                    "value": value,
                    "error": max(edit.errors.values()),
                    "warned": bool(edit.warnings),
                    "content": distance(judge, edit.image, image),
                    "content of the plain edit": distance(judge, plain.image, image),
                    "seconds": edit.seconds,
                }
            )
    reached = [row["error"] for row in rows if not row["warned"]]
    content = [
        float(np.mean([r[k] for r in rows])) for k in ("content", "content of the plain edit")
    ]
    return {
        "edits": len(rows),
        "warned": sum(row["warned"] for row in rows),
        "not reached and not warned": sum(r["error"] > 1e-3 and not r["warned"] for r in rows),
        "largest error where not warned": max(reached, default=0.0),
        "content, of the plain edit's": content[0] / content[1],
        "rows": rows,
    }


def part(kind: str) -> Callable[[argparse.Namespace], dict[str, Any]]:
    return lambda arguments: measure(kind, arguments)


if __name__ == "__main__":
    common.main(
        "targets_statistics",
        __doc__,
        {kind.lower(): part(kind) for kind in VALUES},
        {"--count": {"type": int, "default": COUNT, "help": "photographs (default: %(default)s)"}},
    )
