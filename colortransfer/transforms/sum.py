"""The changes of several edits, added."""

from __future__ import annotations

import dataclasses
from typing import ClassVar

import numpy as np

from ..errors import InputError
from ..typing import Color, ColorList, Images, Pixels
from .base import Transform


@dataclasses.dataclass(frozen=True, eq=False)
class SumTransform(Transform):
    """What several edits change of a pixel, added: ``x + sum_k (T_k(x) - x)``.

    Attributes
    ----------
    transforms
        The edits, in a tuple.

    Examples
    --------
    >>> from colortransfer.transforms import AffineTransform
    >>> lighter = AffineTransform(np.eye(3), np.full(3, 0.125))
    >>> SumTransform((lighter, lighter)).apply(np.full((1, 1, 3), 0.5))[0, 0]
    array([0.75, 0.75, 0.75])
    """

    kind: ClassVar[str] = "sum"
    transforms: tuple[Transform, ...]

    def _check(self) -> None:
        if not self.transforms or not all(isinstance(t, Transform) for t in self.transforms):
            raise InputError("a sum is made of transforms, one at least")

    def margin(self, size: tuple[int, int]) -> int:
        return max(transform.margin(size) for transform in self.transforms)

    def render_rows(self, rgb: Pixels, top: int, height: int) -> Pixels:
        result = rgb.copy()
        for transform in self.transforms:
            result += transform.render_rows(rgb, top, height) - rgb
        return result

    def render_tensor(self, images: Images) -> Images:
        import tensorflow as tf

        return images + tf.add_n([t.render_tensor(images) - images for t in self.transforms])

    def shifted(self, shift: Color) -> SumTransform:
        first, *others = self.transforms
        return SumTransform((first.shifted(shift), *others))

    def map_colors(self, colors: ColorList) -> ColorList:
        changes = [transform.map_colors(colors) - colors for transform in self.transforms]
        return colors + np.sum(changes, 0)
