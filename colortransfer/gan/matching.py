"""What a fit minimises, as a term of the generator: it learns to do at once what a fit does."""

from __future__ import annotations

import dataclasses
from typing import Any

import numpy as np
import tensorflow as tf

from ..adversarial import Round, Term
from ..defaults import default_losses
from ..losses import Scene
from ..losses.base import LossSum

SMALL = 0.02  # added to both losses: a target next to the mean colour asks for nothing


@dataclasses.dataclass(frozen=True, kw_only=True, eq=False)
class Matching(Term):
    """How far a `FeatureMatcher` would be from done: its loss, as a share of the mean shift's.

    A fit descends on its loss for one photograph and one colour; a generator that descends on the
    same loss over many learns to predict such edits (amortised optimisation, as Johnson, Alahi and
    Fei-Fei 2016 have it for style transfer). Shares weigh near and far targets alike.

    Attributes
    ----------
    losses : LossSum
        What the fit minimises.

    Examples
    --------
    >>> from colortransfer.adversarial import Round
    >>> images, colors = tf.fill([1, 32, 32, 3], 0.25), tf.fill([1, 3], 0.5)
    >>> play = Round({}, {"images": images, "edited": images + 0.25, "colors": colors}, {})
    >>> float(Matching()(play))
    1.0
    """

    name: str = "matching"
    losses: LossSum = dataclasses.field(default_factory=default_losses)

    def __call__(self, play: Round) -> tf.Tensor:
        images, edited, colors = (play[name] for name in ("images", "edited", "colors"))
        example = self._like(images.shape[1:])

        def share(image: tf.Tensor, after: tf.Tensor, color: tf.Tensor) -> tf.Tensor:
            scene, prepared = _as_tensors(self._prepared, (image, color), example)
            value = self.losses.value(after, scene, prepared)
            return (value + SMALL) / (self.losses.value(scene.baseline, scene, prepared) + SMALL)

        examples = (images, edited, colors)
        shares = tf.map_fn(lambda x: share(*x), examples, fn_output_signature=tf.float32)
        return tf.reduce_mean(shares)

    def _prepared(self, image: tf.Tensor, color: tf.Tensor) -> tuple[Scene, Any]:
        scene = Scene.whole(image, tuple(map(float, color)))
        return scene, self.losses.prepare(scene)

    def _like(self, shape: tf.TensorShape) -> tuple[Scene, Any]:
        """What any image of this shape gives, for its structure."""
        with tf.init_scope():
            return self._prepared(np.full(shape, 0.5, np.float32), np.full(3, 0.6))


def _as_tensors(function: Any, arguments: tuple[tf.Tensor, ...], example: Any) -> Any:
    """What an eager function returns within a graph: a structure of tensors like ``example``."""
    flat = tf.nest.flatten(example)
    found = tf.py_function(
        lambda *given: tf.nest.flatten(function(*given)), arguments, [x.dtype for x in flat]
    )
    shaped = [tf.ensure_shape(x, like.shape) for x, like in zip(found, flat, strict=True)]
    return tf.nest.pack_sequence_as(example, shaped)
