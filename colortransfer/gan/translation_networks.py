"""The networks of CycleGAN and DualGAN: ResNet and U-Net generators, PatchGAN, the pool."""

from __future__ import annotations

import keras
import tensorflow as tf

from ..errors import InputError
from ..feature_extractors.base import reflect
from ..training.guarded_adam import assign_if
from .networks import LEAK, Network

SCALE = 0.02  # standard deviation of the initial weights, in both papers


def instance_norm(x: tf.Tensor) -> tf.Tensor:
    """Each image's channels at mean 0 and variance 1 (Ulyanov et al. 2016)."""
    mean, variance = tf.nn.moments(x, [1, 2], keepdims=True)
    return tf.nn.batch_normalization(x, mean, variance, None, None, 1e-5)


def kept_half(shape: tf.Tensor, seeds: tf.Tensor) -> tf.Tensor:
    """1 for what a dropout of 1/2 keeps, else 0: for each picture by a seed of its own."""

    def draw(seed: tf.Tensor) -> tf.Tensor:
        return tf.cast(tf.random.stateless_uniform(shape, seed) >= 0.5, tf.float32)

    return tf.map_fn(draw, tf.reshape(seeds, [-1, 2]), fn_output_signature=tf.float32)


def added(images: tf.Tensor, made: tf.Tensor, residual: bool) -> tf.Tensor:
    """What a generator has made, added to its pictures where it is residual."""
    return tf.clip_by_value(images + made, -1.0, 1.0) if residual else made


class ResNet(Network):
    """c7s1-w, d2w, d4w, R4w x blocks, u2w, uw, c7s1-3 (Zhu et al. 2017, appendix).

    Sides of the pictures are multiples of 4. 11,378,179 weights with 9 blocks and a width of 64.
    With ``residual`` what it makes is added to the picture (as in DeblurGAN, Kupyn et al. 2018).

    Examples
    --------
    >>> ResNet(1, width=4)(tf.zeros([1, 16, 24, 3])).shape
    TensorShape([1, 16, 24, 3])
    """

    multiple = 4

    def __init__(
        self, blocks: int, *, width: int = 64, residual: bool = False, seed: int = 0
    ) -> None:
        super().__init__(seed=seed, scale=SCALE)
        w, self.residual = width, residual
        self.first = self.convolution("first", 3, w, 7, padding="valid")
        self.down = [
            self.convolution(f"down{i}", i * w, 2 * i * w, 3, stride=2, padding="valid")
            for i in (1, 2)
        ]
        self.blocks = [
            [self.convolution(f"block{i}_{j}", 4 * w, 4 * w, 3, padding="valid") for j in (1, 2)]
            for i in range(blocks)
        ]
        self.up = [
            self.convolution(
                f"up{i}", 2 * i * w, i * w, 3, stride=2, padding="valid", transposed=True
            )
            for i in (2, 1)
        ]
        self.last = self.convolution("last", w, 3, 7, padding="valid")

    def call(self, images: tf.Tensor, seed: tf.Tensor | None = None) -> tf.Tensor:
        x = tf.nn.relu(instance_norm(self.first(reflect(images, 3))))
        for layer in self.down:
            x = tf.nn.relu(instance_norm(layer(tf.pad(x, [[0, 0], [1, 1], [1, 1], [0, 0]]))))
        for first, second in self.blocks:
            y = tf.nn.relu(instance_norm(first(reflect(x, 1))))
            x += instance_norm(second(reflect(y, 1)))
        for layer in self.up:
            # The first row and column are those that the padding of the way down has made.
            x = tf.nn.relu(instance_norm(layer(x)[:, 1:, 1:]))
        return added(images, tf.tanh(self.last(reflect(x, 3))), self.residual)


class UNet(Network):
    """pix2pix' U-Net (Isola et al. 2017), which DualGAN takes; noise enters through dropout.

    Batches are of one picture, whose own statistics its batch normalisation uses, also after the
    training. 54,413,955 weights at a depth of 8 and a width of 64. With ``residual`` what it makes
    is added to the picture.

    Examples
    --------
    >>> UNet(3, width=4)(tf.zeros([1, 16, 24, 3]), tf.constant([0, 0])).shape
    TensorShape([1, 16, 24, 3])
    """

    def __init__(
        self, depth: int, *, width: int = 64, residual: bool = False, seed: int = 0
    ) -> None:
        super().__init__(seed=seed, scale=SCALE)
        self.residual = residual
        widths = [min(2**i, 8) * width for i in range(depth)]
        self.multiple, last = 2**depth, depth - 1
        self.down = [
            self.convolution(f"down{i}", n, m, 4, stride=2, bias=False)
            for i, (n, m) in enumerate(zip([3, *widths], widths, strict=False))
        ]
        self.up = [
            self.convolution(
                f"up{i}",
                widths[i] * (1 if i == last else 2),
                widths[i - 1] if i else 3,
                4,
                stride=2,
                bias=i == 0,
                transposed=True,
            )
            for i in range(depth)
        ]
        # None at the first layer, nor at the innermost, which is one position in training.
        self.norms_down = {
            i: self.batch_norm(f"down_norm{i}", widths[i], moving=False) for i in range(1, last)
        }
        self.norms_up = {
            i: self.batch_norm(f"up_norm{i}", widths[i - 1], moving=False) for i in range(1, depth)
        }
        self.noisy = range(max(1, last - 3), last)

    def call(self, images: tf.Tensor, seed: tf.Tensor) -> tf.Tensor:
        maps, x = [], images
        for i, layer in enumerate(self.down):
            x = layer(tf.nn.leaky_relu(x, LEAK) if i else x)
            x = self.norms_down[i](x) if i in self.norms_down else x
            maps.append(x)
        for i in reversed(range(len(self.up))):
            x = self.up[i](tf.nn.relu(x))
            if not i:
                break
            x = self.norms_up[i](x)
            if i in self.noisy:
                x *= 2.0 * kept_half(tf.shape(x)[1:], seed + i)
            x = tf.concat([x, maps[i - 1]], -1)
        return added(images, tf.tanh(x), self.residual)


