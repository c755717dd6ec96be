"""One affine map of colours for the whole picture."""

from __future__ import annotations

import dataclasses
from typing import Any

import tensorflow as tf

from ..rendering import render_affine
from ..transforms import AffineTransform
from .base import Parametrization, Variables


@dataclasses.dataclass(frozen=True)
class Affine(Parametrization):
    """``x + A x + b`` for every pixel x, with ``matrix`` A (3, 3) and ``offset`` b (3,).

    Examples
    --------
    >>> affine = Affine()
    >>> original = tf.fill([4, 6, 3], 0.25)
    >>> variables = affine.initial(original, tf.constant([0.25, 0.0, 0.5]))
    >>> affine.render(variables, affine.prepare(original))[0, 0].numpy()
    array([0.5 , 0.25, 0.75], dtype=float32)
    """

    def initial(self, original: tf.Tensor, shift: tf.Tensor) -> Variables:
        return {"matrix": tf.zeros([3, 3]), "offset": tf.convert_to_tensor(shift, tf.float32)}

    def render(self, variables: Variables, prepared: Any) -> tf.Tensor:
        added = render_affine(
            prepared[tf.newaxis], variables["matrix"][tf.newaxis], variables["offset"][tf.newaxis]
        )
        return prepared + added[0]

    def transform(self, variables: Variables, size: tuple[int, int]) -> AffineTransform:
        matrix = tf.eye(3) + variables["matrix"]
        return AffineTransform(matrix.numpy(), variables["offset"].numpy())
