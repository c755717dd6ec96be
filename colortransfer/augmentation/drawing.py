"""Colours that are drawn for pictures, and pictures that get them; for `tf.data`."""

from __future__ import annotations

import functools
from collections.abc import Sequence
from typing import Any, Literal, get_args

import numpy as np
import tensorflow as tf

from ..errors import InputError

MethodName = Literal["shift", "midtone", "gan"]
METHODS = get_args(MethodName)
TOLERANCE = 0.2 / 255  # of the mean, before rounding
ROUNDS = 40  # halving alone needs 11; Newton's steps mostly need 3
MIDTONE = 0.35  # as `classical.shift` has it


def random_mean_color(
    images: Any,
    seed: Any,
    *,
    factor: float | Sequence[float],
    method: MethodName = "shift",
    value_range: Sequence[float] = (0, 255),
    data_format: str = "channels_last",
) -> tf.Tensor:
    """Give each image a random mean colour; the same seed gives the same pictures.

    Parameters
    ----------
    images
        (N, H, W, 3) or (H, W, 3), or with channels first: floats or integers in ``value_range``.
    seed
        Integers (2,), as `tf.random.stateless_uniform` takes them.
    factor, method, value_range, data_format
        See `RandomMeanColor`.

    Returns
    -------
    tf.Tensor
        Of the shape and dtype of ``images``.

    Raises
    ------
    InputError
        If an option or a shape cannot be used.

    Examples
    --------
    >>> data = tf.data.Dataset.from_tensors(photo).repeat(2).enumerate()
    >>> data = data.map(lambda n, x: random_mean_color(x, tf.stack([n, 0]), factor=0.3))
    >>> [image.shape.as_list() for image in data]
    [[40, 56, 3], [40, 56, 3]]
    """
    shares = bounds(factor)
    check(method, value_range, data_format)
    images = tf.convert_to_tensor(images)
    colors = draw_colors(images, seed, shares, value_range, data_format)
    return recolored(images, colors, method, value_range, data_format)


def draw_colors(
    images: tf.Tensor,
    seed: Any,
    factor: tuple[float, float],
    value_range: Sequence[float],
    data_format: str,
) -> tf.Tensor:
    """A mean colour (N, 3) for each image, sRGB in [0, 1]; see `RandomMeanColor`."""
    values, axes = _units(images, value_range, data_format), _places(data_format)
    means = tf.reduce_mean(values, axes)
    seeds = tf.random.split(tf.bitcast(tf.cast(seed, tf.uint32), tf.int32), 2)
    count = tf.shape(means)[0]
    shares = tf.random.stateless_uniform([count, 1], seeds[0], factor[0], factor[1])
    drawn = tf.random.stateless_uniform([count, 3], seeds[1])
    return means + shares * (drawn - means)


def recolored(
    images: tf.Tensor,
    colors: tf.Tensor,
    method: str,
    value_range: Sequence[float],
    data_format: str,
    *,
    dtype: Any = None,
) -> tf.Tensor:
    """Images with these mean colours (N, 3)."""
    values, axes = _units(images, value_range, data_format), _places(data_format)
    if method == "gan":
        last = values if axes == (1, 2) else tf.transpose(values, [0, 2, 3, 1])
        noise = tf.zeros([tf.shape(values)[0], generator().noise_size])
        edited = tf.stop_gradient(generator()(last, colors, noise))
        values = edited if axes == (1, 2) else tf.transpose(edited, [0, 3, 1, 2])
    weights = None
    if method == "midtone":
        weights = 1.0 - MIDTONE + 4.0 * MIDTONE * values * (1.0 - values)
    targets = tf.expand_dims(tf.expand_dims(colors, axes[0]), axes[1])
    reached = _reach(values, weights, targets, axes)
    low, high = value_range
    result = tf.reshape(reached * (high - low) + low, tf.shape(images))
    return rounded(tf.ensure_shape(result, images.shape), dtype or images.dtype)


