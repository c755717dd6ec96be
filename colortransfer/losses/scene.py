"""What a term of the loss sees beside the current image."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import tensorflow as tf

from ..images.working_copy import WorkingCopy
from ..targets import Target, as_target
from ..typing import ColorLike, ColorTensor, ImageTensor, MapTensor, Scalar, Vector
from ..weights import all_alike, relative, weighted_mean


class Scene(NamedTuple):
    """One photograph with what is asked of it: tensors only, so one graph serves all of them.

    Attributes
    ----------
    original : tensor
        float32 (h, w, 3), sRGB in [0, 1].
    weights : tensor
        float32 (h, w, 1): how much each pixel counts, at most 1; 0 where it is transparent, or was
        added because the photograph is smaller than what a network needs. Where all pixels count
        alike, one weight (1, 1, 1) stands for all. `mean` and `mean_color` respect them.
    baseline : tensor
        float32 (h, w, 3): the plain edit that reaches the goal.
    goal : named tuple of tensors
        What ``Target.bind`` returned; ``scene.goal.deviation(image)`` is 0 where it is reached.

    Examples
    --------
    >>> scene = Scene.whole(photo / 255.0, "#5b86b4")
    >>> scene.original.shape, scene.mean_color(scene.baseline).numpy().round(3)
    (TensorShape([40, 56, 3]), array([0.357, 0.525, 0.706], dtype=float32))
    """

    original: tf.Tensor
    weights: tf.Tensor
    baseline: tf.Tensor
    goal: Any

    @classmethod
    def of(cls, copy: WorkingCopy, target: Target) -> Scene:
        """A working copy and a target that is resolved for its picture."""
        original, goal = tf.constant(copy.image), target.bind(copy)
        return cls(original, relative(copy.weights), goal.baseline(original), goal)

    @classmethod
    def whole(cls, original: ImageTensor, target: Target | ColorLike) -> Scene:
        """An image (h, w, 3), floats, of which every pixel counts; the target may be a colour."""
        image = np.asarray(original, np.float32)
        height, width = image.shape[:2]
        weights = np.full((height, width, 1), 1 / (height * width), np.float32)
        return cls.of(WorkingCopy(image, weights, (height, width)), as_target(target))

    @property
    def color(self) -> ColorTensor:
        """The mean colour (3,) that is asked for; the baseline's where the target names none."""
        color = getattr(self.goal, "color", None)
        return self.mean_color(self.baseline) if color is None else color

    @property
    def squared_distance(self) -> Scalar:
        """How far the goal is: of the mean colours, squared, where it names one.

        Other goals may leave the mean where it is: theirs is the mean squared change of the plain
        edit, which is the same for a shift.
        """
        if getattr(self.goal, "color", None) is not None:
            return tf.reduce_sum(tf.square(self.color - self.mean_color(self.original)))
        return 3 * self.mean(tf.square(self.baseline - self.original))

    @property
    def expected(self) -> ImageTensor:
        """The picture whose hues and chromas are to stay.

        The original; where the goal names no mean colour the plain edit: saturation and hue are
        what was asked for.
        """
        named = getattr(self.goal, "color", None) is not None
        return self.original if named else self.baseline

    def mean_color(self, image: MapTensor) -> Vector:
        """Mean (c,) over the pixels that count of an image (h, w, c)."""
        return weighted_mean(image, self.weights)

    def mean(self, values: MapTensor) -> Scalar:
        """Mean over the pixels that count, and over channels, of ``values`` (h, w, c): a scalar."""
        if all_alike(self.weights):
            return tf.reduce_mean(values)
        return tf.reduce_mean(self.weights * values) / tf.reduce_mean(self.weights)
