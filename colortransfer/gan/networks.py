"""What the GAN's networks have in common. Layers are Keras'; files hold plain arrays."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from typing import Any

import keras
import numpy as np
import tensorflow as tf

from ..training import assign_variables
from ..training.guarded_adam import assign_if
from ..transforms import Transform

LEAK = 0.2  # slope of leaky ReLUs below zero


class Network(keras.Model):
    """A Keras model whose weights have names, and are saved as arrays under them.

    Networks are rebuilt from code and filled with arrays, so that nothing needs to be unpickled.

    Parameters
    ----------
    seed
        Seed of the initial weights.
    scale
        Their standard deviation; None: that of He et al. 2015.

    Examples
    --------
    >>> class Small(Network):
    ...     def __init__(self):
    ...         super().__init__(seed=1)
    ...         self.first = self.dense("first", 3, 2)
    >>> {name: array.shape for name, array in Small().arrays().items()}
    {'first/kernel': (3, 2), 'first/bias': (2,)}
    """

    def __init__(self, *, seed: int = 0, scale: float | None = None) -> None:
        super().__init__()
        self._rng, self._scale = np.random.default_rng(seed), scale
        self.built = True  # subclasses build their layers themselves, with known sizes

    def convolution(
        self,
        name: str,
        inputs: int,
        filters: int,
        size: int,
        *,
        stride: int = 1,
        gain: float = 1.0,
        padding: str = "same",
        bias: bool = True,
        transposed: bool = False,
    ) -> keras.layers.Layer:
        """A convolution of ``size`` by ``size`` on so many input channels, or a transposed one."""
        kind = keras.layers.Conv2DTranspose if transposed else keras.layers.Conv2D
        layer = kind(
            filters,
            size,
            strides=stride,
            padding=padding,
            use_bias=bias,
            kernel_initializer=self._normal(gain),
            name=name,
        )
        layer.build((None, None, None, inputs))
        return layer

    def dense(
        self, name: str, inputs: int, units: int, *, gain: float = 1.0, bias: bool = True
    ) -> keras.layers.Layer:
        """A dense layer on so many inputs."""
        layer = keras.layers.Dense(
            units, use_bias=bias, kernel_initializer=self._normal(gain), name=name
        )
        layer.build((None, inputs))
        return layer

    def batch_norm(self, name: str, channels: int, *, moving: bool = True) -> BatchNorm:
        """Batch normalisation, whose factors begin around 1; see `BatchNorm`."""
        factors = self._rng.normal(1.0, self._scale or 0.0, channels)
        return BatchNorm(tf.constant(factors, tf.float32), name=name, moving=moving)

    def _normal(self, gain: float) -> Any:
        """Normal numbers, He's times a gain, from one stream for the whole network."""

        def draw(shape: Any, dtype: Any = None) -> tf.Tensor:
            scale = self._scale or gain * np.sqrt(2.0 / np.prod(shape[:-1]))
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


class BatchNorm(keras.layers.Layer):
    """Batch normalisation (Ioffe and Szegedy 2015) of maps (N, H, W, C).

    A batch that is not finite leaves the moving statistics as they are, so that a step that is
    undone leaves no trace in them.

    Parameters
    ----------
    factors
        The initial factors (C,).
    moving
        Whether moving statistics are kept; without, a call leaves no trace, and each picture has
        statistics of its own, as a batch of one has.

    Examples
    --------
    >>> norm = BatchNorm(tf.constant([2.0]), name="norm")
    >>> norm(tf.reshape(tf.constant([1.0, 3.0]), [2, 1, 1, 1])).numpy().ravel().round(3)
    array([-2.,  2.], dtype=float32)
    """

    def __init__(self, factors: tf.Tensor, *, name: str, moving: bool = True) -> None:
        super().__init__(name=name)
        shape = (int(factors.shape[0]),)
        self._factors = self.add_weight(
            shape=shape, initializer=lambda shape, dtype=None: factors, name="gamma"
        )
        self._offsets = self.add_weight(shape=shape, initializer="zeros", name="beta")
        self._moving = [
            self.add_weight(shape=shape, initializer=start, trainable=False, name=name)
            for name, start in (("mean", "zeros"), ("variance", "ones"))
            if moving
        ]

    def call(self, x: tf.Tensor, moving: bool = False) -> tf.Tensor:
        """With the batch's own statistics, or with the moving ones."""
        if moving:
            statistics = [tf.convert_to_tensor(v.value) for v in self._moving]
        else:
            own = [0, 1, 2] if self._moving else [1, 2]
            statistics = list(tf.nn.moments(x, own, keepdims=not self._moving))
            finite = tf.reduce_all(tf.math.is_finite(tf.stack(statistics)))
            for kept, new in zip(self._moving, statistics, strict=False):
                assign_if(finite, kept.value, 0.9 * kept.value + 0.1 * tf.stop_gradient(new))
        mean, variance = statistics
        return tf.nn.batch_normalization(
            x, mean, variance, self._offsets.value, self._factors.value, 1e-5
        )


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
