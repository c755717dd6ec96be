"""One edit after another."""

from __future__ import annotations

import dataclasses
from typing import Any, ClassVar

import numpy as np

from ..errors import InputError
from ..typing import Color, ColorList, Images, Pixels
from .base import Transform


@dataclasses.dataclass(frozen=True, eq=False)
class ChainTransform(Transform):
    """``second`` of what ``first`` gives, clipped to [0, 1] between the two.

    Examples
    --------
    >>> from colortransfer.transforms import AffineTransform
    >>> half = AffineTransform(0.5 * np.eye(3), np.zeros(3))
    >>> ChainTransform(half, half).apply(np.ones((1, 1, 3)))[0, 0]
    array([0.25, 0.25, 0.25])
    """

    kind: ClassVar[str] = "chain"
    first: Transform
    second: Transform

    def __post_init__(self) -> None:
        self._check()

    def _check(self) -> None:
        if not (isinstance(self.first, Transform) and isinstance(self.second, Transform)):
            raise InputError("a chain is made of two transforms")

    def _values(self) -> list[Any]:
        parts = (self.first, self.second)
        return [value for part in parts for value in (part.kind, *part._values())]

    def _arrays(self) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for name in ("first", "second"):
            part = getattr(self, name)
            found |= {f"{name}.{key}": value for key, value in part._arrays().items()}
            found[f"{name}.kind"] = np.array(part.kind)
        return found

    @classmethod
    def _of_arrays(cls, arrays: dict[str, Any]) -> ChainTransform:
        parts = {}
        for name in ("first", "second"):
            start = f"{name}."
            own = {k.removeprefix(start): v for k, v in arrays.items() if k.startswith(start)}
            kind = str(own.pop("kind"))
            parts[name] = Transform._kinds[kind]._of_arrays(own)
        return cls(**parts)

    def render_rows(self, rgb: Pixels, top: int, height: int) -> Pixels:
        between = np.clip(self.first.render_rows(rgb, top, height), 0, 1)
        return self.second.render_rows(between, top, height)

    def render_tensor(self, images: Images) -> Images:
        import tensorflow as tf

        between = tf.clip_by_value(self.first.render_tensor(images), 0.0, 1.0)
        return self.second.render_tensor(between)

    def shifted(self, shift: Color) -> ChainTransform:
        return ChainTransform(self.first, self.second.shifted(shift))

    def map_colors(self, colors: ColorList) -> ColorList:
        return self.second.map_colors(np.clip(self.first.map_colors(colors), 0, 1))
