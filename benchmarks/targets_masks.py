"""Masks and regions: what is reached, what stays, and what it costs.

    python -m benchmarks.targets_masks [--parts one,several,feather,cost,memory] [--count 60]

On the photographs of ../shared/data/bsds with their segmentations by people. ``one`` gives one
region of at least 3 % another mean colour, ``several`` up to four at once, ``feather`` one with a
soft border; each target lies 0.05 to 0.25 from the region's mean, within [0.15, 0.85]. Content and
neutrals inside of the regions are compared with the mean shift within the same masks.
"""

from __future__ import annotations

import argparse
import functools
import multiprocessing
import time
from collections.abc import Iterator
from typing import Any, NamedTuple

import numpy as np
from PIL import Image
from scipy import ndimage

from colortransfer import FeatureMatcher, classical, evaluation, images
from colortransfer.targets import MeanColor, Regions

from . import common

BSDS = common.SHARED / "data" / "bsds"
BIG = common.SHARED / "data" / "big" / "sunset_by_Aitzol_Berasategi.jpg"  # 12.2 megapixels
LEAST = 0.03  # of the picture
FEATHER = 8  # pixels
MOST = 4  # regions at once


class Case(NamedTuple):
    """A photograph (H, W, 3), uint8, the labels of its regions, and colours of some of them."""

    name: str
    image: np.ndarray
    labels: np.ndarray
    colors: dict[int, np.ndarray]


def cases(count: int, most: int) -> Iterator[Case]:
    """The first photographs with up to ``most`` regions each, chosen and coloured by a seed."""
    for index, path in enumerate(sorted(BSDS.glob("*.jpg"))[:count]):
        image = np.asarray(Image.open(path).convert("RGB"))
        labels = np.asarray(Image.open(path.with_suffix(".png"))).astype(int)
        rng = np.random.default_rng(index)
        numbers, sizes = np.unique(labels, return_counts=True)
        large = rng.permutation(numbers[sizes >= LEAST * labels.size])[:most]
        means = {int(k): image[labels == k].mean(0) / 255 for k in large}
        colors = {k: _target(rng, mean) for k, mean in means.items()}
        yield Case(path.stem, image, labels, {k: c for k, c in colors.items() if c is not None})


def _target(rng: np.random.Generator, mean: np.ndarray) -> np.ndarray | None:
    """As for whole photographs; None for a mean from which nothing of that is near."""
    for _ in range(1000):
        direction = rng.normal(size=3)
        target = mean + direction / np.linalg.norm(direction) * rng.uniform(0.05, 0.25)
        if target.min() >= 0.15 and target.max() <= 0.85:
            return target
    return None


def shifted(case: Case) -> np.ndarray:
    """The mean shift of each region within its mask."""
    result = case.image
    for label, color in case.colors.items():
        result = classical.shift(result, tuple(color), mask=case.labels == label)
    return result


@functools.cache
def squeezenet() -> Any:
    return common.judges()["squeezenet"]


def content(original: np.ndarray, edited: np.ndarray, mask: np.ndarray) -> float:
    """The relative feature distance of SqueezeNet at the places that a mask (H, W) covers."""
    first, second = (squeezenet()(x[None].astype(np.float32) / 255) for x in (original, edited))
    ratios = []
    for name, before in first.items():
        size = before.shape[1:3]
        reduced = Image.fromarray(mask.astype(np.float32)).resize(size[::-1], Image.Resampling.BOX)
        weights = np.asarray(reduced)[..., None]
        change = (weights * np.square(second[name][0] - before[0])).sum()
        ratios.append(change / max(float((weights * np.square(before[0])).sum()), 1e-12))
    return float(np.mean(ratios))


def neutrals(original: np.ndarray, edited: np.ndarray, mask: np.ndarray) -> dict[str, float]:
    """Of the pixels inside alone: how far whites were tinted and blacks moved; NaN without any."""
    pair = original[mask][None], edited[mask][None]
    return {
        "white_tint_change": evaluation.white_tint_change(*pair),
        "black_point_error": evaluation.black_point_error(*pair),
    }


def measured(case: Case, edited: np.ndarray) -> dict[str, float]:
    """What is asked of an edit, but for its cost."""
    inside = np.isin(case.labels, list(case.colors))
    means = {k: edited[case.labels == k].mean(0) / 255 for k in case.colors}
    missed = [np.abs(means[k] - color).max() for k, color in case.colors.items()]
    return {
        "missed": float(np.max(missed)),
        "changed_outside": int((edited != case.image)[~inside].sum()),
        "squeezenet": content(case.image, edited, inside),
        **neutrals(case.image, edited, inside),
    }


