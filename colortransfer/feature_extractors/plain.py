"""PlainNet: the small network that ships with the package."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import tensorflow as tf

from .base import ConvolutionalNetwork, Precision
from .weights import Weights, bundled_weights, load_weights

STAGES = ((24, 24), (48, 48), (96, 96, 96), (160, 256))
UNITS: dict[str, float] = {}  # all kernels are of one size; see distillation.RescaledWeights


class PlainNet(ConvolutionalNetwork):
    """A plain stack of 3x3 convolutions, stride 1 at the start, average pooling between stages.

    Trained for this package (see the model card in the docs). Stage ``s`` works at 1 / 2^(s - 1) of
    the image's resolution (widths: ``STAGES``); its layers are called ``conv<s>_<i>``. Plain
    networks without a large first stride make better teachers for colour edits than the usual
    classifiers, and average pooling keeps the gradient free of checkerboards.

    Parameters
    ----------
    weights
        Path of a ``.npz``, a mapping of arrays, or None for the bundled weights.
    layers
        Any of ``conv1_1`` ... ``conv4_2``.

    Examples
    --------
    >>> features = PlainNet(layers=("conv1_2", "conv2_2"))(tf.constant(photo[None] / 255.0))
    >>> features["conv1_2"].shape, features["conv2_2"].shape
    (TensorShape([1, 40, 56, 24]), TensorShape([1, 20, 28, 48]))
    """

    minimum_size = 16
    halo = 48
    stride = 8

    def __init__(
        self,
        weights: str | Path | Mapping[str, Any] | None = None,
        *,
        layers: Sequence[str] = ("conv1_2", "conv2_2", "conv3_3", "conv4_2"),
        padding: int = 0,
        precision: Precision = "float32",
    ) -> None:
        if weights is None:
            weights = bundled_weights("plain")
        elif not isinstance(weights, Mapping):
            weights = load_weights(weights)
        super().__init__(weights, layers, padding, precision)

    def preprocess(self, images: tf.Tensor) -> tf.Tensor:
        return (images - 0.45) * 4.0

    def walk(self, x: tf.Tensor) -> Iterator[tuple[str, tf.Tensor]]:
        for stage, widths in enumerate(STAGES, 1):
            if stage > 1:
                x = tf.nn.avg_pool2d(x, 2, 2, "SAME")
            for index in range(1, len(widths) + 1):
                name = f"conv{stage}_{index}"
                x = self.convolve(x, name)
                yield name, x


def initial_weights(seed: int) -> Weights:
    """Untrained weights (He initialisation) for :class:`PlainNet`."""
    rng = np.random.default_rng(seed)
    weights: Weights = {}
    channels = 3
    for stage, widths in enumerate(STAGES, 1):
        for index, width in enumerate(widths, 1):
            shape = (3, 3, channels, width)
            kernel = rng.normal(0.0, np.sqrt(2.0 / (9 * channels)), shape)
            weights[f"conv{stage}_{index}/kernel"] = kernel.astype(np.float32)
            weights[f"conv{stage}_{index}/bias"] = np.zeros(width, np.float32)
            channels = width
    return weights
