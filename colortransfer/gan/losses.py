"""The colour GAN's losses: functions first, and each as a term of a game.

Images are (N, H, W, 3), sRGB in [0, 1]; colours (N, 3). Every loss is a scalar, to be minimised.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from typing import Any

import tensorflow as tf

from ..adversarial import Round, Term
from ..feature_extractors.base import relative_distance
from ..rendering import reach_colors

SMALL_SHIFT = 1e-3  # squared; a target next to the mean colour asks for nothing


@dataclasses.dataclass(frozen=True, kw_only=True)
class ColorError(Term):
    """How far the generated images' mean colours are from the targets; see `color_loss`.

    Examples
    --------
    >>> from colortransfer.adversarial import Round
    >>> drawn = {"edited": tf.ones([1, 8, 8, 3]), "colors": tf.constant([[0.5, 0.75, 1.0]])}
    >>> float(ColorError()(Round({}, drawn, {})))
    0.25
    """

    name: str = "color_error"

    def __call__(self, play: Round) -> tf.Tensor:
        return color_loss(play["edited"], play["colors"])


@dataclasses.dataclass(frozen=True, kw_only=True)
class Reconstruction(Term):
    """The way back to the image's own colour; see `reconstruction_loss`.

    Examples
    --------
    >>> from colortransfer.adversarial import Round
    >>> black, white = tf.zeros([1, 8, 8, 3]), tf.ones([1, 8, 8, 3])
    >>> drawn = {"images": black, "edited": white, "noise_back": None}
    >>> halves = {"generator": lambda images, colors, noise: 0.5 * images}
    >>> float(Reconstruction()(Round(halves, drawn, {})))
    0.5
    """

    name: str = "reconstruction"

    def __call__(self, play: Round) -> tf.Tensor:
        def again(images: tf.Tensor, colors: tf.Tensor) -> tf.Tensor:
            return play.networks["generator"](images, colors, play["noise_back"])

        return reconstruction_loss(again, play["images"], play["edited"])


@dataclasses.dataclass(frozen=True, kw_only=True)
class Content(Term):
    """How far the features that the critic judges have moved; see `content_loss`.

    Examples
    --------
    >>> from colortransfer.adversarial import Round
    >>> from colortransfer.gan import PaperCritic
    >>> drawn = {"images": tf.fill([1, 8, 8, 3], 0.25), "colors": tf.fill([1, 3], 0.5)}
    >>> play = Round({"critic": PaperCritic(8)}, {**drawn, "edited": drawn["images"]}, {})
    >>> float(Content()(play))
    0.0
    """

    name: str = "content"

    def __call__(self, play: Round) -> tf.Tensor:
        images, colors = play["images"], play["colors"]
        shift = colors - tf.reduce_mean(images, [1, 2])
        pictures = (images, play["edited"], reach_colors(images, colors))
        before, after, shifted = (play.networks["critic"].features(x) for x in pictures)
        return content_loss(before, after, shifted, shift)


@dataclasses.dataclass(frozen=True, kw_only=True)
class GridPenalty(Term):
    """The generator's own regulariser: the mean squared difference of its grids from their start.

    The closed form is smooth, and what is near it has no seams.

    Examples
    --------
    >>> from colortransfer.adversarial import Round
    >>> generated = (tf.zeros([1, 8, 8, 3]), tf.constant(0.25))
    >>> float(GridPenalty()(Round({}, {"generated": generated}, {})))
    0.25
    """

    name: str = "grid"

    def __call__(self, play: Round) -> tf.Tensor:
        return play["generated"][1]


def color_loss(images: tf.Tensor, colors: tf.Tensor) -> tf.Tensor:
    """|C - C_T|: mean over images and channels, in [0, 1] (the paper's, section 3.2)."""
    return tf.reduce_mean(tf.abs(tf.reduce_mean(images, [1, 2]) - colors))


def reconstruction_loss(
    generator: Callable[[tf.Tensor, tf.Tensor], tf.Tensor], images: tf.Tensor, edited: tf.Tensor
) -> tf.Tensor:
    """mean |G(G(I, C1), C0) - I| with C0 the mean colour of I (the paper's double pass).

    Parameters
    ----------
    generator
        From images and colours to images.
    edited
        G(I, C1).
    """
    return tf.reduce_mean(tf.abs(generator(edited, tf.reduce_mean(images, [1, 2])) - images))


def content_loss(original: Any, edited: Any, shifted: Any, shift: tf.Tensor) -> tf.Tensor:
    """How far features move, as a share of how far the mean shift moves them, times |p|^2.

    Feature matching (section 3.1 of the paper) as a term of the generator: the batched form of
    ``losses.FeatureMatchingLoss(normalisation="shift")``, averaged over images. Near and far
    targets weigh alike.

    Parameters
    ----------
    original, edited, shifted
        Features of the images, of G(I, C_T) and of the mean shifts: a tensor (N, ..., C), or a
        structure of such, whose relative squared distances are averaged.
    shift
        p = C_T - C_0 (N, 3).
    """
    moved, unit = (_layers_distance(original, x) for x in (edited, shifted))
    size = tf.reduce_sum(tf.square(shift), -1)
    return tf.reduce_mean((size + SMALL_SHIFT) / (unit + SMALL_SHIFT) * moved)


def _layers_distance(before: Any, after: Any) -> tf.Tensor:
    """Relative squared distance (N,), averaged over the tensors of a structure."""
    pairs = zip(tf.nest.flatten(before), tf.nest.flatten(after), strict=True)
    distances = [relative_distance(x, y) for x, y in pairs]
    return tf.add_n(distances) / float(len(distances))
