"""How the colours and small patterns of a picture are distributed, as near as another's."""

from __future__ import annotations

import dataclasses
import functools
from typing import Any, ClassVar, NamedTuple

import numpy as np
import tensorflow as tf

from ..colors.gaussian import optimal_map
from ..edit import Edit
from ..images.canvas import Canvas, as_canvas
from ..images.working_copy import WorkingCopy, working_copy
from ..pyramid import pyramid
from ..rendering.detail import mirrored
from ..rendering.spaces import srgb_to_lab
from ..transforms import AffineTransform, SumTransform, Transform
from ..typing import ImageLike, ImageTensor, Scalar, Vector
from .base import Target

SCALES, PATCH, DIRECTIONS = 4, 11, 32
QUANTILES = 128  # of each projection
PLACES = 4096  # of patches at each scale, or few more
SIDE = 192  # of the copies that are compared
NEARER = 0.95  # of the linear map's distance: so much is asked
FAR = 0.1  # CIELAB units by which more is told


class DistributionGoal(NamedTuple):
    """Quantiles (scales, quantiles, directions) of another picture's patches, and a distance.

    ``linear`` (3, 4) is the map that gives the original the mean and the covariance of the other
    picture, ``limit`` how far that leaves it from there.
    """

    quantiles: Any
    linear: Any
    limit: Any

    @property
    def upon_baseline(self) -> bool:
        """What varies is added to the linear map, so that what it draws is as smooth as that."""
        return True

    def change(self, original: ImageTensor) -> ImageTensor:
        """What the linear map adds to an image."""
        return mapped(original, self.linear) - original

    def deviation(self, image: ImageTensor) -> Vector:
        excess = distance(image, self.quantiles) / self.limit - NEARER
        return tf.reshape(tf.maximum(excess, 0.0), [1])

    def project(self, image: ImageTensor) -> ImageTensor:
        return tf.clip_by_value(image, 0.0, 1.0)

    def baseline(self, original: ImageTensor) -> ImageTensor:
        return tf.clip_by_value(mapped(original, self.linear), 0.0, 1.0)


@dataclasses.dataclass(frozen=True, eq=False)
class Distribution(Target):
    """The picture is as near to another one's distribution as a linear map of colours brings it.

    What `Reference` becomes for one picture. The distance is the multi-scale sliced Wasserstein
    distance of CIELAB patches (He et al. 2024, as `evaluation.multiscale_sliced_wasserstein` has
    it, here on copies of 192 pixels); what a linear map reaches is 0.95 of that of the
    Monge-Kantorovich map (Pitié and Kokaram 2007). Of all edits that come so near the fit finds one
    after which the networks see little change.

    Parameters
    ----------
    reference
        The other picture.
    original
        The one that is edited.

    Examples
    --------
    >>> canvas = as_canvas(photo)
    >>> Distribution(canvas, canvas).errors(photo)
    {'distribution': 0.0}
    """

    reference: Canvas
    original: Canvas

    exact: ClassVar[bool] = False

    def bind(self, copy: WorkingCopy) -> DistributionGoal:
        return self._goal

    def finish(self, canvas: Canvas, transform: Transform) -> Edit:
        matrix, offset = np.split(self._goal.linear.numpy(), [3], 1)
        linear = AffineTransform(matrix, offset[:, 0])
        edit = super().finish(canvas, SumTransform((linear, transform)))
        missed = edit.errors["distribution"]
        if missed <= FAR:
            return edit
        text = (
            f"the colours of the reference are {missed:.1f} (CIELAB) farther than a linear map "
            "brings them; give the parametrization more freedom, or use method monge-kantorovich"
        )
        return dataclasses.replace(edit, warnings=(text,))

    def errors(self, image: ImageLike) -> dict[str, float]:
        found = float(distance(_small(as_canvas(image)), self._goal.quantiles))
        return {"distribution": max(0.0, found - float(self._goal.limit))}

    @functools.cached_property
    def _goal(self) -> DistributionGoal:
        original, wanted = _small(self.original), _small(self.reference)
        linear = tf.constant(linear_map(original.numpy(), wanted.numpy()), tf.float32)
        quantiles = tf.stack([_quantiles(values) for values in _projections(wanted)])
        goal = DistributionGoal(quantiles, linear, tf.constant(1.0))
        limit = distance(goal.baseline(original), quantiles)
        return goal._replace(limit=tf.maximum(limit, 1e-3))


