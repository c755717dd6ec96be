"""``FeatureMatcher.paper()`` with Inception-v3's mixed3: loss reached, cost of a step, tiles.

    python -m benchmarks.paper [--parts step,loss,megapixel,large] [--photographs 2]

- step: seconds of one step over those of the bare four-octave forward pass and input gradient.
- loss: the four-octave mixed3 loss after the fit over the exact mean shift's, at 768x512.
- megapixel: a megapixel from coarse to fine: seconds and the same ratio of losses.
- large: 3840x2160 from coarse to fine in tiles: peak memory and seconds of a step.

Each part runs in a process of its own.
"""

from __future__ import annotations

import argparse
import time
from typing import Any

import numpy as np
import tensorflow as tf
from PIL import Image

from colortransfer import FeatureMatcher, colors, evaluation
from colortransfer.feature_extractors import InceptionV3
from colortransfer.losses import FeatureMatchingLoss
from colortransfer.optimizers import Adam
from colortransfer.pyramid import pyramid

from . import common

PHOTOGRAPH = common.SHARED / "data" / "big" / "sunset_by_Aitzol_Berasategi.jpg"
COLOR = "#5b86b4"


def inception() -> InceptionV3:
    with np.load(common.WEIGHTS / "inception_v3_2015_to_mixed3.npz") as archive:
        # As tensors a graph refers to them; of arrays it keeps several copies, half a gigabyte.
        return InceptionV3({name: tf.constant(archive[name]) for name in archive.files})


def fitted(pair: common.Pair, network: InceptionV3, **options: Any) -> dict[str, Any]:
    """What ``paper(network, **options)`` reaches, and in which time."""
    loss = FeatureMatchingLoss(network)
    result = FeatureMatcher.paper(network, **options).fit(pair.image, tuple(pair.color))
    shift = common.mean_shift(pair.image, pair.color)
    color = pair.color.astype(np.float32)
    ratio = float(loss(result.image, pair.image, color)) / float(loss(shift, pair.image, color))
    return {
        "loss_ratio": ratio,
        "color_error": result.color_error,
        "seconds": result.seconds,
        "steps": len(result.history["loss"]),
        "chroma_noise": evaluation.chroma_noise(pair.image, result.image),
        "chroma_noise_shift": evaluation.chroma_noise(pair.image, shift),
    }


def half_megapixel(count: int) -> list[common.Pair]:
    """Up to ``count`` of the photographs of 768x512."""
    found = [p for p in common.pairs("all", None, 1) if p.image.shape == (512, 768, 3)]
    return found[:: max(1, len(found) // count)][:count]


def step(_: argparse.Namespace) -> dict[str, float]:
    """One step of ``paper()`` beside the bare network, in turns."""
    network, image = inception(), half_megapixel(1)[0].image

    @tf.function
    def bare(x: tf.Tensor) -> tf.Tensor:
        with tf.GradientTape() as tape:
            tape.watch(x)
            levels = pyramid(x[tf.newaxis], 4)
            loss = tf.add_n([tf.reduce_mean(network(level)["mixed3"] ** 2) for level in levels])
        return tape.gradient(loss, x)

    x = tf.constant(image)
    bare(x)
    naked = []
    ticks: list[float] = []

    def between(_: Any) -> None:
        ticks.append(time.perf_counter())
        began = time.perf_counter()
        bare(x).numpy()
        naked.append(time.perf_counter() - began)
        ticks.append(time.perf_counter())

    FeatureMatcher.paper(network).fit(image, (0.4, 0.4, 0.5), callbacks=[between])
    whole = np.median(np.diff(ticks)[1::2])
    return {
        "step": float(whole),
        "bare": float(np.median(naked)),
        "ratio": float(whole / np.median(naked)),
    }


def loss(arguments: argparse.Namespace) -> dict[str, Any]:
    """The loss that ``paper()`` reaches at 768x512."""
    network = inception()
    return {pair.name: fitted(pair, network) for pair in half_megapixel(arguments.photographs)}


def reduced(width: int, height: int) -> np.ndarray:
    picture = Image.open(PHOTOGRAPH).convert("RGB")
    return np.asarray(picture.resize((width, height), Image.Resampling.BOX))


def megapixel(_: argparse.Namespace) -> dict[str, Any]:
    """A megapixel from coarse to fine: seconds and loss."""
    image = reduced(1224, 816).astype(np.float32) / 255
    pair = common.Pair(PHOTOGRAPH.stem, image, colors.parse_color(COLOR))
    return fitted(pair, inception(), levels=3, optimizer=Adam(steps=40, learning_rate=0.003))


def large(_: argparse.Namespace) -> dict[str, Any]:
    """3840x2160 in tiles: peak memory of a process that does two steps at each level.

    The second has the optimizer's state; a third needs no more than the second.
    """
    adam = Adam(steps=2, learning_rate=0.003)
    matcher = FeatureMatcher.paper(inception(), optimizer=adam, levels=3, tile=256)
    ticks: list[float] = []
    result = matcher.fit(
        reduced(3840, 2160), COLOR, callbacks=[lambda _: ticks.append(time.perf_counter())]
    )
    return {
        "peak_mb": common.peak() / 1e6,
        "seconds_of_a_step": ticks[-1] - ticks[-2],
        "color_error": result.color_error,
    }


PARTS = {"step": step, "loss": loss, "megapixel": megapixel, "large": large}
OPTIONS = {"--photographs": {"type": int, "default": 2, "help": "of the loss part"}}

if __name__ == "__main__":
    common.main("paper", __doc__, PARTS, OPTIONS, processes=True)
