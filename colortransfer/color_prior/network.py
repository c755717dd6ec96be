"""The network: from what is seen in grey, and a mean colour, to scores of colours at each place."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import keras
import numpy as np
from keras import layers

from ..errors import InputError
from .nodes import COUNT

REDUCTION = 4  # pixels, a side, to a place
MULTIPLE = 8  # pixels that both sides are multiples of
WIDTHS = (32, 64, 128, 160)
EPSILON = 1e-3
NORM = "_norm"  # what a normalisation is called, behind its convolution's name


def build(*, normalized: bool) -> keras.Model:
    """The network, with batch normalisation to be trained, or with biases in its place to be used.

    A U of convolutions 3x3: 32; 64 and 128 with stride 2; a residual block; 160 with stride 2; a
    residual block dilated by 2; what the whole picture says; joined with the 128 at twice the size;
    a residual block; scores. The mean colour enters at the coarsest level. 1.4 million parameters.

    Returns
    -------
    keras.Model
        From lightness (N, H, W, 1), L* / 50 - 1, sides multiples of 8, and the mean (N, 3): a* / 30
        and b* / 30 of the mean colour and 1, or zeros where it is not known. To scores
        (N, H / 4, W / 4, 13 * 13).
    """
    convolve = _Convolutions(normalized)
    lightness, mean = keras.Input((None, None, 1)), keras.Input((3,))
    x = convolve(lightness, WIDTHS[0])
    x = convolve(x, WIDTHS[1], stride=2)
    x = convolve(x, WIDTHS[2], stride=2)
    fine = convolve.residual(x, WIDTHS[2])
    asked = layers.Dense(64, activation="relu", name="asked1")(mean)
    asked = layers.Dense(WIDTHS[3], name="asked2")(asked)
    coarse = convolve(fine, WIDTHS[3], stride=2)
    coarse = layers.Add()([coarse, layers.Reshape((1, 1, WIDTHS[3]))(asked)])
    coarse = convolve.residual(coarse, WIDTHS[3], dilation=2)
    whole = layers.Concatenate()([layers.GlobalAveragePooling2D()(coarse), asked])
    whole = layers.Reshape((1, 1, WIDTHS[3]))(layers.Dense(WIDTHS[3], name="whole")(whole))
    coarse = layers.UpSampling2D(2)(layers.ReLU()(layers.Add()([coarse, whole])))
    x = convolve(layers.Concatenate()([fine, coarse]), WIDTHS[2], size=1)
    x = convolve.residual(x, WIDTHS[2])
    return keras.Model([lightness, mean], layers.Conv2D(COUNT**2, 1, name="scores")(x))


class _Convolutions:
    """Convolution, normalisation or bias, ReLU; convolutions are called conv1, conv2, ..."""

    def __init__(self, normalized: bool) -> None:
        self._normalized = normalized
        self._count = 0

    def __call__(
        self,
        x: Any,
        channels: int,
        *,
        size: int = 3,
        stride: int = 1,
        dilation: int = 1,
        rectified: bool = True,
    ) -> Any:
        self._count += 1
        name = f"conv{self._count}"
        x = layers.Conv2D(
            channels,
            size,
            strides=stride,
            padding="same",
            dilation_rate=dilation,
            use_bias=not self._normalized,
            name=name,
        )(x)
        if self._normalized:
            x = layers.BatchNormalization(momentum=0.98, epsilon=EPSILON, name=name + NORM)(x)
        return layers.ReLU()(x) if rectified else x

    def residual(self, x: Any, channels: int, *, dilation: int = 1) -> Any:
        y = self(self(x, channels), channels, dilation=dilation, rectified=False)
        return layers.ReLU()(layers.Add()([x, y]))


def folded(model: keras.Model) -> dict[str, np.ndarray]:
    """Arrays for ``build(normalized=False)``: normalisation becomes part of kernels and biases.

    Returns
    -------
    dict
        float32 arrays ``<layer>/kernel`` and ``<layer>/bias``.
    """
    arrays: dict[str, np.ndarray] = {}
    for layer in model.layers:
        if isinstance(layer, (layers.Conv2D, layers.Dense)):
            kernel = layer.kernel.numpy()
            channels = np.zeros(kernel.shape[-1], np.float32)
            arrays[f"{layer.name}/kernel"] = kernel
            arrays[f"{layer.name}/bias"] = layer.bias.numpy() if layer.use_bias else channels
    for layer in model.layers:
        if isinstance(layer, layers.BatchNormalization):
            owner = layer.name.removesuffix(NORM)
            gain = layer.gamma.numpy() / np.sqrt(layer.moving_variance.numpy() + EPSILON)
            arrays[f"{owner}/kernel"] = arrays[f"{owner}/kernel"] * gain
            arrays[f"{owner}/bias"] = layer.beta.numpy() - layer.moving_mean.numpy() * gain
    return arrays


def assign(model: keras.Model, arrays: Mapping[str, np.ndarray]) -> None:
    """Give the network of ``build(normalized=False)`` its weights.

    Raises
    ------
    InputError
        If they are of another network.
    """
    weights = {
        f"{layer.name}/{part}": getattr(layer, part)
        for layer in model.layers
        if layer.weights
        for part in ("kernel", "bias")
    }
    if set(weights) != set(arrays) or any(
        tuple(weight.shape) != arrays[name].shape for name, weight in weights.items()
    ):
        raise InputError("these are not the weights of a colour prior")
    for name, weight in weights.items():
        weight.assign(arrays[name])
