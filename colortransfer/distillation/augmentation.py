"""Random views and colour edits of training images; functions of a seed."""

from __future__ import annotations

import numpy as np
import tensorflow as tf

from ..pyramid import gaussian

# Each has the seed of its place in this list: new draws go to its end, or all others change, and
# with them what the bundled networks have learned from.
DRAWS = (
    "strength",
    "kind",
    "cast",
    "matrix",
    "offset",
    "gamma",
    "field",
    "damage",
    "blur",
    "noise_size",
    "noise",
)


def random_resized_crops(images: tf.Tensor, seed: tf.Tensor, smallest: float) -> tf.Tensor:
    """Flip and crop (``smallest`` to 1 of the side, one crop an image), same size out.

    Small crops are enlarged and so as smooth as the photographs that a fit works on.
    """
    count, height, width = tf.shape(images)[0], images.shape[1], images.shape[2]
    seeds = tf.random.split(seed, 4)
    side = tf.pow(smallest, tf.random.stateless_uniform([count], seeds[0]))
    top = tf.random.stateless_uniform([count], seeds[1]) * (1 - side)
    left = tf.random.stateless_uniform([count], seeds[2]) * (1 - side)
    flip = tf.random.stateless_uniform([count], seeds[3]) < 0.5
    x0, x1 = tf.where(flip, left + side, left), tf.where(flip, left, left + side)
    boxes = tf.stack([top, x0, top + side, x1], 1)
    return tf.image.crop_and_resize(images, boxes, tf.range(count), [height, width])


def random_edits(images: tf.Tensor, seed: tf.Tensor) -> tf.Tensor:
    """Colour edits of random kind and strength, some with blur or noise; clipped to [0, 1].

    Casts, colour matrices, exposure and gamma, smooth local casts that depend on luma (what a
    bilateral grid can do); one image in four is blurred or gets noise, alone or on top.
    """
    count, height, width = tf.shape(images)[0], images.shape[1], images.shape[2]
    seeds = dict(zip(DRAWS, tf.unstack(tf.random.split(seed, 12), num=12), strict=False))

    def normal(draw: str, *shape: int) -> tf.Tensor:
        return tf.random.stateless_normal([count, *shape], seeds[draw])

    def uniform(draw: str) -> tf.Tensor:
        return tf.random.stateless_uniform([count, 1, 1, 1], seeds[draw])

    strength = 0.02 * tf.pow(15.0, uniform("strength"))  # 0.02 .. 0.3, log-uniform
    cast = images + strength * normal("cast", 1, 1, 3)
    mean = tf.reduce_mean(images, [1, 2], keepdims=True)
    matrix = tf.einsum("nhwc,ncd->nhwd", images - mean, normal("matrix", 3, 3))
    affine = images + strength * (1.5 * matrix + normal("offset", 1, 1, 3))
    exponent = tf.exp(2.5 * strength * normal("gamma", 1, 1, 3))
    gamma = tf.pow(tf.maximum(images, 1e-3), exponent)
    luma = tf.reduce_mean(images, -1, keepdims=True)
    hats = tf.nn.relu(1 - tf.abs(3 * luma - tf.range(4.0)))  # tent functions of luma
    field = tf.image.resize(normal("field", 4, 4, 12), [height, width], "bicubic")
    field = tf.reshape(field, [count, height, width, 4, 3])
    local = cast + strength * tf.einsum("nhwk,nhwkc->nhwc", hats, field)
    kind = uniform("kind")
    edited = tf.where(kind < 0.5, tf.where(kind < 0.25, cast, affine), local)
    edited = tf.where((kind > 0.85), gamma, edited)

    damage = uniform("damage")
    base = tf.where(damage < 0.125, images, edited)
    blurred = base + uniform("blur") * (blur(base) - base)
    noisy = base + 0.08 * uniform("noise_size") * normal("noise", height, width, 3)
    damaged = tf.where(tf.math.floormod(damage * 1000, 2) < 1, blurred, noisy)
    return tf.clip_by_value(tf.where(damage < 0.25, damaged, edited), 0.0, 1.0)


def random_casts(images: tf.Tensor, seed: tf.Tensor, size: float = 0.1) -> tf.Tensor:
    """One colour of length ``size`` added to each image, in a random direction; not clipped."""
    colors = tf.random.stateless_normal([tf.shape(images)[0], 1, 1, 3], seed)
    return images + size * tf.math.l2_normalize(colors, -1)


def blur(images: tf.Tensor, sigma: float = 1.5, radius: int = 4) -> tf.Tensor:
    """Gaussian blur; edges are mirrored."""
    taps = gaussian(sigma, radius)
    kernel = np.repeat(np.outer(taps, taps)[:, :, None, None], 3, 2)
    padded = tf.pad(images, [[0, 0], [radius] * 2, [radius] * 2, [0, 0]], "SYMMETRIC")
    return tf.nn.depthwise_conv2d(padded, kernel, [1, 1, 1, 1], "VALID")
