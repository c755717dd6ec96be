"""Realism of recoloured 64x64 photographs: KID to real ones, as a share of the mean shift's.

    python -m benchmarks.kid default v01 gan [--pairs 1000] [--networks FILE.py] [--again v01]

Tiny ImageNet val, shuffled: the first images take the mean colours of the next as many; the
distance is to all the others, 3,000 for 1,000 pairs. Each network sees them at 112x112; its
features are averaged over the picture and brought to unit length. For methods see `candidates.py`.

Networks: GoogLeNet's pool5 and SqueezeNet's fire9 of ../shared. Others, which took part in nothing,
come from a Python file named by ``--networks`` or COLORTRANSFER_JUDGES: its function ``networks()``
returns a dict from names to functions from float32 tensors (N, 112, 112, 3), sRGB in [0, 1], to
features (N, D).

Edits are kept in benchmarks/results/kid, a file for each method, number of pairs and hundred
pictures, so that a run that was stopped goes on; ``--again`` makes those of a method anew, which
has to be said whenever it was changed. Runs at low priority.
"""

from __future__ import annotations

import argparse
import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import tensorflow as tf

from colortransfer import evaluation
from colortransfer.datasets import load_container

from . import candidates, common

SIZE = 112
BATCH = 100
GROUPS = 20  # of the jackknife of a share
BASELINE = "mean_shift"

Network = Callable[[tf.Tensor], tf.Tensor]


class Data(NamedTuple):
    """Images uint8 (N, 64, 64, 3), a target (N, 3) for each, and real images to compare with."""

    sources: np.ndarray
    targets: np.ndarray
    real: np.ndarray


def data(pairs: int) -> Data:
    """So many pairs of image and target, and all images that take no part in them."""
    images, _ = load_container(common.SHARED / "data" / "tiny_imagenet" / "val")
    if 2 * pairs + 3 > len(images):
        raise ValueError(f"there are {len(images)} images, two for each pair and some to compare")
    images = images[np.random.default_rng(0).permutation(len(images))]
    givers = images[pairs : 2 * pairs]
    return Data(images[:pairs], givers.mean((1, 2), dtype=np.float64) / 255, images[2 * pairs :])


def networks(others: str | None) -> dict[str, Network]:
    """The judges; ``others`` is the file of those that are not in ../shared."""
    reference = common.reference_networks()
    googlenet = reference.googlenet(str(common.WEIGHTS / "googlenet_bvlc.npz"))
    squeezenet = reference.squeezenet(str(common.WEIGHTS / "squeezenet.npz"))
    found: dict[str, Network] = {
        "googlenet": lambda x: googlenet(x, ["pool5"])["pool5"],
        "squeezenet": lambda x: squeezenet(x, ["fire9/concat"])["fire9/concat"],
    }
    return found | (common.module_at(others).networks() if others else {})


def features(images: np.ndarray, network: Network) -> np.ndarray:
    """Rows (N, D) of uint8 images: feature maps (n, h, w, D) are averaged over the picture."""

    @tf.function
    def look(batch: tf.Tensor) -> tf.Tensor:
        seen = network(tf.image.resize(tf.cast(batch, tf.float32) / 255, [SIZE, SIZE]))
        return tf.reduce_mean(seen, [1, 2]) if seen.shape.rank == 4 else seen

    parts = [look(images[i : i + BATCH]).numpy() for i in range(0, len(images), BATCH)]
    return np.concatenate(parts)


def edits(name: str, given: Data, folder: Path, *, again: bool = False) -> np.ndarray:
    """The method's results, uint8 as they would be saved: from ``folder`` where they are there."""
    place = folder / f"{name.replace(':', '.')}_{len(given.sources)}"
    if again:
        shutil.rmtree(place, ignore_errors=True)
    place.mkdir(parents=True, exist_ok=True)
    method, parts = None, []
    for start in range(0, len(given.sources), BATCH):
        path = place / f"{start:05d}.npy"
        if not path.exists():
            method = method or candidates.build(name)
            chosen = slice(start, start + BATCH)
            pairs = zip(given.sources[chosen], given.targets[chosen], strict=True)
            made = np.stack([common.edited(method, x, t) for x, t in pairs])
            unfinished = path.with_name("unfinished.npy")
            np.save(unfinished, made)
            unfinished.replace(path)
        parts.append(np.load(path))
    return np.concatenate(parts)


def kid(rows: np.ndarray, real: np.ndarray) -> evaluation.Estimate:
    return evaluation.kernel_inception_distance(rows, real, unit=True)


