"""DCGAN (Radford, Metz and Chintala 2015): pictures from noise, by convolutions alone."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from typing import Any, ClassVar

import numpy as np
import tensorflow as tf

from ..adversarial import Deception, Discrimination, Game, Player
from ..colors import LUMA
from ..errors import InputError
from ..training import History
from .networks import LEAK, Network
from .relative import Relative, as_bytes, signed

SCALE = 0.02  # standard deviation of the initial weights (the paper, section 4)
SHOWN = 8  # samples in a row of a sheet


@dataclasses.dataclass(kw_only=True, eq=False)
class DCGAN(Relative):
    """A generator and a discriminator as published, and their training.

    Parameters
    ----------
    size
        Side of the pictures in pixels: a power of two from 16.
    channels
        3, or 1 for grey pictures.
    width
        Channels of the discriminator's first layer. 64 and kernels of 4 are those of the authors'
        code (3,576,704 and 2,765,568 weights at 64 pixels); the paper's figure 1 has 128 and 5.
    kernel
        Side of the kernels.
    noise_size
        Numbers of z, drawn from [-1, 1].
    batch, rate, beta_1
        Images in a batch; Adam's constants.
    seed
        Of weights, batches and noise.

    Examples
    --------
    >>> DCGAN(width=4).sample(2).shape
    (2, 32, 32, 3)
    """

    kind: ClassVar[str] = "dcgan"
    kept: ClassVar[tuple[str, ...]] = ("generator",)

    size: int = 32
    channels: int = 3
    width: int = 64
    kernel: int = 4
    noise_size: int = 100
    batch: int = 128
    rate: float = 2e-4
    beta_1: float = 0.5
    seed: int = 0

    def __post_init__(self) -> None:
        size, kernel, channels = self.size, self.kernel, self.channels
        if size < 16 or size & (size - 1) or channels not in (1, 3):
            raise InputError("size is a power of two from 16, channels are 1 or 3")
        widths = [self.width * 2**level for level in range((size // 4).bit_length() - 1)]
        self.networks = {
            "generator": DCGenerator(
                widths[::-1], channels, kernel, self.noise_size, seed=self.seed
            ),
            "discriminator": Discriminator(widths, channels, kernel, seed=self.seed + 1),
        }

    def train(self, images: np.ndarray, *, steps: int, **options: Any) -> History:
        """Train both networks; the generator's weights are those of the last step.

        Parameters
        ----------
        images
            uint8 (N, H, W, 3), at least of ``size``: crops of them, half of which are flipped.
        steps
            Steps in all, with those of a resumed training.
        **options
            Those of `training.Options`: ``folder``, ``checkpoint_every``, ``validate_every``,
            ``callbacks``, ``tensorboard``, ``progress``. The folder gets sheets of samples.

        Examples
        --------
        >>> images = np.random.default_rng(0).integers(0, 256, (8, 16, 16, 3), dtype=np.uint8)
        >>> DCGAN(size=16, width=4, batch=2).train(images, steps=1).rejected
        0
        """
        return self._train([images], steps, options)

    def sample(self, count: int, *, seed: int = 0) -> np.ndarray:
        """Pictures, uint8 (count, size, size, channels), from the moving statistics."""
        rng = np.random.default_rng(seed)
        return self._drawn(rng.uniform(-1.0, 1.0, (count, self.noise_size)))

    def interpolate(self, count: int, *, seeds: tuple[int, int] = (0, 1)) -> np.ndarray:
        """``count`` pictures along the line in z from the first of one seed to that of another."""
        first, last = (
            np.random.default_rng(s).uniform(-1.0, 1.0, (1, self.noise_size)) for s in seeds
        )
        share = np.linspace(0.0, 1.0, count)[:, None]
        return self._drawn((1.0 - share) * first + share * last)

    def _drawn(self, noise: np.ndarray) -> np.ndarray:
        generator, found = self.networks["generator"], []
        for start in range(0, len(noise), self.batch):
            part = tf.constant(noise[start : start + self.batch], tf.float32)
            found.append(as_bytes(generator(part, moving=True)))
        return np.concatenate(found)

    def _game(self) -> Game:
        def draw(batch: tuple[tf.Tensor], seed: tf.Tensor) -> dict[str, tf.Tensor]:
            images = signed(batch[0])
            if self.channels == 1:
                images = tf.tensordot(images, tf.constant(LUMA, tf.float32)[:, None], 1)
            shape = [self.batch, self.noise_size]
            return {"real": images, "noise": tf.random.stateless_uniform(shape, seed, -1.0, 1.0)}

        constants: dict[str, Any] = {"rate": self.rate, "beta_1": self.beta_1, "beta_2": 0.999}
        critic = "discriminator"
        players = (
            Player(
                name=critic,
                networks=(critic,),
                terms=(Discrimination(critic=critic),),
                **constants,
            ),
            Player(
                name="generator",
                networks=("generator",),
                terms=(Deception(critic=critic),),
                **constants,
            ),
        )
        wiring = {"fake": lambda play: play.networks["generator"](play["noise"])}
        return Game(
            self.networks, players, draw=draw, wiring=wiring, batch=self.batch, seed=self.seed
        )

    def _rows(self, sets: Sequence[np.ndarray]) -> list[np.ndarray]:
        samples = self.sample(SHOWN**2)
        samples = np.broadcast_to(samples, (*samples.shape[:3], 3))
        return list(samples.reshape(SHOWN, SHOWN, *samples.shape[1:]))


class DCGenerator(Network):
    """z (N, noise_size) to pictures in [-1, 1]: transposed convolutions, batch norm, ReLU, tanh.

    Examples
    --------
    >>> DCGenerator([16, 8], 3, 4, 10)(tf.zeros([2, 10])).shape
    TensorShape([2, 16, 16, 3])
    """

    def __init__(
        self, widths: Sequence[int], channels: int, kernel: int, noise_size: int, *, seed: int = 0
    ) -> None:
        super().__init__(seed=seed, scale=SCALE)
        self._first = widths[0]
        self.project = self.dense("project", noise_size, 16 * widths[0], bias=False)
        self.norms = [self.batch_norm(f"norm{i}", w) for i, w in enumerate(widths)]
        outputs = [*widths[1:], channels]
        self.layers_up = [
            self.convolution(f"up{i}", n, m, kernel, stride=2, bias=False, transposed=True)
            for i, (n, m) in enumerate(zip(widths, outputs, strict=True))
        ]

    def call(self, noise: tf.Tensor, moving: bool = False) -> tf.Tensor:
        x = tf.reshape(self.project(noise), [-1, 4, 4, self._first])
        for norm, up in zip(self.norms, self.layers_up, strict=True):
            x = up(tf.nn.relu(norm(x, moving=moving)))
        return tf.tanh(x)


class Discriminator(Network):
    """Pictures to logits (N,): strided convolutions, batch norm but for the first, leaky ReLU.

    Examples
    --------
    >>> Discriminator([8, 16], 3, 4)(tf.zeros([2, 16, 16, 3])).shape
    TensorShape([2])
    """

    def __init__(self, widths: Sequence[int], channels: int, kernel: int, *, seed: int = 0) -> None:
        super().__init__(seed=seed, scale=SCALE)
        inputs = [channels, *widths[:-1]]
        self.layers_down = [
            self.convolution(f"down{i}", n, m, kernel, stride=2, bias=False)
            for i, (n, m) in enumerate(zip(inputs, widths, strict=True))
        ]
        self.norms = [self.batch_norm(f"norm{i}", w) for i, w in enumerate(widths[1:], 1)]
        self.last = self.convolution("last", widths[-1], 1, 4, padding="valid", bias=False)

    def call(self, images: tf.Tensor) -> tf.Tensor:
        x = tf.nn.leaky_relu(self.layers_down[0](images), LEAK)
        for down, norm in zip(self.layers_down[1:], self.norms, strict=True):
            x = tf.nn.leaky_relu(norm(down(x)), LEAK)
        return tf.reshape(self.last(x), [-1])
