"""What random mean colours do for a small classifier that meets colour casts it has not seen.

    python -m benchmarks.augmentation [--parts time,casts] [--epochs 12] [--seeds 3]

A network of four convolutions learns CIFAR-10 (../shared/data/cifar10, 20,000 pictures) without
colour augmentation, with Keras' RandomHue and RandomColorJitter, and with RandomMeanColor. Its
accuracy is measured on 2,000 pictures as they are, under casts (gains of linear light of each
picture, as other lamps have them, which no augmentation uses), and in grey.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable
from typing import Any

import keras
import numpy as np
import tensorflow as tf

from colortransfer.augmentation import RandomMeanColor
from colortransfer.colors import LUMA, linear_to_srgb, srgb_to_linear
from colortransfer.datasets import load_container

from . import common

DATA = common.SHARED / "data" / "cifar10"
BATCH = 128
FACTOR = 0.5  # of the colour augmentations, each in its own unit

# From a seed to layers that change the colours of a batch of values 0 to 255.
AUGMENTATIONS: dict[str, Callable[[int], list[Any]]] = {
    "none": lambda seed: [],
    "random_hue": lambda seed: [keras.layers.RandomHue(FACTOR, seed=seed)],
    "color_jitter": lambda seed: [
        keras.layers.RandomColorJitter(
            brightness_factor=0.3,
            contrast_factor=0.3,
            saturation_factor=(0.2, 0.8),
            hue_factor=0.3,
            seed=seed,
        )
    ],
    "mean_shift": lambda seed: [RandomMeanColor(FACTOR, seed=seed)],
    "mean_midtone": lambda seed: [RandomMeanColor(FACTOR, method="midtone", seed=seed)],
    "mean_gan": lambda seed: [RandomMeanColor(FACTOR, method="gan", seed=seed)],
}


def casts(arguments: argparse.Namespace) -> dict[str, Any]:
    """Accuracies by augmentation: of each seed, and their mean."""
    images, labels = load_container(DATA / "train.npz")
    tests, answers = load_container(DATA / "test.npz")
    order = np.random.default_rng(0).permutation(len(images))[: arguments.images]  # sorted by class
    images, labels = images[order], labels[order]
    sets = {"as_they_are": tests.astype(np.float32), "casts": cast(tests), "grey": grey(tests)}
    figures: dict[str, Any] = {"epochs": arguments.epochs, "images": len(images), "factor": FACTOR}
    for name, layers in AUGMENTATIONS.items():
        runs = []
        for seed in range(arguments.seeds):
            model = trained(images, labels, layers(seed), seed, arguments.epochs)
            runs.append({key: accuracy(model, x, answers) for key, x in sets.items()})
            print(name, seed, runs[-1], flush=True)
        means = {key: float(np.mean([run[key] for run in runs])) for key in sets}
        figures[name] = {**means, "runs": runs}
    return figures


def cast(images: np.ndarray) -> np.ndarray:
    """Each picture under a lamp of its own: gains of linear light, 1/2 to 2 relative to green."""
    rng = np.random.default_rng(1)
    gains = 2.0 ** rng.uniform(-1, 1, (len(images), 1, 1, 3))
    gains /= gains.mean(-1, keepdims=True)
    light = srgb_to_linear(images / 255.0) * gains
    return (255 * linear_to_srgb(light.clip(0, 1))).astype(np.float32)


def grey(images: np.ndarray) -> np.ndarray:
    return np.repeat((images @ LUMA)[..., None], 3, -1).astype(np.float32)


def trained(
    images: np.ndarray, labels: np.ndarray, layers: list[Any], seed: int, epochs: int
) -> keras.Model:
    keras.utils.set_random_seed(seed)
    model = classifier()
    model.compile(
        keras.optimizers.Adam(
            keras.optimizers.schedules.CosineDecay(2e-3, epochs * len(images) // BATCH)
        ),
        keras.losses.SparseCategoricalCrossentropy(from_logits=True),
    )
    flip = keras.layers.RandomFlip("horizontal", seed=seed)

    def change(x: tf.Tensor, y: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
        x = flip(tf.cast(x, tf.float32), training=True)
        for layer in layers:
            x = layer(x, training=True)
        return x, y

    data = tf.data.Dataset.from_tensor_slices((images, labels)).shuffle(len(images), seed=seed)
    model.fit(data.batch(BATCH).map(change).prefetch(2), epochs=epochs, verbose=0)
    return model


def classifier() -> keras.Model:
    x = inputs = keras.Input((32, 32, 3))
    x = keras.layers.Rescaling(1 / 127.5, -1.0)(x)
    for width in (32, 64, 128):
        x = keras.layers.Conv2D(width, 3, padding="same", use_bias=False)(x)
        x = keras.layers.BatchNormalization()(x)
        x = keras.layers.MaxPooling2D()(keras.layers.ReLU()(x))
    x = keras.layers.Conv2D(128, 3, padding="same", activation="relu")(x)
    x = keras.layers.GlobalAveragePooling2D()(x)
    return keras.Model(inputs, keras.layers.Dense(10)(keras.layers.Dropout(0.2)(x)))


def accuracy(model: keras.Model, images: np.ndarray, labels: np.ndarray) -> float:
    found = model.predict(images, batch_size=500, verbose=0).argmax(-1)
    return float((found == labels).mean())


def timing(unused: argparse.Namespace) -> dict[str, Any]:
    """Milliseconds a batch beside RandomHue, in turns, as graphs; and how far means are off."""
    figures: dict[str, Any] = {}
    images, _ = load_container(DATA / "test.npz")
    batches = {
        "256 of 32 x 32": images[:256].astype(np.float32),
        "32 of 128 x 128": np.tile(images[:32], (1, 4, 4, 1)).astype(np.float32),
    }
    for size, batch in batches.items():
        given = tf.constant(batch)
        for method in ("shift", "midtone", "gan"):
            ours = RandomMeanColor(1.0, method=method, seed=1)  # type: ignore[arg-type]
            times = in_turns(given, ours, keras.layers.RandomHue(1.0, seed=1))
            drawn = ours.get_random_transformation(given, seed=[1, 2])
            means = tf.reduce_mean(ours.transform_images(given, drawn), [1, 2]) / 255
            figures[f"{method}, {size}"] = {
                "milliseconds": 1e3 * times[0],
                "random_hue": 1e3 * times[1],
                "ratio": times[0] / times[1],
                "mean_off_in_levels": float(255 * np.abs(means - drawn["colors"]).max()),
            }
    return figures


def in_turns(batch: tf.Tensor, *layers: Any, repeats: int = 20) -> list[float]:
    """Median seconds of each layer's graph."""
    graphs = [tf.function(layer.__call__) for layer in layers]
    seconds: list[list[float]] = [[] for _ in graphs]
    for _ in range(repeats):
        for graph, spent in zip(graphs, seconds, strict=True):
            began = time.perf_counter()
            graph(batch)
            spent.append(time.perf_counter() - began)
    return [float(np.median(spent[2:])) for spent in seconds]


PARTS = {"time": timing, "casts": casts}
OPTIONS = {
    "--epochs": {"type": int, "default": 12},
    "--seeds": {"type": int, "default": 3},
    "--images": {"type": int, "default": 20_000},
}

if __name__ == "__main__":
    common.main("augmentation", __doc__, PARTS, OPTIONS)
