"""DeepDream as it comes: growth, repetition, memory, borders and seams.

    python -m benchmarks.dream [--parts coffee,chelsea,rocket,demo,32x32,...,3840x2160,seams]

A photograph: dreams with the defaults and three seeds. By how much the mean of each asked channel
grew in the picture that is returned, the share of its values that are 0 or 255, and how much the
outermost eight pixels changed beside the rest. Those of the cat are made again, in other processes.
The demo is reduced to half of its size.

A size: two steps on each octave, in a process of its own, whose peak memory it is: memory does not
depend on the number of steps. With one octave where ``--octaves 1`` says so.

``seams``: a dream in tiles of 256 pixels beside that of the whole picture, after two steps and
after fifteen. Needs scikit-image, and nothing of ../shared.
"""

from __future__ import annotations

import argparse
import functools
import hashlib
import time
from typing import Any

import numpy as np
import skimage.data
import skimage.transform

from colortransfer import images

from . import common

PHOTOGRAPHS = ("coffee", "chelsea", "rocket", "demo")
REPEATED = "chelsea"
SEEDS = (0, 1, 2)
SIZES = ((32, 32), (33, 200), (512, 512), (1024, 683), (1920, 1080), (3840, 2160))  # width, height
FRAME = 8  # pixels
TILE = 256


def photograph(name: str) -> np.ndarray:
    """uint8 (H, W, 3): the demo at half of its size, or one of scikit-image's."""
    if name == "demo":
        whole = np.asarray(images.load(common.ROOT / "colortransfer" / "data" / "demo.jpg"))
        return np.ascontiguousarray(whole[::2, ::2])
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


def growth(name: str, _: argparse.Namespace) -> dict[str, Any]:
    """One photograph, three seeds."""
    from colortransfer import DeepDream

    photo, figures = photograph(name), dict[str, Any]()
    for seed in SEEDS:
        dream = DeepDream(seed=seed)
        found = dream.dream(photo)
        before, after = means(dream, photo), means(dream, found)
        change = np.abs(found.astype(float) - photo).mean(-1)
        inner = change[FRAME:-FRAME, FRAME:-FRAME]
        outer = (change.sum() - inner.sum()) / (change.size - inner.size)
        row = figures[f"{name} {seed}"] = {
            "before": before,
            "growth": {layer: after[layer] / before[layer] for layer in before},
            "burnt_out": float(((found == 0) | (found == 255)).mean()),
            "burnt_out_before": float(((photo == 0) | (photo == 255)).mean()),
            "frame": float(outer / inner.mean()),
            "sha256": hashlib.sha256(found.tobytes()).hexdigest(),
        }
        if name == REPEATED:
            again = common.alone(dreamt, name, seed)
            row["same_bytes"] = bool(np.array_equal(found, again))
        print(f"{name} {seed}", row, flush=True)
    return figures


def dream_of(size: tuple[int, int], octaves: int) -> dict[str, float]:
    """One dream, alone in its process."""
    from colortransfer import DeepDream
    from colortransfer.optimizers import NormalisedDescent

    width, height = size
    photo = skimage.transform.resize(photograph("coffee"), (height, width), order=1)
    photo = np.rint(255 * photo).astype(np.uint8)
    dream = DeepDream(octaves=octaves, optimizer=NormalisedDescent(steps=2, learning_rate=0.01))
    times = [time.perf_counter()]
    found = dream.dream(photo, callbacks=[lambda _: times.append(time.perf_counter())])
    assert found.shape == photo.shape
    return {
        "octaves": octaves,
        "peak_gb": common.peak() / 1e9,
        "seconds": time.perf_counter() - times[0],
        "seconds_of_an_evaluation": times[-1] - times[-2],  # of the largest octave
    }


def sized(size: tuple[int, int], options: argparse.Namespace) -> dict[str, Any]:
    found: dict[str, Any] = common.alone(dream_of, size, options.octaves)
    return found


def at_borders(size: tuple[int, ...]) -> np.ndarray:
    """Where borders of tiles lie in one step or another, bool (H, W): they move by the jitter."""
    from colortransfer import DeepDream
    from colortransfer.deep_dream import MARGIN

    dream, found = DeepDream(tile=TILE), np.zeros(size, bool)
    for axis, side in enumerate(size):
        for first in range(TILE + (dream.network.halo or 0), side + 2 * MARGIN, TILE):
            start = first - MARGIN - dream.jitter
            np.moveaxis(found, axis, 0)[start : start + 2 * dream.jitter + 1] = True
    return found


def seams(_: argparse.Namespace) -> dict[str, Any]:
    """Differences of floats, over the picture and at the borders of its tiles."""
    from colortransfer import DeepDream
    from colortransfer.optimizers import NormalisedDescent

    photo, figures = np.float32(photograph("rocket")) / 255, dict[str, Any]()  # 640 x 427
    borders = at_borders(photo.shape[:2])
    for steps in (2, 15):
        whole, tiled = (
            np.asarray(
                DeepDream(
                    tile=tile,
                    octaves=1,
                    optimizer=NormalisedDescent(steps=steps, learning_rate=0.01),
                ).dream(photo)
            )
            for tile in (1024, TILE)
        )
        difference = np.abs(whole - tiled)
        figures[f"steps_{steps}"] = {
            "largest_difference": float(difference.max()),
            "mean_difference": float(difference.mean()),
            "mean_difference_at_borders": float(difference[borders].mean()),
            "mean_change": float(np.abs(whole - photo).mean()),
        }
        print(steps, figures[f"steps_{steps}"], flush=True)
    return {"size": list(photo.shape), "tile": TILE, **figures}


def main() -> None:
    parts: dict[str, common.Part] = {n: functools.partial(growth, n) for n in PHOTOGRAPHS}
    parts |= {f"{s[0]}x{s[1]}": functools.partial(sized, s) for s in SIZES}
    options = {"--octaves": {"type": int, "default": 4, "help": "of the sizes"}}
    common.main("dream", __doc__ or "", {**parts, "seams": seams}, options)


if __name__ == "__main__":
    main()
