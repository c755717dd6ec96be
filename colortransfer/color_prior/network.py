"""The network: from what is seen in grey, and a mean colour, to scores of colours at each place."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import keras
import numpy as np
from keras import layers

from ..errors import InputError
from .nodes import COUNT

REDUCTION = 4  # pixels, a side, to a place
MULTIPLE = 8  # pixels that both sides are multiples of
WIDTHS = (32, 64, 128, 160)
WIDEST = 1024  # so that no file asks for all memory
STRANGE = "these are not the weights of a colour prior"
EPSILON = 1e-3
NORM = "_norm"  # what a normalisation is called, behind its convolution's name


def build(*, normalized: bool, widths: Sequence[int] = WIDTHS) -> keras.Model:
    """The network, with batch normalisation to be trained, or with biases in its place to be used.

    A U of convolutions 3x3, of so many channels: the first; the second and third with stride 2; a
    residual block; the fourth with stride 2; a residual block dilated by 2; what the whole picture
    says; joined with the third at twice the size; a residual block; scores. The mean colour enters
    at the coarsest level. 1.4 million parameters.

    Returns
    -------
    keras.Model
        From lightness (N, H, W, 1), L* / 50 - 1, sides multiples of 8, and the mean (N, 3): a* / 30
        and b* / 30 of the mean colour and 1, or zeros where it is not known. To scores
        (N, H / 4, W / 4, 13 * 13).

    Raises
    ------
    InputError
        If ``widths`` are not four numbers from 1 to 1024.
    """
    if len(widths) != len(WIDTHS) or not all(0 < width <= WIDEST for width in widths):
        raise InputError(f"a colour prior has four widths from 1 to {WIDEST}, not {widths}")
    first, second, third, fourth = widths
    convolve = _Convolutions(normalized)
    lightness, mean = keras.Input((None, None, 1)), keras.Input((3,))
    x = convolve(lightness, first)
    x = convolve(x, second, stride=2)
    x = convolve(x, third, stride=2)
    fine = convolve.residual(x, third)
    asked = layers.Dense(64, activation="relu", name="asked1")(mean)
    asked = layers.Dense(fourth, name="asked2")(asked)
    coarse = convolve(fine, fourth, stride=2)
    coarse = layers.Add()([coarse, layers.Reshape((1, 1, fourth))(asked)])
    coarse = convolve.residual(coarse, fourth, dilation=2)
    whole = layers.Concatenate()([layers.GlobalAveragePooling2D()(coarse), asked])
    whole = layers.Reshape((1, 1, fourth))(layers.Dense(fourth, name="whole")(whole))
    coarse = layers.UpSampling2D(2)(layers.ReLU()(layers.Add()([coarse, whole])))
    x = convolve(layers.Concatenate()([fine, coarse]), third, size=1)
    x = convolve.residual(x, third)
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


def widths_of(arrays: Mapping[str, np.ndarray]) -> tuple[int, ...]:
    """The channels of the network whose weights these are.

    Raises
    ------
    InputError
        If they are of no such network.
    """
    last = ("conv1/kernel", "conv2/kernel", "conv3/kernel", "asked2/kernel")
    found = tuple(arrays[name].shape[-1] for name in last if name in arrays and arrays[name].ndim)
    if len(found) < len(last):
        raise InputError(STRANGE)
    return found


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
        raise InputError(STRANGE)
    for name, weight in weights.items():
        weight.assign(arrays[name])
