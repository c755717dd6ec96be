"""Realism of recoloured 64x64 photographs: KID to real ones, as a ratio to the mean shift's.

    python -m benchmarks.kid [--images 500]

Tiny ImageNet val: the first images take the mean colours of the next as many; the distance is to
1,500 further ones. Features: GoogLeNet's pool5 (mean of mixed5b) at 112x112.
"""

from __future__ import annotations

import argparse

import numpy as np
import tensorflow as tf

from colortransfer import evaluation
from colortransfer.datasets import load_container
from colortransfer.feature_extractors import InceptionV1

from . import common, quality


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--images", type=int, default=500)
    parser.add_argument("--real", type=int, default=1500)
    arguments = parser.parse_args()
    count = arguments.images
    images, _ = load_container(common.SHARED / "data" / "tiny_imagenet" / "val")
    images = images[np.random.default_rng(0).permutation(len(images))].astype(np.float32) / 255
    sources, givers = images[:count], images[count : 2 * count]
    real = images[2 * count : 2 * count + arguments.real]
    targets = givers.mean((1, 2), dtype=np.float64)
    network = InceptionV1(common.WEIGHTS / "googlenet_bvlc.npz", layers=("mixed5b",))
    look = tf.function(
        lambda x: tf.reduce_mean(network(tf.image.resize(x, [112, 112]))["mixed5b"], [1, 2])
    )

    def features(pictures: np.ndarray) -> np.ndarray:
        parts = [pictures[i : i + 100] for i in range(0, len(pictures), 100)]
        return np.concatenate([look(tf.constant(p, tf.float32)).numpy() for p in parts])

    compared = ("mean_shift", "midtone", "default")
    methods = {name: quality.COMPARED[name]() for name in compared}
    reference = features(real)
    edits = {"identity": sources}
    for name, method in methods.items():
        pairs = zip(sources, targets, strict=True)
        edits[name] = np.stack([common.edited(method, x, t) for x, t in pairs])
    figures = {}
    for name, edited in edits.items():
        estimate = evaluation.kernel_inception_distance(features(edited), reference)
        figures[name] = {"kid": estimate.value, "error": estimate.error}
        print(name, figures[name], flush=True)
    for name in figures:
        figures[name]["ratio"] = figures[name]["kid"] / figures["mean_shift"]["kid"]
    common.record("kid", figures)


if __name__ == "__main__":
    main()
