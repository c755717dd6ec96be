"""What every feature extractor has: layers, padding, a minimum size, preprocessing inside."""

from __future__ import annotations

import copy
from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Literal

import numpy as np
import tensorflow as tf

from ..errors import InputError

Features = dict[str, tf.Tensor]
Precision = Literal["float32", "float16", "bfloat16"]


def relative_distance(before: tf.Tensor, after: tf.Tensor) -> tf.Tensor:
    """|after - before|^2 / |before|^2 (N,) of one layer (N, ..., C)."""
    axes = list(range(1, len(before.shape)))
    squared = tf.reduce_sum(tf.square(after - before), axes)
    return squared / (tf.reduce_sum(tf.square(before), axes) + 1e-12)


class FeatureExtractor(ABC):
    """A network ``N`` that turns images into named feature maps.

    Parameters
    ----------
    layers
        Names of the feature maps to return, in the network's own order or any other.
    padding
        Pixels by which the image is reflected at each side before the network sees it. The
        networks' own zero padding darkens the border, and a fit answers with a coloured frame;
        reflection moves that effect off the picture.
    precision
        In what the network computes: "float32", or "bfloat16" or "float16" where the processor is
        fast at it. Features are float32 in any case.

    Attributes
    ----------
    minimum_size : int
        Smallest height and width, in pixels, at which every layer is defined.
    halo : int or None
        Pixels around a position by which its features are determined, rounded up to a multiple of
        ``stride``; None where it is not known, and the picture cannot be cut into tiles.
    stride : int
        Pixels from one position of the coarsest layer to the next.

    Examples
    --------
    >>> class Pixels(FeatureExtractor):
    ...     def features(self, images):
    ...         return {"pixels": images}
    >>> Pixels(["pixels"], padding=4)(tf.zeros([1, 8, 8, 3]))["pixels"].shape
    TensorShape([1, 16, 16, 3])
    """

    minimum_size: int = 1
    halo: int | None = None
    stride: int = 1

    def __init__(
        self, layers: Sequence[str], padding: int = 0, precision: Precision = "float32"
    ) -> None:
        if isinstance(layers, str) or not layers:
            raise InputError("layers must be a non-empty list of layer names")
        if padding < 0:
            raise InputError("padding must not be negative")
        if precision not in ("float32", "float16", "bfloat16"):
            raise InputError(f"precision is float32, float16 or bfloat16, not {precision!r}")
        self.layers = tuple(layers)
        self.padding = int(padding)
        self.precision = precision

    def __call__(self, images: tf.Tensor) -> Features:
        """Features of ``images``.

        Parameters
        ----------
        images
            Float tensor (batch, height, width, 3), sRGB in [0, 1].

        Returns
        -------
        dict
            For each name in ``layers`` a float32 tensor (batch, rows, columns, channels).
        """
        padded = reflect(images, self.padding) if self.padding else images
        features = self.features(tf.cast(padded, self.precision))
        return {name: tf.cast(features[name], tf.float32) for name in self.layers}

    def __repr__(self) -> str:
        """The same in every process: a training is known by it when it goes on."""
        options = f"{self.layers}, padding={self.padding}, precision={self.precision!r}"
        return f"{type(self).__name__}({options})"

    def restricted(self, layers: Sequence[str]) -> FeatureExtractor:
        """The same network with fewer of its layers."""
        if unknown := sorted(set(layers) - set(self.layers)):
            raise InputError(f"no layer {unknown[0]!r}; there are {', '.join(self.layers)}")
        fewer = copy.copy(self)
        fewer.layers = tuple(layers)
        return fewer

    @abstractmethod
    def features(self, images: tf.Tensor) -> Features:
        """Features of images that are already padded."""


class ConvolutionalNetwork(FeatureExtractor):
    """A network written here, from named kernels and biases.

    ``walk`` yields the layers one after another; only as much of it is run as ``layers`` asks for.

    Parameters
    ----------
    weights
        Mapping from ``<convolution>/kernel`` (height, width, in, out) and ``<convolution>/bias``
        (out,) to arrays or variables; read anew at each call, so that they can be trained.

    Examples
    --------
    >>> class Edges(ConvolutionalNetwork):
    ...     def preprocess(self, images):
    ...         return images - 0.5
    ...     def walk(self, x):
    ...         yield "edges", self.convolve(x, "edges")
    >>> weights = {"edges/kernel": tf.ones([3, 3, 3, 8]), "edges/bias": tf.zeros([8])}
    >>> Edges(weights, ["edges"])(tf.ones([1, 4, 4, 3]))["edges"].shape
    TensorShape([1, 4, 4, 8])
    """

    def __init__(
        self,
        weights: Mapping[str, Any],
        layers: Sequence[str],
        padding: int = 0,
        precision: Precision = "float32",
    ) -> None:
        super().__init__(layers, padding, precision)
        # Once for all graphs: of an array each graph keeps copies of its own. A mapping that makes
        # its tensors when asked, as those in training do, goes on doing so.
        self.weights = _as_tensors(weights) if isinstance(weights, dict) else weights

    @abstractmethod
    def preprocess(self, images: tf.Tensor) -> tf.Tensor:
        """From sRGB in [0, 1] to what the first convolution was trained on."""

    @abstractmethod
    def walk(self, x: tf.Tensor) -> Iterator[tuple[str, tf.Tensor]]:
        """Yield (layer name, tensor) in order."""

    def features(self, images: tf.Tensor) -> Features:
        wanted = set(self.layers)
        found: Features = {}
        try:
            for name, tensor in self.walk(self.preprocess(images)):
                if name in wanted:
                    found[name] = tensor
                if len(found) == len(wanted):
                    return {name: found[name] for name in self.layers}
        except KeyError as error:
            raise InputError(f"these weights end before layer {error.args[0]!r}") from error
        missing = ", ".join(sorted(wanted - set(found)))
        raise InputError(f"{type(self).__name__} has no layer {missing}")

    def convolve(
        self, x: tf.Tensor, name: str, stride: int = 1, padding: str | int = "SAME"
    ) -> tf.Tensor:
        """Convolution, bias and ReLU; ``padding`` is "SAME", "VALID" or pixels per side."""
        kernel = tf.cast(self.weights[f"{name}/kernel"], x.dtype)
        bias = tf.cast(self.weights[f"{name}/bias"], x.dtype)
        if isinstance(padding, int):
            # Padded here: TensorFlow's own explicit padding has a very slow gradient in bfloat16.
            x = tf.pad(x, [[0, 0], [padding, padding], [padding, padding], [0, 0]])
            padding = "VALID"
        return tf.nn.relu(tf.nn.bias_add(tf.nn.conv2d(x, kernel, stride, padding), bias))


def _as_tensors(weights: dict[str, Any]) -> dict[str, Any]:
    """Arrays as tensors; variables and tensors as they are."""
    with tf.init_scope():
        return {
            name: tf.constant(value) if isinstance(value, np.ndarray) else value
            for name, value in weights.items()
        }


def reflect(images: tf.Tensor, pixels: int) -> tf.Tensor:
    """Mirror ``images`` by ``pixels`` at each side, by less where a side is too short."""
    height, width = (tf.minimum(pixels, tf.shape(images)[axis] - 1) for axis in (1, 2))
    paddings = tf.stack([[0, 0], [height, height], [width, width], [0, 0]])
    return tf.pad(images, paddings, "REFLECT")
