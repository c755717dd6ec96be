"""DeepDream as it comes: growth, repetition, memory, borders and seams.

    python -m benchmarks.dream [--parts growth,sizes,seams]

``growth``: four photographs, three seeds, the defaults. By how much the mean of each asked channel
grew in the picture that is returned, the share of its values that are 0 or 255, and how much the
outermost eight pixels changed beside the rest. Dreams of two of them, one of which is seen in
tiles, are made twice, in two processes.
``sizes``: from 32 pixels to 3840x2160, each in a process of its own, whose peak memory it is. Steps
are few, as memory does not depend on them; the time of one evaluation is given for each.
``seams``: dreams in tiles of 256 pixels beside those of the whole picture, float by float, at the
borders of the tiles and elsewhere. Needs scikit-image, and nothing of ../shared.
"""

from __future__ import annotations

import argparse
import hashlib
import time
from typing import Any

import numpy as np
import skimage.data
import skimage.transform

from colortransfer import images

from . import common

PHOTOGRAPHS = ("coffee", "chelsea", "rocket", "demo")
REPEATED = ("chelsea", "demo")
SEEDS = (0, 1, 2)
SIZES = ((32, 32), (33, 200), (512, 512), (1024, 683), (1920, 1080), (3840, 2160))  # width, height
FRAME = 8  # pixels
TILE = 256


def photograph(name: str) -> np.ndarray:
    """uint8 (H, W, 3): the demo, or one of scikit-image's."""
    if name == "demo":
        return np.asarray(images.load(common.ROOT / "colortransfer" / "data" / "demo.jpg"))
    return np.asarray(getattr(skimage.data, name)())


def means(dream: Any, image: np.ndarray) -> dict[str, float]:
    """The mean of the channel that is asked of each layer."""
    from colortransfer.deep_dream import BUNDLED

    found = dream.network(np.float32(image[None]) / 255)
    return {name: float(found[name].numpy()[..., BUNDLED[name]].mean()) for name in BUNDLED}


def dreamt(name: str, seed: int) -> np.ndarray:
    """In whichever process."""
    from colortransfer import DeepDream

    return np.asarray(DeepDream(seed=seed).dream(photograph(name)))


def growth(_: argparse.Namespace) -> dict[str, Any]:
    from colortransfer import DeepDream

    figures: dict[str, Any] = {}
    for name in PHOTOGRAPHS:
        for seed in SEEDS:
            photo, dream = photograph(name), DeepDream(seed=seed)
            found = dream.dream(photo)
            before, after = means(dream, photo), means(dream, found)
            change = np.abs(found.astype(float) - photo).mean(-1)
            inner = change[FRAME:-FRAME, FRAME:-FRAME]
            outer = (change.sum() - inner.sum()) / (change.size - inner.size)
            figures[f"{name}_{seed}"] = {
                "before": before,
                "growth": {layer: after[layer] / before[layer] for layer in before},
                "burnt_out": float(((found == 0) | (found == 255)).mean()),
                "burnt_out_before": float(((photo == 0) | (photo == 255)).mean()),
                "frame": float(outer / inner.mean()),
                "sha256": hashlib.sha256(found.tobytes()).hexdigest(),
            }
            if name in REPEATED:
                again = common.alone(dreamt, name, seed)
                figures[f"{name}_{seed}"]["same_bytes"] = bool(np.array_equal(found, again))
            print(name, seed, figures[f"{name}_{seed}"], flush=True)
    each = [list(found["growth"].values()) for found in figures.values()]
    seen = {tuple(figures[f"{name}_{s}"]["sha256"] for s in SEEDS) for name in PHOTOGRAPHS}
    return {
        "least_growth": float(np.min(each)),
        "all_repeat": all(figures[f"{name}_{s}"]["same_bytes"] for name in REPEATED for s in SEEDS),
        "seeds_differ": all(len(set(three)) == len(SEEDS) for three in seen),
        "largest_frame": max(found["frame"] for found in figures.values()),
        "largest_burnt_out": max(found["burnt_out"] for found in figures.values()),
        **figures,
    }


def sized(size: tuple[int, int], steps: int) -> dict[str, float]:
    """One dream, alone in its process."""
    from colortransfer import DeepDream
    from colortransfer.optimizers import NormalisedDescent

    width, height = size
    photo = skimage.transform.resize(photograph("coffee"), (height, width), order=1)
    photo = np.rint(255 * photo).astype(np.uint8)
    dream = DeepDream(optimizer=NormalisedDescent(steps=steps, learning_rate=0.01))
    times = [time.perf_counter()]
    found = dream.dream(photo, callbacks=[lambda _: times.append(time.perf_counter())])
    assert found.shape == photo.shape
    last = np.diff(times)[-steps:]  # of the largest octave; its first prepares convolutions
    return {
        "steps": steps,
        "peak_gb": common.peak() / 1e9,
        "seconds": time.perf_counter() - times[0],
        "seconds_of_an_evaluation": float(np.median(last[1:])),
    }


def sizes(options: argparse.Namespace) -> dict[str, Any]:
    figures = {}
    for size in SIZES:
        name = f"{size[0]}x{size[1]}"
        figures[name] = common.alone(sized, size, options.steps)
        print(name, figures[name], flush=True)
    return figures


def seams(_: argparse.Namespace) -> dict[str, Any]:
    from colortransfer import DeepDream

    photo = np.float32(photograph("rocket")) / 255  # 640 x 427
    whole, tiled = (np.asarray(DeepDream(tile=tile).dream(photo)) for tile in (1024, TILE))
    difference = np.abs(whole - tiled).max(-1)
    return {
        "size": list(photo.shape),
        "tile": TILE,
        "largest_difference": float(difference.max()),
        "mean_difference": float(difference.mean()),
        "mean_change": float(np.abs(whole - photo).mean()),
    }


def main() -> None:
    parts = {"growth": growth, "sizes": sizes, "seams": seams}
    options = {"--steps": {"type": int, "default": 3, "help": "of each octave, for sizes"}}
    common.main("dream", __doc__ or "", parts, options)


if __name__ == "__main__":
    main()
