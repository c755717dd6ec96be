"""The generator and the critic of the paper (Soiffer and Zhang 2018, section 3.2)."""

from __future__ import annotations

import numpy as np
import tensorflow as tf

from ..errors import InputError
from ..transforms import Transform
from .networks import Critic, Generator, constant_maps

GENERATOR_WIDTH = 64
CRITIC_WIDTHS = (64, 128, 128)  # "64 or 128"; see docs/paper for the reading
DENSE_WIDTHS = (256, 128)
KERNEL = 5


class PaperGenerator(Generator):
    """Four 5x5 convolutions: three of 64 channels with ReLU, the fourth to an image.

    Noise and colour enter as constant maps beside the image. The last layer ends in a sigmoid, so
    that what comes out is an image. The mean colour is only what the losses make it.

    Parameters
    ----------
    noise_size
        Numbers of noise per image.
    width
        Channels of the hidden layers (the paper's 64).

    Examples
    --------
    >>> generator = PaperGenerator(width=4)
    >>> generator(tf.zeros([2, 8, 8, 3]), tf.zeros([2, 3]), tf.zeros([2, 8])).shape
    TensorShape([2, 8, 8, 3])
    """

    kind = "paper"

    def __init__(self, *, noise_size: int = 8, width: int = GENERATOR_WIDTH, seed: int = 0) -> None:
        super().__init__(seed=seed)
        self.noise_size = noise_size
        self.options = {"noise_size": noise_size, "width": width}
        inputs = 3 + 3 + noise_size
        self.hidden = [
            self.convolution("conv1", inputs, width, KERNEL),
            self.convolution("conv2", width, width, KERNEL),
            self.convolution("conv3", width, width, KERNEL),
        ]
        self.last = self.convolution("conv4", width, 3, KERNEL, gain=0.5**0.5)
        self._compiled = tf.function(self.call, reduce_retracing=True)

    def call_with_penalty(
        self, images: tf.Tensor, colors: tf.Tensor, noise: tf.Tensor
    ) -> tuple[tf.Tensor, tf.Tensor]:
        x = tf.concat([images, constant_maps(tf.concat([noise, colors], -1), images)], -1)
        for convolution in self.hidden:
            x = tf.nn.relu(convolution(x))
        return tf.sigmoid(self.last(x)), tf.constant(0.0)

    def edit(
        self, images: tf.Tensor, colors: tf.Tensor, noise: tf.Tensor
    ) -> Transform | np.ndarray:
        edited: np.ndarray = self._compiled(images, colors, noise).numpy()[0]
        return edited


class PaperCritic(Critic):
    """Three 5x5 convolutions (64, 128, 128), each with ReLU and 2x2 max pooling; dense 256, 128, 1.

    Parameters
    ----------
    size
        Height and width of the images, in pixels; at least 8.
    sees_color
        Whether the target colour enters beside the image, as constant maps. Not in the paper.

    Examples
    --------
    >>> PaperCritic(8, widths=(4, 4, 4))(tf.zeros([2, 8, 8, 3]), tf.zeros([2, 3])).shape
    TensorShape([2])
    """

    def __init__(
        self,
        size: int,
        *,
        widths: tuple[int, int, int] = CRITIC_WIDTHS,
        sees_color: bool = False,
        seed: int = 0,
    ) -> None:
        super().__init__(seed=seed)
        if size < 8:
            raise InputError(f"the paper's critic takes images of 8 pixels or more, not {size}")
        self.sees_color = sees_color
        channels = 6 if sees_color else 3
        self.convolutions = []
        for index, width in enumerate(widths, 1):
            self.convolutions.append(self.convolution(f"conv{index}", channels, width, KERNEL))
            channels = width
        inputs = (size // 8) ** 2 * channels
        self.hidden = []
        for index, width in enumerate(DENSE_WIDTHS, 1):
            self.hidden.append(self.dense(f"dense{index}", inputs, width))
            inputs = width
        self.last = self.dense("dense3", inputs, 1, gain=0.5**0.5)

    def call(self, embedded: tf.Tensor, colors: tf.Tensor) -> tf.Tensor:
        x = embedded
        if self.sees_color:
            x = tf.concat([x, constant_maps(colors, x)], -1)
        for convolution in self.convolutions:
            x = tf.nn.max_pool2d(tf.nn.relu(convolution(x)), 2, 2, "VALID")
        x = tf.reshape(x, [-1, x.shape[1] * x.shape[2] * x.shape[3]])
        for dense in self.hidden:
            x = tf.nn.relu(dense(x))
        return self.last(x)[:, 0]
