"""One edit after another."""

from __future__ import annotations

import dataclasses
from typing import ClassVar

import numpy as np

from ..errors import InputError
from ..typing import Color, ColorList, Images, Pixels
from .base import Transform


@dataclasses.dataclass(frozen=True, eq=False)
class ChainTransform(Transform):
    """Each edit of what the one before it gives, clipped to [0, 1] between them.

    Attributes
    ----------
    transforms
        The edits, in a tuple, the first one first.

    Examples
    --------
    >>> from colortransfer.transforms import AffineTransform
    >>> half = AffineTransform(0.5 * np.eye(3), np.zeros(3))
    >>> ChainTransform((half, half)).apply(np.ones((1, 1, 3)))[0, 0]
    array([0.25, 0.25, 0.25])
    """

    kind: ClassVar[str] = "chain"
    transforms: tuple[Transform, ...]

    def _check(self) -> None:
        if not self.transforms or not all(isinstance(t, Transform) for t in self.transforms):
            raise InputError("a chain is made of transforms, one at least")

    def margin(self, size: tuple[int, int]) -> int:
        return sum(transform.margin(size) for transform in self.transforms)

    def render_rows(self, rgb: Pixels, top: int, height: int) -> Pixels:
        *others, last = self.transforms
        for transform in others:
            rgb = np.clip(transform.render_rows(rgb, top, height), 0, 1)
        return last.render_rows(rgb, top, height)

    def render_tensor(self, images: Images) -> Images:
        import tensorflow as tf

        *others, last = self.transforms
        for transform in others:
            images = tf.clip_by_value(transform.render_tensor(images), 0.0, 1.0)
        return last.render_tensor(images)

    def shifted(self, shift: Color) -> ChainTransform:
        *others, last = self.transforms
        return ChainTransform((*others, last.shifted(shift)))

    def map_colors(self, colors: ColorList) -> ColorList:
        *others, last = self.transforms
        for transform in others:
            colors = np.clip(transform.map_colors(colors), 0, 1)
        return last.map_colors(colors)