def distance(image: ImageTensor, quantiles: tf.Tensor) -> Scalar:
    """Mean over scales and directions of the 1-Wasserstein distance, in CIELAB units.

    Examples
    --------
    >>> image = tf.constant(photo / 255.0, tf.float32)
    >>> own = tf.stack([_quantiles(values) for values in _projections(image)])
    >>> float(distance(image, own))
    0.0
    """
    found = tf.stack([_quantiles(values) for values in _projections(image)])
    return tf.reduce_mean(tf.abs(found - quantiles))


def linear_map(original: np.ndarray, wanted: np.ndarray) -> np.ndarray:
    """[A | b] (3, 4): the Monge-Kantorovich map between the colours of two images (..., 3).

    A is the `optimal_map` of their covariances, each with a little in every direction.

    Examples
    --------
    >>> np.abs(linear_map(photo / 255.0, photo / 255.0)[0]).round(3)
    array([1., 0., 0., 0.])
    """
    before, after = original.reshape(-1, 3), wanted.reshape(-1, 3)
    covariances = (np.cov(pixels.T) + 1e-6 * np.eye(3) for pixels in (before, after))
    matrix = optimal_map(*covariances)
    offset = after.mean(0) - matrix @ before.mean(0)
    return np.concatenate([matrix, offset[:, None]], 1)


def mapped(image: ImageTensor, linear: tf.Tensor) -> ImageTensor:
    """An image after a linear map [A | b] (3, 4)."""
    return tf.einsum("hwc,dc->hwd", image, linear[:, :3]) + linear[:, 3]


def _small(canvas: Canvas) -> tf.Tensor:
    return tf.constant(working_copy(canvas, SIDE, 1).image)


def _projections(image: tf.Tensor) -> list[tf.Tensor]:
    """CIELAB patches on random directions, (n, directions) at each scale."""
    taps = tf.constant(_directions())
    found = []
    for level, kernel in zip(pyramid(image[tf.newaxis], SCALES), tf.unstack(taps), strict=True):
        lab = srgb_to_lab(level)
        for axis in (1, 2):
            lab = mirrored(lab, axis, PATCH // 2)
        pixels = tf.cast(tf.reduce_prod(tf.shape(level)[1:3]), tf.float32)
        step = tf.cast(tf.math.ceil(tf.sqrt(pixels / PLACES)), tf.int32)
        values = tf.nn.conv2d(lab, kernel, 1, "VALID")[0]
        found.append(tf.reshape(values[::step, ::step], [-1, DIRECTIONS]))
    return found


@functools.cache
def _directions() -> np.ndarray:
    """Unit vectors as kernels (scales, patch, patch, 3, directions), the same in every process."""
    vectors = np.random.default_rng(0).normal(size=(SCALES, PATCH * PATCH * 3, DIRECTIONS))
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    return vectors.reshape(SCALES, PATCH, PATCH, 3, DIRECTIONS).astype(np.float32)


def _quantiles(values: tf.Tensor) -> tf.Tensor:
    """Those of each column (n, d), linear between values: (quantiles, d)."""
    ordered = tf.sort(values, 0)
    last = tf.shape(values)[0] - 1
    places = tf.linspace(0.0, tf.cast(last, tf.float32), QUANTILES)
    below = tf.cast(places, tf.int32)
    share = (places - tf.cast(below, tf.float32))[:, tf.newaxis]
    low, high = tf.gather(ordered, below), tf.gather(ordered, tf.minimum(below + 1, last))
    return low + share * (high - low)
