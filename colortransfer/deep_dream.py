"""DeepDream (Mordvintsev, Olah and Tyka 2015), which feature matching was adapted from."""

from __future__ import annotations

import dataclasses
import functools
from collections.abc import Sequence
from typing import Any

import tensorflow as tf

from .core.forks import before_tensorflow
from .errors import InputError
from .feature_extractors import Ensemble, FeatureExtractor, InceptionV1, PlainNet
from .feature_extractors.base import reflect
from .images.canvas import as_canvas
from .images.working_copy import working_copy
from .losses import ActivationLoss, Scene
from .optimizers import Callback, NormalisedDescent, Optimizer
from .parametrizations import Parametrization, Pixels
from .problem import Problem, View, reached
from .targets import Unconstrained

MARGIN = 32  # pixels of reflection around the picture, where a network's own padding shows
GUIDE = 224  # pixels: the longest side at which a guide is seen
# Layers of the two bundled networks as their `Ensemble` names them, and a channel of each.
BUNDLED = {"0/mixed3b": 49, "1/conv4_2": 125}


@dataclasses.dataclass(frozen=True, eq=False)
class DeepDream:
    """A photograph changed so that what a network sees in it grows.

    It is a fit without a colour: each octave starts from what was added at the one below, and the
    photograph's own detail is beneath it.

    Parameters
    ----------
    extractor
        The network; by default the bundled ``InceptionV1`` and ``PlainNet``, with the layers
        ``0/mixed3b`` and ``1/conv4_2``.
    layers
        Those of the extractor's layers whose activations grow; None: all.
    channel
        Only this channel of each layer, or one for each of the layers. None: all of them, but
        where none of extractor, layers and guide is given either, 49 and 125 of the bundled
        networks': coloured stones, and the spots of leopards.
    octaves, ratio
        At most so many sizes, each larger by this factor; those too small for the network are left
        out.
    optimizer
        How each octave descends; by default fifteen steps of 0.01 on average along the gradient.
        For other families than pixels give ``Adam``.
    parametrization
        What varies: ``Pixels()`` by default, or ``Fourier()``, whose colours are decorrelated.
    jitter
        The picture is moved by up to so many pixels, differently in each step.
    tile
        Octaves that are larger are looked at in tiles of this side, in pixels, where the network's
        field of view is known; the result is that of the whole picture.
    seed
        Of the jitter.

    Examples
    --------
    >>> network = PlainNet(layers=("conv1_2", "conv2_2"))
    >>> dream = DeepDream(network, layers=("conv2_2",), octaves=1)
    >>> dream.dream(photo).shape
    (40, 56, 3)
    """

    extractor: FeatureExtractor | None = None
    layers: Sequence[str] | None = dataclasses.field(default=None, kw_only=True)
    channel: int | Sequence[int] | None = dataclasses.field(default=None, kw_only=True)
    octaves: int = dataclasses.field(default=4, kw_only=True)
    ratio: float = dataclasses.field(default=1.4, kw_only=True)
    optimizer: Optimizer | None = dataclasses.field(default=None, kw_only=True)
    parametrization: Parametrization = dataclasses.field(default=Pixels(), kw_only=True)
    jitter: int = dataclasses.field(default=16, kw_only=True)
    tile: int = dataclasses.field(default=512, kw_only=True)
    seed: int = dataclasses.field(default=0, kw_only=True)

    def __post_init__(self) -> None:
        if self.octaves < 1 or self.ratio <= 1 or self.jitter < 0 or self.tile < 1:
            raise InputError("octaves and tile are at least 1, ratio more than 1, jitter from 0")
        _ = self._loss(None, None)

    @functools.cached_property
    def network(self) -> FeatureExtractor:
        """The extractor with the layers that are asked for."""
        found = self.extractor
        if found is None:
            found = Ensemble([InceptionV1(layers=("mixed3b",)), PlainNet(layers=("conv4_2",))])
        return found if self.layers is None else found.restricted(self.layers)

    def dream(self, image: Any, *, guide: Any = None, callbacks: Sequence[Callback] = ()) -> Any:
        """The dream of a photograph.

        Parameters
        ----------
        image
            Array or tensor (H, W), (H, W, 1), (H, W, 3) or (H, W, 4): uint8, uint16, or floats in
            [0, 1]. It is not changed.
        guide
            Another photograph: features like its own are to appear, instead of any.
        callbacks
            Called after each step with an ``optimizers.Step``; returning True ends an octave.

        Returns
        -------
        Same type, dtype and shape as ``image``. The same call gives the same bytes.

        Raises
        ------
        InputError
            If something cannot be used; the message names the remedy.
        """
        before_tensorflow()
        canvas, target = as_canvas(image), Unconstrained()
        height, width = canvas.pixels.shape[:2]
        minimum = self.network.minimum_size
        levels = range(self.octaves)
        sides = [max(height, width) / self.ratio**n for n in levels]
        large = [
            side
            for n, side in enumerate(sides)
            if n == 0 or min(height, width) / self.ratio**n >= minimum
        ]
        problem = self._problem(max(height, width) > self.tile, guide)
        found = problem.coarse_to_fine(
            self.optimizer or NormalisedDescent(steps=15, learning_rate=0.01),
            (Scene.of(working_copy(canvas, side, minimum), target) for side in reversed(large)),
            lambda scene: tf.zeros([3]),
            callbacks=callbacks,
        )
        transform = self.parametrization.transform(found.variables, (height, width))
        return target.finish(canvas, transform).image

    def _problem(self, large: bool, guide: Any) -> Problem:
        """The objective; one graph for all sizes."""
        network = self.network
        tile = self.tile if large and network.halo is not None and not network.padding else None
        seen = None
        if guide is not None:
            seen = working_copy(as_canvas(guide), GUIDE, network.minimum_size).image
        loss = 1.0 * self._loss(seen, tile)
        return Problem(self.parametrization, loss, reached, view=self._view())

    def _loss(self, guide: Any, tile: int | None) -> ActivationLoss:
        given = (self.extractor, self.layers, self.channel, guide)
        channel = tuple(BUNDLED.values()) if all(x is None for x in given) else self.channel
        return ActivationLoss(self.network, channel=channel, guide=guide, tile=tile)

    def _view(self) -> View:
        """The picture in its mirror image's frame, moved by what is a function of the step.

        The network's zeros at the border, which the dream would answer with a frame of its own,
        lie outside of the picture.
        """

        def moved(image: tf.Tensor, number: tf.Tensor) -> tf.Tensor:
            framed = reflect(image[tf.newaxis], MARGIN + self.jitter)[0]
            size = tf.shape(framed)[:2]
            free = tf.minimum(2 * self.jitter, size - tf.shape(image)[:2])
            draws = tf.random.stateless_uniform([2], tf.stack([self.seed, number]))
            top, left = tf.unstack(tf.cast(draws * tf.cast(free + 1, tf.float32), tf.int32))
            height, width = tf.unstack(size - free)
            return framed[top : top + height, left : left + width]

        return moved
