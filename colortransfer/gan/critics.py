"""The default critic: on the features of a fixed network."""

from __future__ import annotations

import tensorflow as tf

from ..feature_extractors import FeatureExtractor, PlainNet
from .networks import LEAK, Critic, constant_maps

CONTENT_SIDE = 64  # pixels: what the bundled network was taught on


class FeatureCritic(Critic):
    """A small critic on each layer of a fixed feature extractor (Sauer et al. 2021).

    A critic on pixels must first learn to see; one on features begins with judging. Gradient
    penalties are taken with respect to the features, which are scaled to about unit size.

    Parameters
    ----------
    extractor
        The fixed network; by default the bundled ``PlainNet``.
    reduction
        By which images are reduced before the network sees them.
    width
        Channels of the critics' layers.
    sees_color
        Whether the target colour enters beside the features, as constant maps.

    Examples
    --------
    >>> critic = FeatureCritic(PlainNet(layers=("conv1_1",)), width=4)
    >>> critic(critic.embed(tf.zeros([2, 32, 32, 3])), tf.zeros([2, 3])).shape
    TensorShape([2])
    """

    def __init__(
        self,
        extractor: FeatureExtractor | None = None,
        *,
        reduction: int = 1,
        width: int = 64,
        sees_color: bool = True,
        seed: int = 0,
    ) -> None:
        super().__init__(seed=seed)
        self.extractor = PlainNet() if extractor is None else extractor
        self.sees_color, self._reduction = sees_color, reduction
        side = max(32, self.extractor.minimum_size)
        noise = tf.random.stateless_uniform([8, side, side, 3], [seed, 0])
        # Smooth noise is nearer to images than white noise is; it only sets the scale.
        sample = self.extractor(tf.nn.avg_pool2d(noise, 3, 1, "SAME"))
        self._scales = {
            name: float(tf.sqrt(tf.reduce_mean(tf.square(values)) + 1e-12))
            for name, values in sample.items()
        }
        self.judges = {}
        for name, values in sample.items():
            channels = values.shape[-1] + (3 if sees_color else 0)
            self.judges[name] = [
                self.convolution(f"{name}_conv1", channels, width, 1),
                self.convolution(f"{name}_conv2", width, width, 3, stride=2),
                self.convolution(f"{name}_conv3", width, width, 3, stride=2),
                self.dense(f"{name}_dense", width, 1, gain=0.5**0.5),
            ]

    def embed(self, images: tf.Tensor) -> dict[str, tf.Tensor]:
        features = self.extractor(_reduced(images, self._reduction))
        return {name: values / self._scales[name] for name, values in features.items()}

    def features(self, images: tf.Tensor) -> dict[str, tf.Tensor]:
        # On images as small as `embed` takes them the content term leads to less natural pictures.
        return self.extractor(_reduced(images, max(1, images.shape[1] // CONTENT_SIDE)))

    def call(self, embedded: dict[str, tf.Tensor], colors: tf.Tensor) -> tf.Tensor:
        scores = []
        for name, x in embedded.items():
            if self.sees_color:
                x = tf.concat([x, constant_maps(colors - 0.5, x)], -1)
            *convolutions, dense = self.judges[name]
            for convolution in convolutions:
                x = tf.nn.leaky_relu(convolution(x), LEAK)
            scores.append(dense(tf.reduce_mean(x, [1, 2]))[:, 0])
        return tf.add_n(scores)


def _reduced(images: tf.Tensor, factor: int) -> tf.Tensor:
    return images if factor == 1 else tf.nn.avg_pool2d(images, factor, factor, "VALID")
