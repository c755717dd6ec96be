"""The bundled networks beside the reference networks: the figures of the model card.

    python -m benchmarks.extractors [--parts fit,sensitivity,cost,probe] [--count 3]
                                    [--networks both googlenet ...]

- fit: the same fit through each network (content, change and grid), at the smoothness best
  for it on the 16 tuned photographs; judged by SqueezeNet on all of them.
- sensitivity: relative distance under a blur of sigma 1.5 over that under a random cast of 0.1.
- cost: forward pass and input gradient at 384x256, as a ratio to Inception-v1 up to mixed3b.
- probe: ridge classifier on averages of the last layer, Tiny ImageNet, as a ratio to GoogLeNet's.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import numpy as np
import tensorflow as tf
from scipy import ndimage

from colortransfer import FeatureMatcher, evaluation
from colortransfer.datasets import load_container
from colortransfer.feature_extractors import (
    FeatureExtractor,
    InceptionV1,
    InceptionV3,
    PlainNet,
)
from colortransfer.losses import ChangeLoss, FeatureMatchingLoss
from colortransfer.parametrizations import BilateralGrid

from . import common
from .quality import EVERY_INCEPTION, GOOGLENET, bundled

SMOOTHNESS = (10.0, 30.0, 100.0)


NETWORKS: dict[str, Callable[[], FeatureExtractor]] = {
    "plain": PlainNet,
    "inception_v1": InceptionV1,
    "both": bundled,
    "googlenet": lambda: InceptionV1(GOOGLENET),
    "inception_v3": lambda: InceptionV3(
        common.WEIGHTS / "inception_v3_2015_to_mixed3.npz", borders="same"
    ),
}


def matcher(network: FeatureExtractor, smoothness: float) -> FeatureMatcher:
    loss = FeatureMatchingLoss(network, octaves=1, normalisation="shift") + ChangeLoss()
    grid = BilateralGrid(smoothness=smoothness, depth_smoothness=smoothness)
    return FeatureMatcher(losses=loss, parametrization=grid)


def judged(
    pairs: list[common.Pair], fit: FeatureMatcher, judges: dict[str, Any]
) -> dict[str, float]:
    """The judges' distances after the fit, as shares of the mean shift's."""
    edits = [fit.transfer(pair.image, tuple(pair.color)) for pair in pairs]
    figures = {}
    for name, judge in judges.items():
        distance = evaluation.relative_feature_distance
        both = [
            (
                distance(pair.image, edited, judge),
                distance(pair.image, common.mean_shift(pair.image, pair.color), judge),
            )
            for pair, edited in zip(pairs, edits, strict=True)
        ]
        ours, shifted = np.array(both).T
        figures[name] = float(ours.mean() / shifted.mean())
        figures[f"{name}_below"] = float((ours < shifted).mean())
    return figures


def fits(count: int, names: list[str]) -> dict[str, Any]:
    judges = common.judges()
    tuned = list(common.pairs("tuned", 384, 1))
    everything = list(common.pairs("all", 384, count))
    figures: dict[str, Any] = {}
    for name in names:
        network = NETWORKS[name]()
        trials = {s: judged(tuned, matcher(network, s), judges) for s in SMOOTHNESS}
        best = min(trials, key=lambda s: trials[s]["squeezenet"])
        result = judged(everything, matcher(network, best), judges)
        figures[name] = {"tuned": trials, "best_smoothness": best, **result}
        print(name, best, result, flush=True)
    return figures


def sensitivity() -> dict[str, Any]:
    networks = {
        "plain": PlainNet(),
        "inception_v1": InceptionV1(layers=EVERY_INCEPTION),
        "googlenet": InceptionV1(GOOGLENET, layers=EVERY_INCEPTION),
    }
    sums: dict[str, dict[str, list[float]]] = {name: {} for name in networks}
    for index, pair in enumerate(common.pairs("all", 384, 1)):
        direction = np.random.default_rng(index).normal(size=3)
        cast = pair.image + (0.1 * direction / np.linalg.norm(direction)).astype(np.float32)
        blurred = ndimage.gaussian_filter(pair.image, (1.5, 1.5, 0))
        for name, network in networks.items():
            before, casted, soft = (
                network(tf.constant(x[None])) for x in (pair.image, cast, blurred)
            )
            for layer, values in before.items():
                blur = float(tf.reduce_sum((soft[layer] - values) ** 2))
                shift = float(tf.reduce_sum((casted[layer] - values) ** 2))
                sums[name].setdefault(layer, []).append(np.log(blur / shift))
    figures = {
        name: {layer: float(np.exp(np.mean(v))) for layer, v in layers.items()}
        for name, layers in sums.items()
    }
    print(figures, flush=True)
    return figures


def cost() -> dict[str, float]:
    image = tf.constant(np.random.default_rng(0).random((1, 256, 384, 3)), tf.float32)
    networks = {
        "inception_v1": InceptionV1(GOOGLENET),
        "plain": PlainNet(),
        "both": bundled(),
        "plain_bfloat16": PlainNet(precision="bfloat16"),
        "both_bfloat16": bundled(precision="bfloat16"),
    }
    steps = {}
    for name, network in networks.items():

        @tf.function
        def step(x: tf.Tensor, network: FeatureExtractor = network) -> tf.Tensor:
            with tf.GradientTape() as tape:
                tape.watch(x)
                loss = tf.add_n([tf.reduce_mean(v**2) for v in network(x).values()])
            return tape.gradient(loss, x)

        step(image)
        steps[name] = step
    seconds: dict[str, list[float]] = {name: [] for name in steps}
    for _ in range(15):
        for name, step in steps.items():
            began = time.perf_counter()
            step(image).numpy()
            seconds[name].append(time.perf_counter() - began)
    medians = {name: float(np.median(values)) for name, values in seconds.items()}
    figures = {f"{name}_ratio": medians[name] / medians["inception_v1"] for name in steps} | medians
    print(figures, flush=True)
    return figures


def probe(count: int = 10_000) -> dict[str, float]:
    folder = common.SHARED / "data" / "tiny_imagenet"
    images, labels = load_container(folder / "train")
    chosen = np.random.default_rng(0).permutation(len(images))[:count]
    images, labels = images[chosen], labels[chosen]
    held, truth = load_container(folder / "val")
    figures = {}
    networks = {
        "plain": (PlainNet(), "conv4_2"),
        "inception_v1": (InceptionV1(), "mixed3b"),
        "googlenet": (InceptionV1(GOOGLENET), "mixed3b"),
    }
    pooled = {
        name: [_pooled(network, layer, x) for x in (images, held)]
        for name, (network, layer) in networks.items()
    }
    pairs = zip(pooled["plain"], pooled["inception_v1"], strict=True)
    pooled["both"] = [np.concatenate(pair, 1) for pair in pairs]
    for name, (train, test) in pooled.items():
        figures[name] = _ridge_accuracy(train, labels, test, truth)
    for name in ("plain", "inception_v1", "both"):
        figures[f"{name}_ratio"] = figures[name] / figures["googlenet"]
    print(figures, flush=True)
    return figures


def _pooled(network: FeatureExtractor, layer: str, images: np.ndarray) -> np.ndarray:
    look = tf.function(lambda x: tf.reduce_mean(network(x)[layer], [1, 2]))
    batches = [images[i : i + 250] for i in range(0, len(images), 250)]
    return np.concatenate([look(tf.constant(b / np.float32(255))).numpy() for b in batches])


def _ridge_accuracy(
    train: np.ndarray, labels: np.ndarray, test: np.ndarray, truth: np.ndarray
) -> float:
    """Best accuracy over ridge strengths of a one-against-all least-squares classifier."""
    mean, deviation = train.mean(0), train.std(0) + 1e-6
    a, b = (np.c_[(x - mean) / deviation, np.ones(len(x))] for x in (train, test))
    gram, answers = a.T @ a, a.T @ np.eye(labels.max() + 1)[labels]
    accuracies = []
    for strength in (10.0, 100.0, 1000.0):
        weights = np.linalg.solve(gram + strength * np.eye(len(gram)), answers)
        accuracies.append(float(((b @ weights).argmax(1) == truth).mean()))
    return max(accuracies)


PARTS: dict[str, common.Part] = {
    "cost": lambda _: cost(),
    "sensitivity": lambda _: sensitivity(),
    "probe": lambda _: probe(),
    "fit": lambda arguments: fits(arguments.count, arguments.networks),
}
OPTIONS: dict[str, dict[str, Any]] = {
    "--count": {"type": int, "default": 3, "help": "targets for each photograph"},
    "--networks": {"nargs": "*", "default": list(NETWORKS), "choices": list(NETWORKS)},
}

if __name__ == "__main__":
    common.main("extractors", __doc__, PARTS, OPTIONS)
