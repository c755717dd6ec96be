"""A statistic as a constraint in TensorFlow: the parameter of an adjustment that reaches it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import tensorflow as tf

from ..typing import ImageTensor, Scalar

ROUNDS = 5  # steps of the secant: a statistic is then exact to about 1e-3
FLATTEST = 0.05  # slope below which steps stay bounded


def hold_statistic(
    image: ImageTensor,
    adjusted: Callable[[tf.Tensor, tf.Tensor], tf.Tensor],
    missing: Callable[[tf.Tensor], tf.Tensor],
    start: Scalar,
    bounds: tuple[Any, Any],
) -> ImageTensor:
    """The adjusted image whose statistic is what is asked; differentiable in the image.

    Parameters
    ----------
    image
        float32 (h, w, 3).
    adjusted
        From an image and a parameter to an image; the statistic rises with the parameter.
    missing
        What an image lacks of the statistic; 0 where it is reached.
    start
        The parameter that is tried first.
    bounds
        Between which the parameter stays.

    Returns
    -------
    tf.Tensor
        (h, w, 3).

    Notes
    -----
    The root p of missing(adjusted(x, p)) is found by the secant without a gradient. One Newton step
    from there has the derivative of the implicit function, -(dS/dx) / (dS/dp), and no other cost.

    Examples
    --------
    >>> image = tf.fill([2, 2, 3], 0.25)
    >>> half = hold_statistic(
    ...     image, lambda x, p: x * p, lambda x: 0.5 - tf.reduce_mean(x), tf.constant(1.0), (0, 9)
    ... )
    >>> round(float(half[0, 0, 0]), 4)
    0.5
    """
    still = tf.stop_gradient(image)
    low, high = bounds
    parameter = tf.clip_by_value(start, low, high)
    lacking, slope = missing(adjusted(still, parameter)), tf.constant(1.0)
    for _ in range(ROUNDS):
        following = tf.clip_by_value(parameter + lacking / slope, low, high)
        left, step = missing(adjusted(still, following)), following - parameter
        moved = tf.math.divide_no_nan(lacking - left, step)
        # A step of nothing says nothing of the slope.
        slope = tf.where(tf.abs(step) < 1e-5, slope, tf.maximum(moved, FLATTEST))
        parameter, lacking = following, left
    parameter, slope = tf.stop_gradient(parameter), tf.stop_gradient(slope)
    last = parameter + missing(adjusted(image, parameter)) / slope
    return adjusted(image, tf.clip_by_value(last, low, high))
