"""The goal of a fit that has mean colours to reach within masks."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import tensorflow as tf

from ..colors import MeanSpace
from ..rendering import at_luma, chroma_scale, luma_of
from ..rendering.spaces import srgb_to_linear
from ..transforms.masked_means import blend_of, moments, solved
from ..typing import ImageTensor, Vector

ROUNDS = 3  # Newton steps at each rendering, as without masks
LEAST_SLOPE = 0.2


class PlacesGoal(NamedTuple):
    """Mean colours within masks, and the blending by them; tensors, n masks.

    Attributes
    ----------
    colors
        (k, 3), sRGB: of the first k masks; others are free.
    original
        (h, w, 3).
    relative
        (h, w, n): how much of each mask's edit is in a pixel's; their sum is 1 within the masks.
    cover
        (h, w, 1): how much of a pixel is edited; also how much it counts in the losses.
    shares
        (h, w, k): each pixel's share in the mean of each mask that has a colour.
    """

    colors: tf.Tensor
    original: tf.Tensor
    relative: tf.Tensor
    cover: tf.Tensor
    shares: tf.Tensor

    @property
    def color(self) -> tf.Tensor | None:
        return self.colors[0] if self.shares.shape[-1] == 1 else None

    @property
    def asked(self) -> tf.Tensor:
        """By how much means are to change, at each place: (h, w, 3)."""
        return self._spread(self.colors - self._means(self.original))

    def deviation(self, image: ImageTensor) -> Vector:
        found, wanted = self._means(self._light(image)), self._light(self.colors)
        return tf.reshape(found - wanted, [-1])

    def project(self, image: ImageTensor) -> ImageTensor:
        shifts = tf.zeros_like(self.colors)
        for _ in range(ROUNDS):
            moved = image + self._spread(shifts)
            inside = self._inside(moved)
            seen = self.blend(moved)
            missing = self._light(self.colors) - self._means(self._light(seen))
            slopes = self._slopes(self.cover * inside * self._light_slope(seen))
            steps = tf.linalg.solve(
                tf.stop_gradient(slopes), tf.transpose(missing)[..., tf.newaxis]
            )
            shifts += tf.transpose(steps[..., 0])
        return self.blend(image + self._spread(shifts))

    def blend(self, image: ImageTensor) -> ImageTensor:
        """What is seen of an edited image: the original beyond the masks."""
        return self.original + self.cover * (self._confined(image) - self.original)

    def baseline(self, original: ImageTensor) -> ImageTensor:
        return self.blend(original + self._spread(tf.constant(self.plain_shifts(), tf.float32)))

    def plain_shifts(self) -> np.ndarray:
        """The shifts (k, 3) of the original's colours after which each mean is reached."""
        original = self.original.numpy()
        masks = (np.moveaxis(x.numpy(), -1, 0) for x in (self.relative * self.cover, self.shares))
        blend = blend_of(original, original, *masks, keep_luma=self._keeps_luma)
        return solved(self.colors.numpy(), self._space, lambda p: moments(blend, p, self._space))

    @property
    def _space(self) -> MeanSpace:
        return "srgb"

    @property
    def _keeps_luma(self) -> bool:
        return False

    def _confined(self, image: tf.Tensor) -> tf.Tensor:
        """An edited image, brought into sRGB."""
        return tf.clip_by_value(image, 0.0, 1.0)

    def _inside(self, image: tf.Tensor) -> tf.Tensor:
        """1 where a value follows a shift, 0 where it is at sRGB's border."""
        return tf.cast((image > 0.0) & (image < 1.0), tf.float32)

    def _light(self, values: tf.Tensor) -> tf.Tensor:
        return values

    def _light_slope(self, image: tf.Tensor) -> tf.Tensor | float:
        return 1.0

    def _spread(self, shifts: tf.Tensor) -> tf.Tensor:
        """Shifts (k, 3), mixed at each pixel as the edits are: (h, w, 3)."""
        return tf.einsum("hwk,kc->hwc", self._wanted, shifts)

    @property
    def _wanted(self) -> tf.Tensor:
        """``relative`` of the masks that have a colour."""
        return self.relative[..., : self.shares.shape[-1]]

    def _means(self, values: tf.Tensor) -> tf.Tensor:
        return tf.einsum("hwk,hwc->kc", self.shares, values)

    def _slopes(self, slope: tf.Tensor) -> tf.Tensor:
        """How the means follow the shifts: (3, k, k), with a diagonal that is not small."""
        matrices = tf.einsum("hwk,hwc,hwj->ckj", self.shares, slope, self._wanted)
        least = tf.maximum(LEAST_SLOPE - tf.linalg.diag_part(matrices), 0.0)
        return matrices + tf.linalg.diag(least)


class LinearPlacesGoal(PlacesGoal):
    """The same with means taken in linear light: a type of its own, as it has other graphs."""

    @property
    def _space(self) -> MeanSpace:
        return "linear"

    def _light(self, values: tf.Tensor) -> tf.Tensor:
        return srgb_to_linear(values)

    def _light_slope(self, image: tf.Tensor) -> tf.Tensor:
        return 2.4 / 1.055 * tf.pow((image + 0.055) / 1.055, 1.4)


class LumaPlacesGoal(PlacesGoal):
    """The same of edits that keep each pixel's luma."""

    @property
    def _keeps_luma(self) -> bool:
        return True

    def _confined(self, image: tf.Tensor) -> tf.Tensor:
        return at_luma(image, luma_of(self.original))

    def _inside(self, image: tf.Tensor) -> tf.Tensor:
        fits = chroma_scale(image, luma_of(self.original)) >= 1.0
        return tf.cast(tf.broadcast_to(fits, tf.shape(image)), tf.float32)
