"""Pairs of pixels that lie beside each other, and how much each pair counts."""

from __future__ import annotations

import tensorflow as tf

from .scene import Scene


def counted(scene: Scene) -> tf.Tensor:
    """The original, and how much each pixel counts: (h, w, 4)."""
    counts = tf.broadcast_to(scene.weights, [*scene.original.shape[:2], 1])
    return tf.concat([scene.original, counts], -1)


def neighbours(maps: tf.Tensor, step: int = 1) -> tuple[tuple[tf.Tensor, tf.Tensor], ...]:
    """All pairs of pixels of maps (1, h, w, c) that are ``step`` apart, down and across."""
    return (maps[:, :-step], maps[:, step:]), (maps[:, :, :-step], maps[:, :, step:])


def apart(first: tf.Tensor, second: tf.Tensor) -> tf.Tensor:
    """Squared differences of colours (1, h, w, 3 or more): (1, h, w, 1)."""
    return tf.reduce_sum(tf.square(second[..., :3] - first[..., :3]), -1, keepdims=True)


def shares(weights: tf.Tensor, first: tf.Tensor, second: tf.Tensor) -> tf.Tensor:
    """Weights (1, h, w, 1) of pairs, of which a mean over those of `counted` pixels is the sum."""
    counts = tf.minimum(first[..., 3:], second[..., 3:])
    return tf.math.divide_no_nan(weights * counts, tf.reduce_sum(counts))
