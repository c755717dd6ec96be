"""D_i of the paper: the image at half, a quarter, an eighth of its size.

"Gaussian strided convolution" (section 3.1): a Gaussian kernel moved in steps of two pixels,
applied i times. Differentiable, and right for odd and even sizes: a side of n pixels becomes
ceil(n / 2), output pixel k being centred on input pixel 2k. Beyond the border there are no pixels,
so the kernel is divided by the part of it that lies inside: a constant image stays constant.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import tensorflow as tf

from .errors import InputError
from .typing import Maps, ReducedMaps, Taps

SIGMA = 1.0  # pixels; the paper names none, this is the usual one for a factor of two
RADIUS = 2


def gaussian(sigma: float = SIGMA, radius: int = RADIUS) -> Taps:
    """Normalised Gaussian taps (2 * radius + 1,), float32.

    Examples
    --------
    >>> gaussian(sigma=1.0, radius=1).round(3)
    array([0.274, 0.452, 0.274], dtype=float32)
    """
    taps = np.exp(-0.5 * (np.arange(-radius, radius + 1) / sigma) ** 2)
    return (taps / taps.sum()).astype(np.float32)


def downsample(images: Maps) -> ReducedMaps:
    """One octave down: (batch, h, w, c) -> (batch, ceil(h / 2), ceil(w / 2), c), float32.

    Examples
    --------
    >>> downsample(tf.ones([1, 5, 8, 3])).shape
    TensorShape([1, 3, 4, 3])
    """
    return _strided(_strided(images, axis=1), axis=2)


def _strided(images: tf.Tensor, axis: int) -> tf.Tensor:
    """The Gaussian along one axis in steps of two, as a sum of five strided slices.

    Slices and additions are cheaper than a depthwise convolution, forward and backward. The
    gradient is written out: TensorFlow's own has a picture of full size for each slice.
    """
    size = tf.shape(images)[axis]
    inside = tf.pad(tf.ones([size], images.dtype), [[RADIUS, RADIUS]])
    taps = [float(tap) for tap in gaussian()]
    mass = tf.add_n([t * inside[i : i + size : 2] for i, t in enumerate(taps)])
    shape = [1, 1, 1, 1]
    shape[axis] = -1
    mass = tf.reshape(mass, shape)

    @tf.custom_gradient
    def reduced(x: tf.Tensor) -> tuple[tf.Tensor, Callable[[tf.Tensor], tf.Tensor]]:
        padded = _padded(x, axis, RADIUS)
        total = tf.add_n([t * padded[_along(axis, i, i + size, 2)] for i, t in enumerate(taps)])

        def gradient(upstream: tf.Tensor) -> tf.Tensor:
            # Even pixels have met every second tap, odd pixels the others.
            count = tf.shape(upstream)[axis]
            around = _padded(upstream / mass, axis, 1)
            met = [around[_along(axis, i, i + count)] for i in (2, 1, 0)]
            even = taps[0] * met[0] + taps[2] * met[1] + taps[4] * met[2]
            odd = taps[1] * met[0] + taps[3] * met[1]
            both = tf.stack([even, odd], axis + 1)
            joined = tf.concat([tf.shape(x)[:axis], [-1], tf.shape(x)[axis + 1 :]], 0)
            return tf.reshape(both, joined)[_along(axis, 0, size)]

        return total / mass, gradient

    return reduced(images)


def _padded(x: tf.Tensor, axis: int, pixels: int) -> tf.Tensor:
    """``x`` with zeros at both ends of ``axis``."""
    return tf.pad(x, [[pixels, pixels] if i == axis else [0, 0] for i in range(4)])


def _along(axis: int, first: Any, last: Any, step: int = 1) -> tuple[slice, ...]:
    """The index that takes a slice of ``axis`` and all of the axes before."""
    return (*[slice(None)] * axis, slice(first, last, step))


def pyramid(images: Maps, octaves: int) -> list[ReducedMaps]:
    """[D_0(I), ..., D_{octaves-1}(I)]; D_0 is the image itself.

    Parameters
    ----------
    images
        Float tensor (batch, height, width, channels).
    octaves
        How many, at least 1.

    Examples
    --------
    >>> [level.shape[1:3].as_list() for level in pyramid(tf.ones([1, 5, 8, 3]), 3)]
    [[5, 8], [3, 4], [2, 2]]
    """
    if octaves < 1:
        raise InputError("a pyramid has at least one octave")
    levels = [images]
    for _ in range(octaves - 1):
        levels.append(downsample(levels[-1]))
    return levels


def octaves_above(size: Sequence[int], minimum: int, octaves: int) -> int:
    """How many of ``octaves`` keep both sides of (height, width) at ``minimum`` pixels or more.

    At least 1: the image itself is never dropped.

    Examples
    --------
    >>> octaves_above((100, 60), minimum=16, octaves=4)
    2
    """
    side, count = min(size[0], size[1]), 1
    while count < octaves and -(-side // 2) >= minimum:
        side = -(-side // 2)
        count += 1
    return count
