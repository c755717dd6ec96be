"""What a dream ascends: the activations of a network, or those that a guide has, too."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from typing import Any, ClassVar

import tensorflow as tf

from ..errors import InputError
from ..feature_extractors.base import FeatureExtractor
from ..typing import ImageTensor, Scalar
from .base import Loss
from .scene import Scene
from .tiles import Tiles


@dataclasses.dataclass(frozen=True, eq=False)
class ActivationLoss(Loss):
    """Minus the mean square of the activations of an extractor's layers, halved, layers averaged.

    Parameters
    ----------
    extractor
        The network and its layers.
    channel
        Only this channel of each layer, or one for each of the layers, whose mean is taken instead;
        None: all.
    guide
        Floats (H, W, 3), sRGB in [0, 1]: each position is drawn to that position of the guide whose
        features have the largest scalar product with its own (Mordvintsev 2015, "controlling
        dreams").
    tile
        Look at the picture in tiles of this side, in pixels; None: at once, the same.

    Examples
    --------
    >>> from colortransfer.feature_extractors import PlainNet
    >>> term = ActivationLoss(PlainNet(layers=("conv1_1",)))
    >>> float(term(photo / 255.0, photo / 255.0, "#5b86b4")) < 0
    True
    """

    name: ClassVar[str] = "activation"
    extractor: FeatureExtractor
    channel: int | Sequence[int] | None = dataclasses.field(default=None, kw_only=True)
    guide: Any = dataclasses.field(default=None, kw_only=True)
    tile: int | None = dataclasses.field(default=None, kw_only=True)

    def __post_init__(self) -> None:
        if self.channel is not None and self.guide is not None:
            raise InputError("give a channel or a guide, not both")
        _ = self._channels

    @property
    def _channels(self) -> dict[str, int]:
        """The one that is asked for, by layer."""
        asked, layers = self.channel, self.extractor.layers
        if asked is None:
            return {}
        several = [asked] * len(layers) if isinstance(asked, int) else list(asked)
        if len(several) != len(layers) or min(several) < 0:
            raise InputError(
                f"channel is a number from 0, or one for each of {', '.join(layers)}, not {asked!r}"
            )
        return dict(zip(layers, several, strict=True))

    @property
    def minimum_size(self) -> int:  # type: ignore[override]
        return self.extractor.minimum_size

    def prepare(self, scene: Scene) -> Any:
        self._check_channels()
        if self.guide is None:
            return ()
        features = self.extractor(tf.constant(self.guide, tf.float32)[tf.newaxis])
        return {name: tf.reshape(v, [-1, v.shape[-1]]) for name, v in features.items()}

    def _check_channels(self) -> None:
        if asked := self._channels:
            side = self.minimum_size
            for name, values in self.extractor(tf.zeros([1, side, side, 3])).items():
                if asked[name] >= values.shape[-1]:
                    last = values.shape[-1] - 1
                    raise InputError(f"layer {name} has channels 0 to {last}, no {asked[name]}")

    def signature(self, prepared: Any) -> Any:
        return tf.nest.map_structure(lambda x: tf.TensorSpec([None, x.shape[1]]), prepared)

    def value(self, image: ImageTensor, scene: Scene, prepared: Any) -> Scalar:
        whole = image[tf.newaxis]
        if self.tile is None:
            found = self.extractor(whole).items()
            rows = [tf.reduce_sum(self._ascended(v, prepared, name), -1) for name, v in found]
            return -tf.add_n([tf.reduce_mean(row) for row in rows]) / float(len(rows))
        tiles = Tiles(self.extractor, self.tile)
        counts = tiles.positions(whole)

        def part(name: str, features: tf.Tensor, *_: Any) -> tf.Tensor:
            share = 1.0 / tf.cast(counts[name] * len(counts), tf.float32)
            return -share * tf.reduce_sum(self._ascended(features, prepared, name))

        return tiles.distance(whole, {}, {}, part)

    def _ascended(self, features: tf.Tensor, prepared: Any, name: str) -> tf.Tensor:
        """What is to grow, (1, rows, columns, channels or 1); summed over the last axis."""
        if name in self._channels:
            channel = self._channels[name]
            return features[..., channel : channel + 1]
        if self.guide is None:
            return 0.5 * tf.square(features) / features.shape[-1]
        flat = tf.reshape(features, [-1, features.shape[-1]])
        best = tf.argmax(tf.matmul(tf.stop_gradient(flat), prepared[name], transpose_b=True), 1)
        drawn = tf.reshape(tf.gather(prepared[name], best), tf.shape(features))
        return features * drawn / features.shape[-1]
