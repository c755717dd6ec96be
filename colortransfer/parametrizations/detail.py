"""Gains of the bands of fine detail."""

from __future__ import annotations

import dataclasses
from typing import Any

import numpy as np
import tensorflow as tf

from ..rendering import detail_bands, detail_change
from ..transforms import ChainTransform, DetailTransform, Transform
from ..transforms.detail import BANDS
from .base import Parametrization, Variables


@dataclasses.dataclass(frozen=True)
class Detail(Parametrization):
    """How much each band of the picture's detail is strengthened, in shadows, midtones and lights.

    The logarithms of the gains of a `transforms.DetailTransform` vary; nothing else does, or the
    colours as well by another family. They start at 0: how much detail there is in all is for the
    goal to say.

    Parameters
    ----------
    family
        What else varies; None: nothing.
    tones
        From black to white, each with gains of its own.
    smoothness
        Weight of the penalty: mean squared logarithm, as the goal holds their mean.

    Examples
    --------
    >>> variables = Detail().initial(tf.zeros([4, 6, 3]), tf.zeros([3]))
    >>> Detail().transform(variables, (4, 6)).gains.shape
    (2, 3)
    """

    family: Parametrization | None = None
    tones: int = dataclasses.field(default=3, kw_only=True)
    smoothness: float = dataclasses.field(default=1e-3, kw_only=True)

    def initial(self, original: tf.Tensor, shift: tf.Tensor) -> Variables:
        own = {"gains": tf.zeros([BANDS, self.tones])}
        return own if self.family is None else own | self.family.initial(original, shift)

    def prepare(self, original: tf.Tensor) -> dict[str, Any]:
        bands, tones = detail_bands(original[tf.newaxis])
        inner = original if self.family is None else self.family.prepare(original)
        return {"bands": bands, "tones": tones, "inner": inner}

    def signature(self, prepared: Any) -> Any:
        own = {
            "bands": tf.TensorSpec([1, None, None, 3, BANDS]),
            "tones": tf.TensorSpec([1, None, None, 1]),
        }
        inner = prepared["inner"]
        if self.family is None:
            return own | {"inner": super().signature(inner)}
        return own | {"inner": self.family.signature(inner)}

    def render(self, variables: Variables, prepared: Any) -> tf.Tensor:
        gains = tf.exp(variables["gains"])
        inner = prepared["inner"]
        image = inner if self.family is None else self.family.render(variables, inner)
        return image + detail_change(prepared["bands"], prepared["tones"], gains)[0]

    def penalty(self, variables: Variables) -> tf.Tensor:
        own = self.smoothness * tf.reduce_mean(tf.square(variables["gains"]))
        inner = None if self.family is None else self.family.penalty(variables)
        return own if inner is None else own + inner

    def enlarged(self, variables: Variables, original: tf.Tensor) -> Variables:
        if self.family is None:
            return variables
        return self.family.enlarged(variables, original) | {"gains": variables["gains"]}

    def transform(self, variables: Variables, size: tuple[int, int]) -> Transform:
        detail = DetailTransform(np.exp(variables["gains"].numpy()), np.zeros(3))
        if self.family is None:
            return detail
        return ChainTransform((detail, self.family.transform(variables, size)))
