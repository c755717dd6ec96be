"""The squared change of pixels: what the mean shift makes as small as it can be."""

from __future__ import annotations

from typing import Any

import tensorflow as tf

from .base import Loss


class ChangeLoss(Loss):
    """Trust in the start: mean over pixels of |I - I_0|^2, summed over channels.

    Of all images with the mean C_T the shifted one has the smallest value, |C_T - C_0|^2 before
    clipping. Beside a feature distance this term says that a change which a network does not see
    is a change all the same: it is what other networks' early layers see.
    """

    name = "change"

    def value(self, current: tf.Tensor, prepared: Any, color: tf.Tensor) -> tf.Tensor:
        return tf.reduce_mean(tf.reduce_sum(tf.square(current - prepared), -1))