def _reach(
    values: tf.Tensor, weights: tf.Tensor | None, targets: tf.Tensor, axes: tuple[int, int]
) -> tf.Tensor:
    """``clip(values + p weights, 0, 1)`` with the p, one a channel, whose means are the targets.

    Newton's steps, and halving where they leave the interval that is known to hold the root.
    """

    def moved(p: tf.Tensor) -> tf.Tensor:
        return values + p if weights is None else values + p * weights

    def mean(x: tf.Tensor) -> tf.Tensor:
        return tf.reduce_mean(x, axes, keepdims=True)

    def step(count: tf.Tensor, p: tf.Tensor, low: tf.Tensor, high: tf.Tensor, done: Any) -> Any:
        here = moved(p)
        inside = tf.clip_by_value(here, 0.0, 1.0)
        missing = targets - mean(inside)
        free = tf.cast(tf.equal(here, inside), tf.float32)
        slope = mean(free if weights is None else free * weights)
        low, high = tf.where(missing > 0, p, low), tf.where(missing < 0, p, high)
        newton = p + missing / tf.maximum(slope, 1e-3)
        better = tf.where((newton > low) & (newton < high), newton, 0.5 * (low + high))
        done = tf.abs(missing) <= TOLERANCE
        return count + 1, tf.where(done, p, better), low, high, done

    end = tf.ones_like(targets) / (1.0 if weights is None else 1.0 - MIDTONE)
    start = (tf.constant(0), targets - mean(values), -end, end, tf.zeros_like(targets, tf.bool))
    _, shift, *_ = tf.while_loop(
        lambda count, p, low, high, done: ~tf.reduce_all(done),
        step,
        start,
        maximum_iterations=ROUNDS,
    )
    return tf.clip_by_value(moved(tf.stop_gradient(shift)), 0.0, 1.0)


@functools.cache
def generator() -> Any:
    """That of `ColorGAN.pretrained`; no part of a layer's weights."""
    from ..gan import ColorGAN

    with tf.init_scope():
        return ColorGAN.pretrained().generator


def _units(images: tf.Tensor, value_range: Sequence[float], data_format: str) -> tf.Tensor:
    """float32 (N, ...) in [0, 1]."""
    rank = images.shape.rank
    if rank not in (3, 4):
        raise InputError(f"images have shape {images.shape}; give (N, H, W, 3) or (H, W, 3)")
    if images.shape[-1 if data_format == "channels_last" else -3] != 3:
        raise InputError(f"images have shape {images.shape}; they need 3 channels: RGB")
    low, high = value_range
    values = tf.cast(images if rank == 4 else images[tf.newaxis], tf.float32)
    if (low, high) == (0, 1):
        return values
    return (values - low) * (1.0 / (high - low))


def rounded(values: tf.Tensor, dtype: Any) -> tf.Tensor:
    kind = tf.as_dtype(dtype)
    if kind.is_integer and values.dtype.is_floating:
        values = tf.round(values)
    return tf.cast(values, kind)


def _places(data_format: str) -> tuple[int, int]:
    """The axes of height and width."""
    return (1, 2) if data_format == "channels_last" else (2, 3)


def bounds(factor: Any) -> tuple[float, float]:
    try:
        low, high = (0.0, factor) if np.ndim(factor) == 0 else factor
        found = float(low), float(high)
    except (TypeError, ValueError):
        found = (-1.0, -1.0)
    if not 0 <= found[0] <= found[1] <= 1:
        raise InputError(f"factor is {factor!r}; give a number in [0, 1], or two that rise")
    return found


def check(method: str, value_range: Sequence[float], data_format: str) -> None:
    if method not in METHODS:
        raise InputError(f"there is no method {method!r}; there are {', '.join(METHODS)}")
    if len(value_range) != 2 or not value_range[0] < value_range[1]:
        raise InputError(f"value_range is {value_range!r}; give (0, 255) or (0, 1)")
    if data_format not in ("channels_last", "channels_first"):
        raise InputError(f'data_format is {data_format!r}; use "channels_last" or "channels_first"')