def depth_of(size: int) -> int:
    """The depth at which a `UNet` sees pictures of this size as one position.

    Examples
    --------
    >>> depth_of(256)
    8
    """
    if size < 16 or size & (size - 1):
        raise InputError(f"the size of a U-Net's pictures is a power of two from 16, not {size}")
    return size.bit_length() - 1


class PatchCritic(Network):
    """PatchGAN (Isola et al. 2017): a score for each patch; 70x70 pixels with three layers.

    2,764,737 weights with three layers and a width of 64.

    Examples
    --------
    >>> PatchCritic(1, width=4)(tf.zeros([1, 16, 16, 3])).shape
    TensorShape([1, 6, 6, 1])
    """

    def __init__(self, layers: int = 3, *, width: int = 64, seed: int = 0) -> None:
        super().__init__(seed=seed, scale=SCALE)
        widths = [min(2**i, 8) * width for i in range(layers + 1)]
        self.strides = [2] * layers + [1, 1]
        self.layers_down = [
            self.convolution(f"down{i}", n, m, 4, stride=s, padding="valid")
            for i, (n, m, s) in enumerate(
                zip([3, *widths], [*widths, 1], self.strides, strict=True)
            )
        ]

    @property
    def receptive_field(self) -> int:
        """Side in pixels of the patch that a score depends on."""
        side = 1
        for stride in reversed(self.strides):
            side = (side - 1) * stride + 4
        return side

    def call(self, images: tf.Tensor) -> tf.Tensor:
        x = images
        for i, layer in enumerate(self.layers_down):
            x = layer(tf.pad(x, [[0, 0], [1, 1], [1, 1], [0, 0]]))
            if i < len(self.layers_down) - 1:
                x = tf.nn.leaky_relu(instance_norm(x) if i else x, LEAK)
        return x


class Pool(keras.Model):
    """The last pictures that a generator made (Shrivastava et al. 2017), for its critic.

    While it is not full, it keeps each picture and shows it. Then it shows the picture itself, or,
    with probability 1/2, a random older one, whose place the new one takes. Pictures that are not
    finite are not kept.

    Examples
    --------
    >>> pool = Pool(1, 2)
    >>> pool(tf.ones([1, 2, 2, 3]), tf.constant([0, 0])).shape, int(pool.count)
    (TensorShape([1, 2, 2, 3]), 1)
    """

    def __init__(self, places: int, size: int) -> None:
        super().__init__(name="pool")  # by which a checkpoint finds it again
        self.built, self._places = True, places
        shape, rest = (places, size, size, 3), {"initializer": "zeros", "trainable": False}
        self.kept = self.add_weight(shape=shape, name="kept", **rest)
        self.count = self.add_weight(shape=(), dtype="int32", name="count", **rest)

    def call(self, images: tf.Tensor, seeds: tf.Tensor) -> tf.Tensor:
        """One picture (1, size, size, 3) after the other, each with its seed."""
        pairs = zip(tf.unstack(images), tf.unstack(tf.reshape(seeds, [-1, 2])), strict=True)
        return tf.concat([self._exchanged(x[tf.newaxis], seed) for x, seed in pairs], 0)

    def _exchanged(self, image: tf.Tensor, seed: tf.Tensor) -> tf.Tensor:
        count = tf.convert_to_tensor(self.count.value)
        kept = tf.convert_to_tensor(self.kept.value)
        draws = tf.random.stateless_uniform([2], seed)
        place = tf.cast(draws[0] * float(self._places), tf.int32) % self._places
        old = (count >= self._places) & (draws[1] < 0.5)
        place = tf.where(count < self._places, count, place)
        shown = tf.where(old, kept[place][tf.newaxis], image)
        taken = ((count < self._places) | old) & tf.reduce_all(tf.math.is_finite(image))
        updated = tf.tensor_scatter_nd_update(kept, [[place]], image)
        assign_if(taken, self.kept.value, updated)
        assign_if(taken, self.count.value, tf.minimum(count + 1, self._places))
        return tf.stop_gradient(shown)
