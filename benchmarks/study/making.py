"""The pictures of a study, and the key that says what they show."""

from __future__ import annotations

import argparse
import io
import itertools
import json
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from colortransfer.colors import to_hex
from colortransfer.evaluation import contact_sheet
from colortransfer.study import SIDES, Comparison, plan

from .. import candidates, common

SAMPLE = "imagenet_sample "  # and numbers, with commas
BSDS = 8  # photographs of bsds, evenly spaced in sorted order


def photographs() -> list[tuple[Path, bool]]:
    """The 40 photographs in order, and whether each was held out of all choices."""
    own = common.photographs()
    others = sorted((common.SHARED / "data" / "bsds").glob("*.jpg"))
    chosen = others[:: max(1, len(others) // BSDS)][:BSDS]
    return [(p, i % 2 == 1) for i, p in enumerate(own)] + [(path, True) for path in chosen]


def pairs(which: str, size: int) -> list[tuple[common.Pair, bool]]:
    """Photographs, one seeded target each, and whether they were held out.

    ``which``: all, tuned, held_out, names of photographs, or "imagenet_sample 5,26".
    """
    if which.startswith(SAMPLE):
        numbers = which.removeprefix(SAMPLE).split(",")
        return [(_pair(f"{SAMPLE}{n}", sampled(int(n)), int(n), size), True) for n in numbers]
    found = []
    for index, (path, held) in enumerate(photographs()):
        wanted = {"all": True, "tuned": not held, "held_out": held}
        if wanted.get(which, path.stem in which.split(",")):
            found.append((_pair(path.stem, Image.open(path).convert("RGB"), index, size), held))
    if not found:
        raise ValueError(f"no photographs {which!r}: all, tuned, held_out, {SAMPLE}N, or names")
    return found


def _pair(name: str, picture: Image.Image, index: int, size: int) -> common.Pair:
    mean = np.asarray(picture, np.float64).mean((0, 1)) / 255
    picture.thumbnail((size, size), Image.Resampling.BOX)
    return common.Pair(name, np.asarray(picture), common.seeded_targets(index, mean, 1)[0])


def sampled(number: int) -> Image.Image:
    """A photograph of ../shared/data/imagenet_sample."""
    folder = common.SHARED / "data" / "imagenet_sample"
    with np.load(folder / "images.npz") as index:
        start, stop = index["offsets"][number : number + 2]
    with (folder / "images.bin").open("rb") as file:
        file.seek(start)
        return Image.open(io.BytesIO(file.read(stop - start))).convert("RGB")


def items_of(
    photos: list[tuple[str, bool]],
    comparisons: list[tuple[str, str]],
    repeats: int,
    seed: int,
) -> list[dict[str, Any]]:
    """What each picture shows, in the order of showing: the items of the key."""
    held_out = dict(photos)
    shown = [Comparison(name, *pair) for pair in comparisons for name in held_out]
    items = []
    for n, trial in enumerate(plan(shown, repeats=repeats, seed=seed), 1):
        turned = (trial.right, trial.left) in comparisons
        item = {
            "n": n,
            "photograph": trial.photograph,
            "held_out": held_out[trial.photograph],
            "candidate": trial.right if turned else trial.left,
            "baseline": trial.left if turned else trial.right,
            "candidate_side": SIDES[turned],
            "repeat": trial.repeat,
        }
        items.append(item)
    return items


def subject(item: dict[str, Any]) -> tuple[str, ...]:
    """What a picture and its repeat have in common."""
    return item["photograph"], item["candidate"], item["baseline"]


def make(options: argparse.Namespace) -> int:
    """Write pictures and key; returns how many pictures there are."""
    out, keys = options.out.resolve(), options.keys.resolve()
    if out in keys.parents:
        raise ValueError("the key would lie beside the pictures; put it elsewhere")
    if keys.exists() or (out.exists() and any(out.iterdir())):
        raise ValueError("the key or pictures exist already; choose other places")
    names = options.candidates.split(","), options.baselines.split(",")
    pairs_ = {frozenset(pair): pair for pair in itertools.product(*names) if pair[0] != pair[1]}
    comparisons = list(pairs_.values())
    if not comparisons:
        raise ValueError("there is nothing to compare: candidates and baselines are the same")
    chosen = pairs(options.pairs, options.size)
    photos = [(pair.name, held) for pair, held in chosen]
    items = items_of(photos, comparisons, options.repeats, options.seed)
    edits = {}
    for name in dict.fromkeys(itertools.chain(*comparisons)):
        method = candidates.build(name)
        for pair, _ in chosen:
            edits[pair.name, name] = common.edited(method, pair.image, pair.color)
    out.mkdir(parents=True, exist_ok=True)
    by_name = {pair.name: pair for pair, _ in chosen}
    for item in items:
        pair = by_name[item["photograph"]]
        item["target"] = to_hex(pair.color)
        both = [edits[pair.name, item[role]] for role in ("candidate", "baseline")]
        shown = both if item["candidate_side"] == "left" else both[::-1]
        titles = ["original", *SIDES]
        sheet = contact_sheet([pair.image, *shown], titles, columns=3, width=options.size)
        Image.fromarray(sheet).save(out / f"{item['n']:0{len(str(len(items)))}d}.png")
    keys.parent.mkdir(parents=True, exist_ok=True)
    settings = {"seed": options.seed, "size": options.size, "pairs": options.pairs}
    text = json.dumps({"settings": settings, "items": items}, indent=1)
    keys.write_text(text + "\n", encoding="utf-8")
    return len(items)
