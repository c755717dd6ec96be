"""Callers' tensors as float RGB, and back: what `images` does for arrays, on the device."""

from __future__ import annotations

from collections.abc import Callable

import tensorflow as tf

from ..colors import LUMA
from ..errors import InputError

RANGE_TOLERANCE = 1e-6  # as for arrays


def apply_to_tensor(
    render: Callable[[tf.Tensor], tf.Tensor], images: tf.Tensor, strength: float
) -> tf.Tensor:
    """``images`` after an edit, blended with themselves, clipped, in their own dtype.

    Parameters
    ----------
    render
        The edit: from float32 (N, H, W, 3), sRGB in [0, 1], to the same with its new colours.
    images
        (H, W, C) or (N, H, W, C) with 1, 3 or 4 channels: uint8, uint16, or floats in [0, 1]. Of
        grey images the luma changes (Rec. 709); alpha stays.
    strength
        0 leaves the images as they are, 1 applies the edit, values between blend.

    Returns
    -------
    tf.Tensor
        Shape and dtype of ``images``.

    Raises
    ------
    InputError
        For other shapes or dtypes, and for eager floats that are not finite or outside [0, 1].

    Examples
    --------
    >>> image = tf.constant([[[0, 100, 255]]], tf.uint8)
    >>> apply_to_tensor(lambda rgb: 1 - rgb, image, 1.0).numpy().tolist()
    [[[255, 155, 0]]]
    """
    _check(images)
    batch = images if images.shape.rank == 4 else images[tf.newaxis]
    colors, alpha = batch[..., :3], batch[..., 3:]
    top = 1 if images.dtype.is_floating else images.dtype.max
    rgb = tf.clip_by_value(tf.cast(colors, tf.float32) / tf.cast(top, tf.float32), 0.0, 1.0)
    if images.shape[-1] == 1:
        rgb = tf.repeat(rgb, 3, -1)
    edited = rgb + strength * (render(rgb) - rgb) if strength < 1 else render(rgb)
    edited = tf.clip_by_value(edited, 0.0, 1.0)
    if images.shape[-1] == 1:
        edited = tf.tensordot(edited, tf.constant(LUMA[:, None], tf.float32), 1)
    if not images.dtype.is_floating:
        edited = tf.round(edited * float(top))
    result = tf.concat([tf.cast(edited, images.dtype), alpha], -1)
    return result if images.shape.rank == 4 else result[0]


def _check(images: tf.Tensor) -> None:
    """Raise `InputError` unless the tensor holds images."""
    if images.shape.rank not in (3, 4) or images.shape[-1] not in (1, 3, 4):
        raise InputError(
            f"a tensor of shape {images.shape} is no image; it takes (H, W, C) or (N, H, W, C) "
            "with 1, 3 or 4 channels"
        )
    if images.dtype in (tf.uint8, tf.uint16):
        return
    if not images.dtype.is_floating:
        raise InputError(f"image has dtype {images.dtype.name}; use uint8, uint16, or floats")
    if not tf.executing_eagerly() or tf.size(images) == 0:
        return
    low, high = float(tf.reduce_min(images)), float(tf.reduce_max(images))
    if not (low >= -RANGE_TOLERANCE and high <= 1 + RANGE_TOLERANCE):  # nor NaN
        raise InputError(f"image has floats from {low:g} to {high:g}; clip or rescale it to [0, 1]")
