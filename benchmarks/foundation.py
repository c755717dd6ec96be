"""The promise itself: the mean colour of what is saved, and the fit's own loss.

    python -m benchmarks.foundation [--count 3]

For each photograph and target at full size: the largest difference of a channel's mean from the
target, in levels of 8 bits, after saving as PNG and loading again, after JPEG (quality 95) in
memory, and for uint16 and float32 arrays; the default fit's own loss over the mean shift's.
"""

from __future__ import annotations

import argparse
import tempfile
from pathlib import Path
from typing import Any

import numpy as np

from colortransfer import FeatureMatcher, colors, images

from . import common


def levels_off(image: Any, color: np.ndarray) -> float:
    rgb = images.as_canvas(image).rgb
    return float(np.abs(colors.mean_color(rgb) - color).max() * 255)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--count", type=int, default=3, help="targets for each photograph")
    arguments = parser.parse_args()
    matcher = FeatureMatcher()
    off: dict[str, list[float]] = {"png": [], "jpeg": [], "uint16": [], "float32": []}
    losses = []
    with tempfile.TemporaryDirectory() as folder:
        for pair in common.pairs("all", None, arguments.count):
            photo = np.rint(pair.image * 255).astype(np.uint8)
            result = matcher.fit(photo, tuple(pair.color))
            images.save(Path(folder) / "out.png", result.image)
            off["png"].append(levels_off(images.load(Path(folder) / "out.png"), pair.color))
            jpeg = images.load(images.encode(result.image, ".jpg", quality=95))
            off["jpeg"].append(levels_off(jpeg, pair.color))
            for kind, array in (
                ("uint16", photo.astype(np.uint16) * 257),
                ("float32", pair.image),
            ):
                edited = matcher.transfer(array, tuple(pair.color))
                off[kind].append(levels_off(edited, pair.color))
            history = result.history["loss"]
            losses.append(min(history) / history[0])
    figures = {f"levels_off_{kind}": max(values) for kind, values in off.items()}
    figures |= {"own_loss_mean": float(np.mean(losses)), "own_loss_largest": max(losses)}
    figures["own_loss_share_at_most_0.8"] = float(np.mean(np.array(losses) <= 0.8))
    print(figures)
    common.record("foundation", figures)


if __name__ == "__main__":
    main()
