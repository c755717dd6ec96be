"""Closed-form shifts."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import tensorflow as tf

from .precision import in_double
from .spaces import SPACES

DARKEST = 1e-300  # a power of 0 with an exponent below 1 has an infinite slope

# What happens to values x of [0, 1] with the parameter p; w is the weight of "midtone".
CURVES: dict[str, Callable[[tf.Tensor, tf.Tensor, float], tf.Tensor]] = {
    "additive": lambda x, p, w: x + p,
    "gain": lambda x, p, w: x * p,
    "gamma": lambda x, p, w: tf.where(x > 0, tf.pow(tf.maximum(x, DARKEST), p), 0.0),
    "midtone": lambda x, p, w: x + p * midtone(x, w),
}


@in_double
def render_shift(
    images: tf.Tensor,
    parameters: np.ndarray,
    offset: np.ndarray,
    *,
    form: str,
    space: str,
    white: float | None,
    midtone_weight: float,
) -> tf.Tensor:
    """A curve with one parameter a channel, in a colour space; see ``ShiftTransform``.

    Parameters
    ----------
    images
        float32 (N, H, W, 3), sRGB in [0, 1].
    parameters, offset
        float64 (3,): of the channels; and what is added in sRGB afterwards.
    form
        "additive", "gain", "gamma" or "midtone".
    space
        "srgb", "linear", "lab" or "oklab".
    white
        Lightness of white in a space that has one: its other two channels are shifted. None: each
        channel goes through the curve.
    midtone_weight
        From 0 to 1; for "midtone" alone.

    Returns
    -------
    tf.Tensor
        float32 (N, H, W, 3); may leave [0, 1].

    Examples
    --------
    >>> grey = tf.fill([1, 1, 1, 3], 0.5)
    >>> words = {"form": "gain", "space": "srgb", "white": None, "midtone_weight": 0.0}
    >>> render_shift(grey, np.array([1.0, 0.5, 2.0]), np.zeros(3), **words).numpy().tolist()
    [[[[0.5, 0.25, 1.0]]]]
    """
    forward, backward = SPACES[space]
    values, curve = forward(images), CURVES[form]
    if white is None:
        moved = curve(values, parameters, midtone_weight)
        inside = moved if space == "srgb" else tf.clip_by_value(moved, 0.0, 1.0)
        return backward(inside) + offset
    lightness = tf.clip_by_value(values[..., :1] / white, 0.0, 1.0)
    share = midtone(lightness, midtone_weight) if form == "midtone" else 1.0
    moved = tf.clip_by_value(curve(lightness, parameters[0], midtone_weight), 0.0, 1.0) * white
    axes = values[..., 1:] + parameters[1:] * white * share
    return tf.clip_by_value(backward(tf.concat([moved, axes], -1)), 0.0, 1.0) + offset


def midtone(x: tf.Tensor, weight: float) -> tf.Tensor:
    """How far values x of [0, 1] move: 1 in the middle, ``1 - weight`` at black and white."""
    return 1 - weight + weight * 4 * x * (1 - x)
