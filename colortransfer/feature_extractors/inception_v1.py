"""Inception-v1 (GoogLeNet, Szegedy et al. 2015), the network of DeepDream."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import tensorflow as tf

from .base import ConvolutionalNetwork, Precision
from .weights import Weights, bundled_weights, load_weights

BLOCKS = ("3a", "3b", "4a", "4b", "4c", "4d", "4e", "5a", "5b")

# Channels of each block up to mixed3b: 1x1, 3x3 reduce, 3x3, 5x5 reduce, 5x5, pool projection.
WIDTHS = {"3a": (64, 96, 128, 16, 32, 32), "3b": (128, 128, 192, 32, 96, 64)}

# The first kernel sees 8-bit values; its numbers are as much smaller as those are larger.
UNITS = {"conv1/7x7_s2/kernel": 1 / 70}


class InceptionV1(ConvolutionalNetwork):
    """Inception-v1 with the layers ``conv1``, ``conv2``, ``mixed3a``, ... ``mixed5b``.

    ``mixed3a`` and ``mixed3b`` are DeepDream's names for the first two Inception blocks: the other
    reading of the paper's "mixed3" (section 3.1). Layers are taken after the ReLU. Follows the
    Caffe model: symmetric padding, ceil-mode pooling, local response normalisation, BGR input.

    Parameters
    ----------
    weights
        Path of a ``.npz`` (BVLC's GoogLeNet, whole or up to a block), a mapping of arrays, or None
        for the bundled weights, which end at ``mixed3b`` and were trained for this package (see
        the model card in the docs).

    Examples
    --------
    >>> features = InceptionV1(layers=("conv1", "mixed3a"))(tf.zeros([1, 32, 32, 3]))
    >>> features["conv1"].shape, features["mixed3a"].shape
    (TensorShape([1, 16, 16, 64]), TensorShape([1, 4, 4, 256]))
    """

    def __init__(
        self,
        weights: str | Path | Mapping[str, Any] | None = None,
        *,
        layers: Sequence[str] = ("mixed3a", "mixed3b"),
        padding: int = 0,
        precision: Precision = "float32",
    ) -> None:
        if weights is None:
            weights = bundled_weights("inception_v1")
        elif not isinstance(weights, Mapping):
            weights = load_weights(weights)
        super().__init__(weights, layers, padding, precision)
        if set(layers) <= {"conv1", "conv2", "mixed3a", "mixed3b"}:
            self.halo, self.stride = 64, 8
        # Four poolings of 3x3 windows: below 31 pixels nothing is left for the last.
        self.minimum_size = 31 if {"mixed5a", "mixed5b"} & set(layers) else 16

    def preprocess(self, images: tf.Tensor) -> tf.Tensor:
        means = tf.constant([104.0, 117.0, 123.0], images.dtype)  # ImageNet, BGR
        return 255.0 * images[..., ::-1] - means

    def walk(self, x: tf.Tensor) -> Iterator[tuple[str, tf.Tensor]]:
        x = self.convolve(x, "conv1/7x7_s2", 2, 3)
        yield "conv1", x
        x = _normalise(_pool(x))
        x = self.convolve(x, "conv2/3x3_reduce")
        x = self.convolve(x, "conv2/3x3", padding=1)
        yield "conv2", x
        x = _pool(_normalise(x))
        for block in BLOCKS:
            if block in ("4a", "5a"):
                x = _pool(x)
            x = self._inception(x, f"inception_{block}")
            yield f"mixed{block}", x

    def _inception(self, x: tf.Tensor, name: str) -> tf.Tensor:
        towers = [
            self.convolve(x, f"{name}/1x1"),
            self.convolve(self.convolve(x, f"{name}/3x3_reduce"), f"{name}/3x3"),
            self.convolve(self.convolve(x, f"{name}/5x5_reduce"), f"{name}/5x5"),
            self.convolve(tf.nn.max_pool2d(x, 3, 1, "SAME"), f"{name}/pool_proj"),
        ]
        return tf.concat(towers, -1)


def _normalise(x: tf.Tensor) -> tf.Tensor:
    """Caffe's LRN over 5 channels: x / (1 + 1e-4 / 5 * (sum of squares of the 5))^0.75.

    The sums over neighbours are a product with a band matrix: several times faster on a CPU,
    forward and backward, than TensorFlow's own operation.
    """
    channels = np.arange(x.shape[-1])
    band = np.abs(channels[:, None] - channels) <= 2
    y = tf.cast(x, tf.float32)
    sums = tf.einsum("nhwc,cd->nhwd", tf.square(y), tf.constant(band, tf.float32))
    root = tf.math.rsqrt(1.0 + 1e-4 / 5 * sums)
    return tf.cast(y * root * tf.sqrt(root), x.dtype)


def _pool(x: tf.Tensor) -> tf.Tensor:
    """3x3 max pooling, stride 2, in ceil mode: the last window may hang over the far edges."""
    sides = tf.shape(x)[1:3]
    extra = tf.math.floormod(3 - sides, 2)
    paddings = tf.stack([[0, 0], [0, extra[0]], [0, extra[1]], [0, 0]])
    # After a ReLU a zero never wins against a window's own values, so zeros are as good as -inf.
    return tf.nn.max_pool2d(tf.pad(x, paddings), 3, 2, "VALID")


def initial_weights(seed: int) -> Weights:
    """Untrained weights (He initialisation) for :class:`InceptionV1` up to ``mixed3b``."""
    shapes = {
        "conv1/7x7_s2": (7, 7, 3, 64),
        "conv2/3x3_reduce": (1, 1, 64, 64),
        "conv2/3x3": (3, 3, 64, 192),
    }
    channels = 192
    for block, (one, reduce3, three, reduce5, five, pool) in WIDTHS.items():
        name = f"inception_{block}"
        shapes[f"{name}/1x1"] = (1, 1, channels, one)
        shapes[f"{name}/3x3_reduce"] = (1, 1, channels, reduce3)
        shapes[f"{name}/3x3"] = (3, 3, reduce3, three)
        shapes[f"{name}/5x5_reduce"] = (1, 1, channels, reduce5)
        shapes[f"{name}/5x5"] = (5, 5, reduce5, five)
        shapes[f"{name}/pool_proj"] = (1, 1, channels, pool)
        channels = one + three + five + pool
    rng = np.random.default_rng(seed)
    weights: Weights = {}
    for name, shape in shapes.items():
        scale = np.sqrt(2.0 / np.prod(shape[:3]))
        scale *= UNITS.get(f"{name}/kernel", 1.0)
        weights[f"{name}/kernel"] = rng.normal(0.0, scale, shape).astype(np.float32)
        weights[f"{name}/bias"] = np.zeros(shape[3], np.float32)
    return weights