def compared(count: int, most: int) -> dict[str, Any]:
    """Every case by the default fit and by the mean shift."""
    matcher, ours, theirs, names = FeatureMatcher(), [], [], []
    for case in cases(count, most):
        if not case.colors:
            continue
        if most == 1:
            ((label, color),) = case.colors.items()
            target: Any = MeanColor(tuple(color), mask=case.labels == label)
        else:
            target = Regions(case.labels, {k: tuple(c) for k, c in case.colors.items()})
        ours.append(measured(case, matcher.transfer(case.image, target)))
        theirs.append(measured(case, shifted(case)))
        names.append(case.name)
        print(case.name, ours[-1], theirs[-1], flush=True)
    return {**_summary(ours, theirs), "cases": names, "rows": ours, "mean_shift": theirs}


def _summary(ours: list[dict[str, float]], theirs: list[dict[str, float]]) -> dict[str, float]:
    """Worst cases, and ratios of means over the cases where both are defined."""
    found: dict[str, float] = {
        "missed_levels": 255 * max(row["missed"] for row in ours),
        "changed_outside": max(row["changed_outside"] for row in ours),
    }
    for key in ("squeezenet", "white_tint_change", "black_point_error"):
        pairs = np.array([(a[key], b[key]) for a, b in zip(ours, theirs, strict=True)])
        pairs = pairs[np.isfinite(pairs).all(1)]
        found[f"{key}_ratio"] = float(pairs[:, 0].mean() / pairs[:, 1].mean())
        found[f"{key}_cases"] = len(pairs)
    return found


def one(arguments: argparse.Namespace) -> dict[str, Any]:
    """One region of a photograph."""
    return compared(arguments.count, 1)


def several(arguments: argparse.Namespace) -> dict[str, Any]:
    """Up to four regions at once."""
    return compared(arguments.count, MOST)


def feather(arguments: argparse.Namespace) -> dict[str, Any]:
    """The gradient of the change at a soft border, relative to the feather's own.

    With a mask m and a whole edit e, a fit's edit applied to the picture without any mask, the
    change of a pixel x is to be m (e(x) - x). Its gradient has two parts: that of m, which is the
    feather's, and m times that of e(x) - x, which follows the steps that the original has.

    ``ratio`` looks where the original has no step: of neighbours at the ramp that differ by at most
    a level of 8 bits and of which the whole edit moves one by eight levels at least, the largest
    difference of their changes, relative to what the whole edit moves either times 1/8, the
    feather's slope. ``equal_ratio`` is the same of neighbours that are equal in the original, so
    that no step of its own can count. ``product_levels`` is how far any change is from
    m (e(x) - x).

    ``profile_ratio`` does without e: it sets the change, averaged along lines of equal mask,
    against the mask's slope times the mean change inside. It also counts that pixels at the border
    have other colours than those inside, and so another change.
    """
    matcher, rows = FeatureMatcher(), []
    for case in cases(arguments.count, 1):
        if not case.colors:
            continue
        ((label, color),) = case.colors.items()
        mask = ramp(case.labels == label)
        image = case.image.astype(np.float32) / 255
        result = matcher.fit(image, MeanColor(tuple(color), mask=mask))
        whole = result.transform.transforms[0].apply(image)
        away = result.image - image - mask[..., None] * (whole - image)
        figures = {
            "ratio": step(image, result.image, whole, mask, 1.5 / 255),
            "equal_ratio": step(image, result.image, whole, mask, 0.5 / 255),
            "product_levels": 255 * float(np.abs(away).max()),
            "profile_ratio": profile_step(image, result.image, mask),
        }
        rows.append({"case": case.name, **figures})
        print(rows[-1], flush=True)
    return {
        **{f"largest_{k}": float(np.nanmax([row[k] for row in rows])) for k in figures},
        "ratios_over_1.2": sum(row["ratio"] > 1.2 for row in rows),
        "profiles_over_1.2": sum(row["profile_ratio"] > 1.2 for row in rows),
        "rows": rows,
    }


def ramp(region: np.ndarray) -> np.ndarray:
    """A region as a mask that rises from 0 at its border to 1 in eight pixels."""
    return np.clip(ndimage.distance_transform_edt(region) / FEATHER, 0, 1)


