"""What the GAN's networks have in common: named weights, layers, spectral normalisation.

Networks are plain code over named arrays, so that saving, loading and averaging weights is copying
arrays, and nothing needs to be unpickled.
"""

from __future__ import annotations

import copy
from abc import ABC, abstractmethod
from collections.abc import Mapping
from typing import Any

import numpy as np
import tensorflow as tf

from ..errors import InputError

LEAK = 0.2  # slope of leaky ReLUs below zero


class Network:
    """Named weights and the layers that use them.

    Parameters
    ----------
    seed
        Of the initial weights (He et al. 2015).
    spectral_norm
        Divide every kernel by its largest singular value (Miyato et al. 2018), which is followed by
        one power iteration a training step: see :meth:`power_iteration`.

    Attributes
    ----------
    weights : dict
        From names to trainable ``tf.Variable``.
    directions : dict
        Left singular vectors of the kernels, for spectral normalisation; empty without it.
    """

    def __init__(self, *, seed: int = 0, spectral_norm: bool = False) -> None:
        self.weights: dict[str, tf.Variable] = {}
        self.directions: dict[str, tf.Variable] = {}
        self._spectral = spectral_norm
        self._rng = np.random.default_rng(seed)

    def add_layer(self, name: str, *shape: int, gain: float = 1.0) -> None:
        """A kernel of this shape (a convolution's or a matrix) and its bias, He initialisation."""
        scale = gain * np.sqrt(2.0 / np.prod(shape[:-1]))
        kernel = self._rng.normal(0.0, scale, shape).astype(np.float32)
        self.weights[f"{name}/kernel"] = tf.Variable(kernel, name=f"{name}_kernel")
        self.weights[f"{name}/bias"] = tf.Variable(tf.zeros(shape[-1:]), name=f"{name}_bias")
        if self._spectral:
            direction = self._rng.normal(size=(1, shape[-1])).astype(np.float32)
            self.directions[name] = tf.Variable(direction / np.linalg.norm(direction))

    def convolve(self, x: tf.Tensor, name: str, stride: int = 1) -> tf.Tensor:
        """Convolution with bias, padded with zeros to the same size."""
        x = tf.nn.conv2d(x, self._kernel(name), stride, "SAME")
        return tf.nn.bias_add(x, self.weights[f"{name}/bias"])

    def connect(self, x: tf.Tensor, name: str) -> tf.Tensor:
        """Dense layer with bias, (N, inputs) to (N, outputs)."""
        return tf.nn.bias_add(tf.matmul(x, self._kernel(name)), self.weights[f"{name}/bias"])

    def _kernel(self, name: str) -> tf.Tensor:
        kernel = tf.convert_to_tensor(self.weights[f"{name}/kernel"])
        if not self._spectral:
            return kernel
        matrix = tf.reshape(kernel, [-1, kernel.shape[-1]])
        right, left = self._singular_vectors(name)
        sigma = tf.reduce_sum(left * tf.matmul(right, matrix))
        return kernel / tf.maximum(sigma, 1e-12)

    def _singular_vectors(self, name: str) -> tuple[tf.Tensor, tf.Tensor]:
        kernel = tf.stop_gradient(tf.convert_to_tensor(self.weights[f"{name}/kernel"]))
        matrix = tf.reshape(kernel, [-1, kernel.shape[-1]])
        left = tf.convert_to_tensor(self.directions[name])
        right = tf.math.l2_normalize(tf.matmul(left, matrix, transpose_b=True))
        return right, tf.math.l2_normalize(tf.matmul(right, matrix))

    def power_iteration(self) -> None:
        """Follow the largest singular values by one step; does nothing without spectral norm."""
        for name, direction in self.directions.items():
            direction.assign(self._singular_vectors(name)[1])

    def with_weights(self, weights: dict[str, tf.Variable]) -> Any:
        """The same network over other weights of the same names; the two share nothing else."""
        other = copy.copy(self)
        other.weights = weights
        return other

    def arrays(self) -> dict[str, np.ndarray]:
        """The weights' present values."""
        return {name: variable.numpy() for name, variable in self.weights.items()}

    def assign(self, arrays: Mapping[str, Any]) -> None:
        """Set all weights.

        Raises
        ------
        InputError
            If names or shapes differ from this network's, or values are not finite.
        """
        assign_variables(self.weights, arrays)


class Generator(Network, ABC):
    """From images (N, H, W, 3), target colours (N, 3) and noise (N, noise_size) to images.

    Images are float32 sRGB in [0, 1]. ``options`` are the constructor's arguments that rebuild it.
    """

    kind: str
    options: dict[str, Any]
    noise_size: int

    @abstractmethod
    def penalised(
        self, images: tf.Tensor, colors: tf.Tensor, noise: tf.Tensor
    ) -> tuple[tf.Tensor, tf.Tensor]:
        """The images, and the network's own regulariser (a scalar; 0 where it has none)."""

    def __call__(self, images: tf.Tensor, colors: tf.Tensor, noise: tf.Tensor) -> tf.Tensor:
        return self.penalised(images, colors, noise)[0]


class Critic(Network, ABC):
    """From what :meth:`embed` makes of images to a score each: higher for real ones.

    The gradient penalty is taken where ``embed`` ends: at the pixels, unless it has fixed layers.
    """

    def embed(self, images: tf.Tensor) -> Any:
        """A tensor, or a structure of tensors, that does not depend on the weights."""
        return images

    def features(self, images: tf.Tensor) -> Any:
        """What the content term compares, in the same form: the pixels, or fixed layers."""
        return images

    @abstractmethod
    def __call__(self, embedded: Any, colors: tf.Tensor) -> tf.Tensor:
        """Scores (N,) of embedded images whose target colours are ``colors`` (N, 3)."""


def constant_maps(values: tf.Tensor, like: tf.Tensor) -> tf.Tensor:
    """Vectors (N, k) as maps (N, H, W, k) that are constant over the places of ``like``."""
    shape = tf.shape(like)
    maps = tf.broadcast_to(
        values[:, tf.newaxis, tf.newaxis], [shape[0], shape[1], shape[2], values.shape[1]]
    )
    return tf.ensure_shape(maps, [None, like.shape[1], like.shape[2], values.shape[1]])


def assign_variables(variables: Mapping[str, tf.Variable], arrays: Mapping[str, Any]) -> None:
    """Set variables from arrays, all or none.

    Raises
    ------
    InputError
        If names or shapes differ, or floats are not finite.
    """
    if set(variables) != set(arrays):
        odd = sorted(set(variables) ^ set(arrays))[0]
        raise InputError(f"these arrays belong to another network: {odd!r} is not in both")
    for name, variable in variables.items():
        value = np.asarray(arrays[name])
        if value.shape != tuple(variable.shape):
            raise InputError(
                f"these arrays belong to another network: {name!r} has shape {value.shape}, "
                f"not {tuple(variable.shape)}"
            )
        if value.dtype.kind not in "fiu" or not np.isfinite(value).all():
            raise InputError(f"array {name!r} holds values that are not finite numbers")
    for name, variable in variables.items():
        variable.assign(tf.cast(arrays[name], variable.dtype))
