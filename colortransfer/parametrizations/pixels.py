"""Every pixel on its own: the paper's parametrization."""

from __future__ import annotations

import dataclasses
from typing import Any

import numpy as np
import tensorflow as tf

from ..transforms import ResidualTransform
from .base import Parametrization, Variables


@dataclasses.dataclass(frozen=True)
class Pixels(Parametrization):
    """Every pixel is free (section 3.1: gradient descent on the image).

    The variable ``residual`` (height, width, 3) is what is added to the original.

    Examples
    --------
    >>> variables = Pixels().initial(tf.zeros([4, 6, 3]), tf.constant([0.25, 0.0, 0.5]))
    >>> variables["residual"].shape
    TensorShape([4, 6, 3])
    """

    def initial(self, original: tf.Tensor, shift: tf.Tensor) -> Variables:
        return {"residual": tf.zeros_like(original) + shift}

    def render(self, variables: Variables, prepared: Any) -> tf.Tensor:
        return prepared + variables["residual"]

    def enlarged(self, variables: Variables, original: tf.Tensor) -> Variables:
        residual = variables["residual"][tf.newaxis]
        return {"residual": tf.image.resize(residual, original.shape[:2], "bilinear")[0]}

    def transform(self, variables: Variables, size: tuple[int, int]) -> ResidualTransform:
        height, width = size
        # A view: .numpy() is a copy, and the transform takes its own.
        return ResidualTransform(np.asarray(variables["residual"])[:height, :width])