def step(
    image: np.ndarray, edited: np.ndarray, whole: np.ndarray, mask: np.ndarray, most: float
) -> float:
    """The steepest change at a ramp where the original's steps are less than ``most``.

    See `feather`. NaN where there is no such place.
    """
    ramps = (mask > 0) & (mask < 1)
    moved = np.abs(whole - image).max(-1)
    found = [np.nan]
    for axis in (0, 1):
        low, high = (np.arange(mask.shape[axis])[cut] for cut in (slice(-1), slice(1, None)))
        near = [np.take(ramps, k, axis) for k in (low, high)]
        size = np.maximum(np.take(moved, low, axis), np.take(moved, high, axis))
        even = np.abs(np.diff(image, axis=axis)).max(-1) < most
        chosen = (near[0] | near[1]) & even & (size >= 8 / 255)
        steps = np.abs(np.diff(edited - image, axis=axis)).max(-1)
        found.extend(steps[chosen] / size[chosen] * FEATHER)
    return float(np.nanmax(found))


def profile_step(image: np.ndarray, edited: np.ndarray, mask: np.ndarray) -> float:
    """The steepest part of the mean change along the ramp, times 8 pixels, over that inside."""
    change = (edited - image).astype(np.float64)
    bins = np.rint(mask * FEATHER).astype(int)
    profile = np.stack([change[bins == k].mean(0) for k in range(FEATHER + 1) if (bins == k).any()])
    inside = np.abs(change[mask == 1].mean(0)).max() if (mask == 1).any() else np.nan
    return float(np.abs(np.diff(profile, axis=0)).max() * FEATHER / inside)


def cost(arguments: argparse.Namespace) -> dict[str, float]:
    """Seconds of a masked fit, in turns with a plain one, at 12 megapixels and at 0.15.

    Of the clock and of the processors; where others compute too, the latter says more.
    """
    figures: dict[str, float] = {}
    small = np.asarray(Image.open(sorted(BSDS.glob("*.jpg"))[0]).convert("RGB"))
    for name, image in (("small", small), ("12mp", np.asarray(images.load(BIG)))):
        height, width = image.shape[:2]
        y, x = np.mgrid[0:height, 0:width]
        away = np.hypot((y - height / 2) / height, (x - width / 2) / width)
        soft = (255 * np.clip((0.45 - away) / 0.05, 0, 1)).astype(np.uint8)
        matcher = FeatureMatcher()
        targets = {"plain": "#5b86b4", "masked": MeanColor("#5b86b4", mask=soft)}
        for target in targets.values():  # compiles
            matcher.transfer(image, target)
        taken: dict[str, list[tuple[float, float]]] = {key: [] for key in targets}
        for _ in range(arguments.repeats):
            for key, target in targets.items():
                began = time.perf_counter(), time.process_time()
                matcher.transfer(image, target)
                taken[key].append((time.perf_counter() - began[0], time.process_time() - began[1]))
        seconds = {key: np.median(values, axis=0) for key, values in taken.items()}
        for index, clock in enumerate(("wall", "cpu")):
            pair = {key: float(values[index]) for key, values in seconds.items()}
            figures |= {f"{key}_{name}_{clock}": value for key, value in pair.items()}
            figures[f"ratio_{name}_{clock}"] = pair["masked"] / pair["plain"]
    return figures


def memory(unused: argparse.Namespace) -> dict[str, float]:
    """Peak memory of a plain and of a masked fit of 48 megapixels, in processes of their own."""
    peaks = {name: common.alone(_peak, name == "masked") for name in ("plain", "masked")}
    return {
        **{f"{k}_mb": v / 1e6 for k, v in peaks.items()},
        "ratio": peaks["masked"] / peaks["plain"],
    }


def _peak(masked: bool) -> int:
    image = np.asarray(images.load(BIG))
    image = np.concatenate([np.concatenate([image, image], 1)] * 2, 0)
    mask = np.zeros(image.shape[:2], np.uint8)
    mask[1000:4000, 500:6000] = 255
    FeatureMatcher().transfer(image, MeanColor("#5b86b4", mask=mask) if masked else "#5b86b4")
    return common.peak()


if __name__ == "__main__":
    multiprocessing.set_start_method("spawn", force=True)
    common.main(
        "targets_masks",
        __doc__ or "",
        {
            "one": one,
            "several": several,
            "feather": feather,
            "cost": cost,
            "memory": memory,
        },
        {
            "--count": {"type": int, "default": 60, "help": "photographs (default: 60)"},
            "--repeats": {"type": int, "default": 3, "help": "of timings (default: 3)"},
        },
    )
