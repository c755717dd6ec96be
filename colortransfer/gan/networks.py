"""What the GAN's networks have in common. Layers are Keras'; files hold plain arrays."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from typing import Any

import keras
import numpy as np
import tensorflow as tf

from ..training import assign_variables
from ..transforms import Transform

LEAK = 0.2  # slope of leaky ReLUs below zero


class Network(keras.Model):
    """A Keras model whose weights have names, and are saved as arrays under them.

    Networks are rebuilt from code and filled with arrays, so that nothing needs to be unpickled.

    Parameters
    ----------
    seed
        Seed of the initial weights (He et al. 2015).

    Examples
    --------
    >>> class Small(Network):
    ...     def __init__(self):
    ...         super().__init__(seed=1)
    ...         self.first = self.dense("first", 3, 2)
    >>> {name: array.shape for name, array in Small().arrays().items()}
    {'first/kernel': (3, 2), 'first/bias': (2,)}
    """

    def __init__(self, *, seed: int = 0) -> None:
        super().__init__()
        self._rng = np.random.default_rng(seed)
        self.built = True  # subclasses build their layers themselves, with known sizes

    def convolution(
        self, name: str, inputs: int, filters: int, size: int, *, stride: int = 1, gain: float = 1.0
    ) -> keras.layers.Layer:
        """A convolution of ``size`` by ``size``, padded with zeros, on so many input channels."""
        layer = keras.layers.Conv2D(
            filters,
            size,
            strides=stride,
            padding="same",
            kernel_initializer=self._he_normal(gain),
            name=name,
        )
        layer.build((None, None, None, inputs))
        return layer

    def dense(self, name: str, inputs: int, units: int, *, gain: float = 1.0) -> keras.layers.Layer:
        """A dense layer on so many inputs."""
        layer = keras.layers.Dense(units, kernel_initializer=self._he_normal(gain), name=name)
        layer.build((None, inputs))
        return layer

    def _he_normal(self, gain: float) -> Any:
        """He's initializer times a gain, from one stream of numbers for the whole network."""

        def draw(shape: Any, dtype: Any = None) -> tf.Tensor:
            scale = gain * np.sqrt(2.0 / np.prod(shape[:-1]))
            return tf.constant(self._rng.normal(0.0, scale, tuple(shape)), tf.float32)

        return draw

    def arrays(self) -> dict[str, np.ndarray]:
        """The weights' present values, by name."""
        return {v.path: v.numpy() for v in self.weights}

    def assign(self, arrays: Mapping[str, Any]) -> None:
        """Set all weights.

        Raises
        ------
        InputError
            If names or shapes differ from this network's, or values are not finite.
        """
        assign_variables({v.path: v.value for v in self.weights}, arrays)


class Generator(Network, ABC):
    """From images (N, H, W, 3), target colours (N, 3) and noise (N, noise_size) to images.

    Images are float32 sRGB in [0, 1]. ``options`` are the constructor's arguments that rebuild it.

    Examples
    --------
    >>> class Shift(Generator):
    ...     noise_size, kind, options = 1, "shift", {}
    ...     def call_with_penalty(self, images, colors, noise):
    ...         shift = colors - tf.reduce_mean(images, [1, 2])
    ...         moved = images + shift[:, None, None]
    ...         return tf.clip_by_value(moved, 0.0, 1.0), tf.constant(0.0)
    ...     def edit(self, images, colors, noise):
    ...         return self.call(images, colors, noise).numpy()[0]
    >>> Shift()(tf.zeros([1, 4, 4, 3]), tf.ones([1, 3]), tf.zeros([1, 1])).shape
    TensorShape([1, 4, 4, 3])
    """

    kind: str
    options: dict[str, Any]
    noise_size: int

    @abstractmethod
    def call_with_penalty(
        self, images: tf.Tensor, colors: tf.Tensor, noise: tf.Tensor
    ) -> tuple[tf.Tensor, tf.Tensor]:
        """The images, and the network's own regulariser (a scalar; 0 where it has none)."""

    def call(self, images: tf.Tensor, colors: tf.Tensor, noise: tf.Tensor) -> tf.Tensor:
        """The images (N, H, W, 3) in [0, 1]."""
        return self.call_with_penalty(images, colors, noise)[0]

    @abstractmethod
    def edit(
        self, images: tf.Tensor, colors: tf.Tensor, noise: tf.Tensor
    ) -> Transform | np.ndarray:
        """The edit of one photograph (1, H, W, 3) as a transform, or the edited image (H, W, 3).

        A transform is brought to the exact mean colour afterwards, in full resolution.
        """

    def __reduce__(self) -> Any:
        return _rebuilt, (type(self), dict(self.options), self.arrays())


class Critic(Network, ABC):
    """From what :meth:`embed` makes of images to a score each: higher for real ones.

    The gradient penalty is taken where ``embed`` ends: at the pixels, unless it has fixed layers.

    Examples
    --------
    >>> class Brightest(Critic):
    ...     def call(self, embedded, colors):
    ...         return tf.reduce_max(embedded, [1, 2, 3])
    >>> Brightest()(tf.ones([2, 4, 4, 3]), tf.ones([2, 3])).shape
    TensorShape([2])
    """

    def embed(self, images: tf.Tensor) -> Any:
        """A tensor, or a structure of tensors, that does not depend on the weights."""
        return images

    def features(self, images: tf.Tensor) -> Any:
        """What the content term compares, in the same form: the pixels, or fixed layers."""
        return images

    @abstractmethod
    def call(self, embedded: Any, colors: tf.Tensor) -> tf.Tensor:
        """Scores (N,) of embedded images whose target colours are ``colors`` (N, 3)."""


def constant_maps(values: tf.Tensor, like: tf.Tensor) -> tf.Tensor:
    """Vectors (N, k) as maps (N, H, W, k) that are constant over the places of ``like``."""
    shape = tf.shape(like)
    maps = tf.broadcast_to(
        values[:, tf.newaxis, tf.newaxis], [shape[0], shape[1], shape[2], values.shape[1]]
    )
    return tf.ensure_shape(maps, [None, like.shape[1], like.shape[2], values.shape[1]])


def _rebuilt(
    kind: type[Generator], options: dict[str, Any], arrays: dict[str, np.ndarray]
) -> Generator:
    generator = kind(**options)
    generator.assign(arrays)
    return generator
