"""Edits that are computed in float64, as their numpy is."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Concatenate, ParamSpec

import tensorflow as tf

P = ParamSpec("P")
Renderer = Callable[Concatenate[tf.Tensor, P], tf.Tensor]


def in_double(render: Renderer[P]) -> Renderer[P]:
    """The renderer for float32 images, given what it draws in float64, and float32 again."""

    @functools.wraps(render)
    def rendered(images: tf.Tensor, /, *arrays: P.args, **words: P.kwargs) -> tf.Tensor:
        return tf.cast(render(tf.cast(images, tf.float64), *arrays, **words), tf.float32)

    return rendered
