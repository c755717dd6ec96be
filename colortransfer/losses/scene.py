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
        float32 (h, w, 1): how much each pixel counts, at most 1; 0 where it is transparent, beyond
        the target's mask, or was added because the photograph is smaller than what a network needs.
        Where all pixels count
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
        cover = getattr(goal, "cover", None)
        weights = copy.weights if cover is None else copy.weights * cover.numpy()
        return cls(original, relative(weights), goal.baseline(original), goal)

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
    def expected(self) -> ColorTensor:
        """The mean colour (3,) of the whole picture when the goal is reached by the plain edit."""
        return tf.reduce_mean(self.baseline, [0, 1]) if self.covered < 1 else self.color

    @property
    def covered(self) -> float:
        """Which share of the picture the target is about, above 0: 1 without a mask."""
        cover = getattr(self.goal, "cover", None)
        return 1.0 if cover is None else float(tf.reduce_mean(cover))

    @property
    def asked(self) -> MapTensor:
        """By how much the mean colour is to change, (1, 1, 3), or at each place (h, w, 3)."""
        if hasattr(self.goal, "asked"):
            return self.goal.asked
        return (self.color - self.mean_color(self.original))[tf.newaxis, tf.newaxis]

    @property
    def squared_distance(self) -> MapTensor:
        """How far the goal is, squared: (1, 1, 1), or at each place (h, w, 1).

        Of the mean colours, where it names one. Other goals may leave the mean where it is: theirs
        is the mean squared change of the plain edit, which is the same for a shift.
        """
        if self._names_color:
            return tf.reduce_sum(tf.square(self.asked), -1, keepdims=True)
        return tf.reshape(3 * self.mean(tf.square(self.baseline - self.original)), [1, 1, 1])

    @property
    def kept(self) -> ImageTensor:
        """The picture whose hues and chromas are to stay.

        The original; where the goal names no mean colour the plain edit: saturation and hue are
        what was asked for.
        """
        return self.original if self._names_color else self.baseline

    @property
    def _names_color(self) -> bool:
        return hasattr(self.goal, "asked") or getattr(self.goal, "color", None) is not None

    def mixed(self, renderings: tf.Tensor) -> ImageTensor:
        """A rendering (h, w, 3) as it is; those of k places (k, h, w, 3) as one.

        Where the goal is drawn upon its plain edit, with what that changes added.
        """
        if getattr(self.goal, "upon_baseline", False):
            return renderings + self.goal.change(self.original)
        if renderings.shape.rank == 3:
            return renderings
        return tf.einsum("khwc,hwk->hwc", renderings, self.goal.relative)

    def penalty(self, penalties: tf.Tensor) -> Scalar:
        """A penalty as it is; those of k places (k,) as one, each for as much as it draws."""
        if penalties.shape.rank == 0:
            return penalties
        drawn = tf.reduce_mean(self.weights * self.goal.relative, [0, 1])
        return tf.reduce_sum(penalties * drawn) / tf.reduce_sum(drawn)

    @property
    def places(self) -> MapTensor:
        """How much each pixel counts, (h, w, k), in each of the places that have an edit.

        Where there are several: what belongs to none of them comes last. As each has its own goal,
        what a term says of one has to be what it would say of that place alone.
        """
        relative = getattr(self.goal, "relative", None)
        if relative is None or relative.shape[-1] == 1:
            return self.weights
        rest = tf.maximum(1.0 - tf.reduce_sum(relative, -1, keepdims=True), 0.0)
        return self.weights * tf.concat([relative, rest], -1)

    def mean_color(self, image: MapTensor) -> Vector:
        """Mean (c,) over the pixels that count of an image (h, w, c)."""
        return weighted_mean(image, self.weights)

    def mean(self, values: MapTensor) -> Scalar:
        """Mean over the pixels that count, and over channels, of ``values`` (h, w, c): a scalar."""
        if all_alike(self.weights):
            return tf.reduce_mean(values)
        return tf.reduce_mean(self.weights * values) / tf.reduce_mean(self.weights)