def share(rows: np.ndarray, shifted: np.ndarray, real: np.ndarray) -> evaluation.Estimate:
    """KID as a share of the mean shift's, with its jackknife error.

    Rows of one number belong to one photograph, and both figures have the same real images: left
    out together, a group at a time, what they have in common leaves the share. Its error is so
    smaller than those of the two figures would have it.
    """

    x, x0, y = (_unit(part) for part in (rows, shifted, real))
    within_real, counts = _sums(y, y), (_sizes(len(x)), _sizes(len(y)))
    ours, theirs = ([_sums(part, part), _sums(part, y), within_real, *counts] for part in (x, x0))

    def ratio(pairs: np.ndarray, others: np.ndarray) -> float:
        return _kid_of(*ours, pairs, others) / _kid_of(*theirs, pairs, others)

    every = np.ones(GROUPS, bool)
    left_out = ~np.eye(GROUPS, dtype=bool)
    variance = np.var([ratio(kept, every) for kept in left_out])
    variance += np.var([ratio(every, kept) for kept in left_out])
    return evaluation.Estimate(ratio(every, every), float(np.sqrt((GROUPS - 1) * variance)))


def _unit(rows: np.ndarray) -> np.ndarray:
    rows = rows.astype(np.float64)
    return rows / np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-12)


def _sizes(count: int) -> np.ndarray:
    return np.array([len(range(group, count, GROUPS)) for group in range(GROUPS)])


def _sums(x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """Sums of the kernel (GROUPS, GROUPS) between groups of rows; no row with itself."""
    parts = [
        [((x[g::GROUPS] @ y[h::GROUPS].T + 1) ** 3).sum() for h in range(GROUPS)]
        for g in range(GROUPS)
    ]
    sums = np.array(parts)
    if x is y:
        itself = ((x * x).sum(1) + 1) ** 3
        sums -= np.diag([itself[g::GROUPS].sum() for g in range(GROUPS)])
    return sums


def _kid_of(
    xx: np.ndarray,
    xy: np.ndarray,
    yy: np.ndarray,
    sizes: np.ndarray,
    real_sizes: np.ndarray,
    kept: np.ndarray,
    real_kept: np.ndarray,
) -> float:
    """KID of those groups of the edits and of the real images that are kept, from their sums."""
    n, m = sizes[kept].sum(), real_sizes[real_kept].sum()
    within = xx[np.ix_(kept, kept)].sum() / (n * (n - 1))
    within_real = yy[np.ix_(real_kept, real_kept)].sum() / (m * (m - 1))
    return float(within + within_real - 2 * xy[np.ix_(kept, real_kept)].sum() / (n * m))


def compare(
    pictures: dict[str, np.ndarray], real: np.ndarray, judges: dict[str, Network]
) -> dict[str, dict[str, Any]]:
    """KID, its error, and the share of the baseline's with its error: by method, by network."""
    figures: dict[str, dict[str, Any]] = {name: {} for name in pictures}
    for judge, network in judges.items():
        reference = features(real, network)
        shifted = features(pictures[BASELINE], network)
        for name, images in pictures.items():
            rows = shifted if name == BASELINE else features(images, network)
            value, error = kid(rows, reference)
            figures[name][judge] = {"kid": value, "error": error}
            if name != BASELINE:
                ratio, uncertain = share(rows, shifted, reference)
                figures[name][judge] |= {"share": ratio, "share_error": uncertain}
            print(name, judge, figures[name][judge], flush=True)
    return figures


def main(words: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("methods", nargs="*", default=["midtone", "v01", "default", "gan"])
    parser.add_argument("--pairs", type=int, default=1000)
    others = os.environ.get(common.JUDGES_VARIABLE)
    parser.add_argument("--networks", default=others, metavar="FILE.py")
    parser.add_argument("--again", default="", help="methods whose edits are made anew")
    arguments = parser.parse_args(words)
    os.nice(10)
    given = data(arguments.pairs)
    folder, again = common.RESULTS / "kid", arguments.again.split(",")
    names = dict.fromkeys([BASELINE, *arguments.methods])
    pictures = {name: edits(name, given, folder, again=name in again) for name in names}
    pictures["identity"] = given.sources
    figures = compare(pictures, given.real, networks(arguments.networks))
    counts = {"pairs": len(given.sources), "real": len(given.real)}
    common.record("kid", {"settings": counts, "methods": figures})


if __name__ == "__main__":
    main()
