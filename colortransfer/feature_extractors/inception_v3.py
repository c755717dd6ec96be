"""Inception-v3 (Szegedy et al. 2016), the paper's network, with batch normalisation folded in."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Literal

import numpy as np
import tensorflow as tf

from ..errors import FileError, InputError
from .base import ConvolutionalNetwork, Precision
from .weights import Weights, load_weights

STEM = ("conv", "conv_1", "conv_2", "conv_3", "conv_4")

# The towers of each kind of block, as the TensorFlow graph of 2015 names their convolutions. A
# pair in parentheses splits: both see the same input, their outputs are concatenated.
Tower = tuple[str | tuple[str, str], ...]
_POOLED: Tower = ("tower_2/conv",)


def _chain(name: str, count: int) -> Tower:
    return tuple(f"{name}/conv" + (f"_{i}" if i else "") for i in range(count))


_SPLIT = ("mixed/conv", "mixed/conv_1")
TOWERS: dict[str, tuple[Tower, ...]] = {
    **dict.fromkeys(
        ("mixed", "mixed_1", "mixed_2"),
        (("conv",), _chain("tower", 2), _chain("tower_1", 3), _POOLED),
    ),
    "mixed_3": (("conv",), _chain("tower", 3)),
    **dict.fromkeys(
        ("mixed_4", "mixed_5", "mixed_6", "mixed_7"),
        (("conv",), _chain("tower", 3), _chain("tower_1", 5), _POOLED),
    ),
    "mixed_8": (_chain("tower", 2), _chain("tower_1", 4)),
    **dict.fromkeys(
        ("mixed_9", "mixed_10"),
        (
            ("conv",),
            ("tower/conv", (f"tower/{_SPLIT[0]}", f"tower/{_SPLIT[1]}")),
            ("tower_1/conv", "tower_1/conv_1", (f"tower_1/{_SPLIT[0]}", f"tower_1/{_SPLIT[1]}")),
            _POOLED,
        ),
    ),
}
REDUCTIONS = ("mixed_3", "mixed_8")  # the blocks that halve the resolution
BLOCKS = tuple(TOWERS)


class InceptionV3(ConvolutionalNetwork):
    """Inception-v3 with the layers ``conv`` ... ``conv_4`` and ``mixed0`` ... ``mixed10``.

    ``mixed3``, the paper's choice, is the first reduction (17x17x768 for 299x299 pixels). Layers
    are taken after the ReLU.

    Parameters
    ----------
    weights
        "imagenet": those of keras.applications, downloaded once by Keras (88 MB); or the path of a
        ``.npz`` with kernels and biases under the names of the TensorFlow graph of 2015
        (``mixed_3/tower/conv_1/kernel``), which may end early; or a mapping of such arrays.
    borders
        "valid": the unpadded convolutions the network was trained with; "same": zero padding
        everywhere, so that layers are aligned with the picture.

    Examples
    --------
    The first convolution alone, with weights of its own.

    >>> weights = {"conv/kernel": tf.zeros([3, 3, 3, 32]), "conv/bias": tf.ones([32])}
    >>> InceptionV3(weights, layers=("conv",))(tf.zeros([1, 43, 43, 3]))["conv"].shape
    TensorShape([1, 21, 21, 32])
    """

    def __init__(
        self,
        weights: str | Path | Mapping[str, Any] = "imagenet",
        *,
        layers: Sequence[str] = ("mixed3",),
        padding: int = 0,
        precision: Precision = "float32",
        borders: Literal["valid", "same"] = "valid",
    ) -> None:
        if borders not in ("valid", "same"):
            raise InputError(f"borders are 'valid' or 'same', not {borders!r}")
        if not isinstance(weights, Mapping):
            weights = _keras_weights() if weights == "imagenet" else load_weights(weights)
        super().__init__(weights, layers, padding, precision)
        self._borders = borders.upper()
        shallow = {*STEM, "mixed0", "mixed1", "mixed2", "mixed3"}
        # From the strides and kernels: mixed3 needs 43 pixels without padding, mixed8 75.
        if set(layers) <= shallow and borders == "valid":
            self.halo, self.stride = 128, 16
        self.minimum_size = (43 if set(layers) <= shallow else 75) if borders == "valid" else 16

    def preprocess(self, images: tf.Tensor) -> tf.Tensor:
        return (255.0 * images - 128.0) / 128.0

    def walk(self, x: tf.Tensor) -> Iterator[tuple[str, tf.Tensor]]:
        for name, stride in zip(STEM, (2, 1, 1, 1, 1), strict=True):
            x = self.convolve(x, name, stride, "SAME" if name == "conv_2" else self._borders)
            yield name, x
            if name in ("conv_2", "conv_4"):
                x = tf.nn.max_pool2d(x, 3, 2, self._borders)
        for index, block in enumerate(BLOCKS):
            x = self._block(x, block)
            yield f"mixed{index}", x

    def _block(self, x: tf.Tensor, block: str) -> tf.Tensor:
        reduces = block in REDUCTIONS
        towers = []
        for tower in TOWERS[block]:
            y = tf.nn.avg_pool2d(x, 3, 1, "SAME") if tower is _POOLED else x
            for i, item in enumerate(tower):
                if isinstance(item, tuple):
                    y = tf.concat([self.convolve(y, f"{block}/{name}") for name in item], -1)
                elif reduces and i == len(tower) - 1:
                    y = self.convolve(y, f"{block}/{item}", 2, self._borders)
                else:
                    y = self.convolve(y, f"{block}/{item}")
            towers.append(y)
        if reduces:
            towers.append(tf.nn.max_pool2d(x, 3, 2, self._borders))
        return tf.concat(towers, -1)


def convolution_names() -> list[str]:
    """All convolutions in the order in which the published code creates them."""
    names = list(STEM)
    for block in BLOCKS:
        for tower in TOWERS[block]:
            for item in tower:
                names += [f"{block}/{n}" for n in ((item,) if isinstance(item, str) else item)]
    return names


def fold_keras_model(model: Any) -> Weights:
    """Kernels and biases of a ``keras.applications.InceptionV3``, batch normalisation folded in.

    Keras scales its input to 255 x / 127.5 - 1 where the graph of 2015 has (255 x - 128) / 128; the
    first convolution takes up the difference.
    """
    from keras import layers

    def created(kind: type) -> list[Any]:
        found = [layer for layer in model.layers if isinstance(layer, kind)]
        return sorted(
            found,
            key=lambda layer: (
                int(layer.name.rpartition("_")[2] or 0)
                if layer.name.rpartition("_")[2].isdigit()
                else -1
            ),
        )

    weights: Weights = {}
    pairs = zip(
        convolution_names(),
        created(layers.Conv2D),
        created(layers.BatchNormalization),
        strict=True,
    )
    for name, convolution, normalisation in pairs:
        beta, mean, variance = (np.asarray(w) for w in normalisation.get_weights())
        scale = 1.0 / np.sqrt(variance + normalisation.epsilon)
        kernel = np.asarray(convolution.get_weights()[0]) * scale
        bias = beta - mean * scale
        if name == "conv":  # keras input = a * our input + b
            a, b = 128 / 127.5, 128 / 127.5 - 1
            bias = bias + b * kernel.sum((0, 1, 2))
            kernel = a * kernel
        weights[f"{name}/kernel"], weights[f"{name}/bias"] = kernel, bias
    return weights


def _keras_weights() -> Weights:
    from keras import applications

    try:
        model = applications.InceptionV3(weights="imagenet", include_top=False)
    except Exception as error:  # Keras raises a bare Exception when the download fails
        raise FileError(
            "Keras cannot download the ImageNet weights of Inception-v3; "
            "give InceptionV3 a weights file, or use PlainNet or InceptionV1, which are bundled"
        ) from error
    return fold_keras_model(model)
