"""Several edits of one family at once, for pictures whose parts have their own."""

from __future__ import annotations

import dataclasses
from typing import Any

import numpy as np
import tensorflow as tf

from ..transforms import MaskedTransform
from .base import Parametrization, Variables


@dataclasses.dataclass(frozen=True)
class Several(Parametrization):
    """So many edits of a family, each with variables of its own, of the same picture.

    Renderings are (count, h, w, 3), penalties (count,): who draws them mixes them.

    Parameters
    ----------
    family
        Of each.
    count
        How many, at least 1.

    Examples
    --------
    >>> from colortransfer.parametrizations import Affine
    >>> family = Several(Affine(), 2)
    >>> shifts = tf.constant([[0.25, 0.0, 0.0], [0.0, 0.0, 0.5]])
    >>> variables = family.initial(tf.zeros([4, 6, 3]), shifts)
    >>> family.render(variables, family.prepare(tf.zeros([4, 6, 3])))[:, 0, 0].numpy().tolist()
    [[0.25, 0.0, 0.0], [0.0, 0.0, 0.5]]
    """

    family: Parametrization
    count: int

    def initial(self, original: tf.Tensor, shift: tf.Tensor) -> Variables:
        """Variables of ``original + shift``, (3,) for all edits or (count, 3)."""
        shifts = tf.broadcast_to(shift, [self.count, 3])
        return _joined([self.family.initial(original, s) for s in tf.unstack(shifts)])

    def prepare(self, original: tf.Tensor) -> Any:
        return self.family.prepare(original)

    def signature(self, prepared: Any) -> Any:
        return self.family.signature(prepared)

    def render(self, variables: Variables, prepared: Any) -> tf.Tensor:
        return tf.stack([self.family.render(own, prepared) for own in self._own(variables)])

    def penalty(self, variables: Variables) -> tf.Tensor | None:
        found = [self.family.penalty(own) for own in self._own(variables)]
        return None if found[0] is None else tf.stack(found)

    def enlarged(self, variables: Variables, original: tf.Tensor) -> Variables:
        return _joined([self.family.enlarged(own, original) for own in self._own(variables)])

    def transform(self, variables: Variables, size: tuple[int, int]) -> MaskedTransform:
        """The edits side by side; until there are masks, a mixture with equal shares."""
        edits = tuple(self.family.transform(own, size) for own in self._own(variables))
        return MaskedTransform(edits, np.full((self.count, 1, 1), 255, np.uint8))

    def _own(self, variables: Variables) -> list[Variables]:
        """Each edit's variables."""
        own: list[Variables] = [{} for _ in range(self.count)]
        for key, value in variables.items():
            number, name = key.split(":", 1)
            own[int(number)][name] = value
        return own


def _joined(variables: list[Variables]) -> Variables:
    """The variables of several edits under one roof: ``0:table``, ``1:table``, ..."""
    return {f"{i}:{name}": value for i, own in enumerate(variables) for name, value in own.items()}
