"""Losses of generators and critics, as functions of scores and images.

Scores are (N,); images (N, H, W, 3), sRGB in [0, 1]; colours (N, 3). Every loss is a scalar, to be
minimised.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import tensorflow as tf

from .. import colors as color_space
from ..feature_extractors.base import relative_distance

EPSILON = 1e-12  # under square roots: the slope of a norm is not defined at zero
C2 = 0.03**2  # of SSIM, as in evaluation.contrast_structure
SMALL_SHIFT = 1e-3  # squared; a target next to the mean colour asks for nothing
TAPS = np.exp(-0.5 * (np.arange(-5, 6) / 1.5) ** 2)  # SSIM's Gaussian window


def wasserstein_critic_loss(real: tf.Tensor, fake: tf.Tensor) -> tf.Tensor:
    """mean D(fake) - mean D(real): minus the estimate of W (Arjovsky et al. 2017, equation 2)."""
    return tf.reduce_mean(fake) - tf.reduce_mean(real)


def wasserstein_generator_loss(fake: tf.Tensor) -> tf.Tensor:
    """-mean D(fake)."""
    return -tf.reduce_mean(fake)


def gan_critic_loss(real: tf.Tensor, fake: tf.Tensor) -> tf.Tensor:
    """-mean log s(D(real)) - mean log(1 - s(D(fake))), s the logistic function.

    Goodfellow et al. 2014, equation 1. Scores are logits.
    """
    return tf.reduce_mean(tf.nn.softplus(-real)) + tf.reduce_mean(tf.nn.softplus(fake))


def gan_generator_loss(fake: tf.Tensor) -> tf.Tensor:
    """-mean log s(D(fake)), which does not saturate (Goodfellow et al. 2014, section 3)."""
    return tf.reduce_mean(tf.nn.softplus(-fake))


def gradient_penalty(
    critic: Callable[[Any], tf.Tensor], real: Any, fake: Any, epsilon: tf.Tensor
) -> tf.Tensor:
    """mean (|grad D(e real + (1 - e) fake)| - 1)^2 (Gulrajani et al. 2017, equation 3).

    Parameters
    ----------
    critic
        From images, or from structures of tensors, to scores (N,).
    real, fake
        Tensors (N, ...), or structures of such.
    epsilon
        e (N,), one for each pair, in [0, 1].

    Notes
    -----
    The norm is over all axes but the first, and over all tensors of a structure.
    """

    def between(x: tf.Tensor, y: tf.Tensor) -> tf.Tensor:
        share = tf.reshape(epsilon, [-1] + [1] * (len(x.shape) - 1))
        return share * x + (1.0 - share) * y

    places = tf.nest.map_structure(between, real, fake)
    squared = _squared_slopes(critic, places)
    return tf.reduce_mean(tf.square(tf.sqrt(squared + EPSILON) - 1.0))


def r1_penalty(critic: Callable[[Any], tf.Tensor], real: Any) -> tf.Tensor:
    """mean |grad D(real)|^2 / 2 (Mescheder et al. 2018, equation 9, without its weight gamma)."""
    return 0.5 * tf.reduce_mean(_squared_slopes(critic, real))


def _squared_slopes(critic: Callable[[Any], tf.Tensor], places: Any) -> tf.Tensor:
    """|grad D|^2 (N,) at each place."""
    with tf.GradientTape(watch_accessed_variables=False) as tape:
        tape.watch(places)
        scores = critic(places)
    slopes = tf.nest.flatten(tape.gradient(scores, places))
    return tf.add_n([tf.reduce_sum(tf.square(s), list(range(1, len(s.shape)))) for s in slopes])


def directions(embedded: Any) -> list[tf.Tensor]:
    """Each tensor (N, ..., C) of a structure averaged over its places, as unit vectors (N, C)."""
    means = [tf.reduce_mean(x, list(range(1, len(x.shape) - 1))) for x in tf.nest.flatten(embedded)]
    return [tf.math.l2_normalize(mean, -1) for mean in means]


def kernel_distance(real: list[tf.Tensor], fake: list[tf.Tensor]) -> tf.Tensor:
    """Squared maximum mean discrepancy between rows, averaged over the tensors (N, C) of the lists.

    The unbiased estimate with the kernel (x . y + 1)^3. Row i of one list is not compared with row
    i of the other: a batch gives edited images the mean colours of its real ones, one by one. For
    `directions` of features it is the kernel inception distance (Bińkowski et al. 2018) of a batch,
    as a loss (Li et al. 2015). The kernel plays a critic that needs no training.
    """
    values = [_discrepancy(x, y) for x, y in zip(real, fake, strict=True)]
    return tf.add_n(values) / float(len(values))


def _discrepancy(x: tf.Tensor, y: tf.Tensor) -> tf.Tensor:
    def pairs(a: tf.Tensor, b: tf.Tensor) -> tf.Tensor:
        values = tf.pow(tf.matmul(a, b, transpose_b=True) + 1.0, 3.0)
        return tf.reduce_sum(values) - tf.linalg.trace(values)

    count = tf.cast(tf.shape(x)[0], tf.float32)
    return (pairs(x, x) + pairs(y, y) - 2.0 * pairs(x, y)) / (count * (count - 1.0))


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


def structure_loss(images: tf.Tensor, edited: tf.Tensor) -> tf.Tensor:
    """1 - contrast-structure (``evaluation.contrast_structure``), averaged; 0 for any shift."""
    luma = tf.constant(color_space.LUMA[:, np.newaxis], tf.float32)
    x, y = (tf.tensordot(z - tf.reduce_mean(z, [1, 2], True), luma, 1) for z in (images, edited))
    moments = _window(tf.concat([x, y, x * x, y * y, x * y], -1))
    mean_x, mean_y, xx, yy, xy = tf.unstack(moments, axis=-1)
    both = xy - mean_x * mean_y
    spread = xx - mean_x**2 + yy - mean_y**2
    return 1.0 - tf.reduce_mean((2 * both + C2) / (spread + C2))


def _window(maps: tf.Tensor) -> tf.Tensor:
    """Gaussian means around each pixel, edges mirrored."""
    taps = (TAPS / TAPS.sum()).astype(np.float32)
    sides = [[0, 0], [5, 5], [5, 5], [0, 0]]
    maps = tf.pad(maps, sides, "SYMMETRIC")
    for shape in ((-1, 1), (1, -1)):
        kernel = np.repeat(taps.reshape(*shape, 1, 1), maps.shape[-1], 2)
        maps = tf.nn.depthwise_conv2d(maps, tf.constant(kernel), [1, 1, 1, 1], "VALID")
    return maps
