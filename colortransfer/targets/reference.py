"""What another photograph has, as a target."""

from __future__ import annotations

import dataclasses
import os
from typing import Any, ClassVar, Literal, get_args

import numpy as np

from .. import colors
from ..colors.dominant import dominant_colors
from ..errors import InputError
from ..images.canvas import Canvas, as_canvas
from ..images.files import load
from ..images.working_copy import WorkingCopy
from ..typing import ImageLike
from .base import Target
from .distribution import Distribution
from .dominant import sampled_lab
from .mean_color import MeanColor
from .moments import Moments
from .palette import COUNT, Palette

What = Literal["distribution", "mean", "moments", "palette"]


@dataclasses.dataclass(frozen=True, eq=False)
class Reference(Target):
    """The picture has what another photograph has.

    Parameters
    ----------
    photo
        The other photograph: an image, of any size, or the path of one.
    what
        - "distribution": the picture is as near to its distribution of colours and small patterns
          as the linear Monge-Kantorovich map brings it, with less change of content; `Distribution`
          has the formulas.
        - "mean": its mean colour, exactly.
        - "moments": its mean colour and, in each channel, its variance: the paper's pseudo-Gaussian
          (section 3.1), both to 1e-3; `Moments` has the formulas.
        - "palette": its five dominant colours; `Palette` has the formulas.

    Raises
    ------
    InputError
        If an argument cannot be used, or the picture is grey and more than a mean is asked for.

    Examples
    --------
    >>> Reference(photo, what="mean").what
    'mean'
    """

    photo: Any
    what: What = dataclasses.field(default="distribution", kw_only=True)

    exact: ClassVar[bool] = True

    def __post_init__(self) -> None:
        if self.what not in get_args(What):
            known = ", ".join(map(repr, get_args(What)))
            raise InputError(f"what is one of {known}, not {self.what!r}")
        if isinstance(self.photo, str | os.PathLike):
            object.__setattr__(self, "photo", load(self.photo))
        _ = self._canvas

    @property
    def _canvas(self) -> Canvas:
        return as_canvas(self.photo, name="the reference")

    def resolved(self, canvas: Canvas) -> Target:
        if self.what == "mean":
            return MeanColor(self._canvas.mean_color()).resolved(canvas)
        if canvas.grey:
            raise InputError("the picture is grey: take what='mean' of a reference, or tint it")
        if self.what == "palette":
            lab = dominant_colors(sampled_lab(self._canvas), COUNT)
            return Palette(np.clip(colors.lab_to_srgb(lab), 0, 1)).resolved(canvas)
        if self.what == "moments":
            return Moments.of(self._canvas)
        return Distribution(self._canvas, canvas)

    def contradicts(self, other: Target) -> str | None:
        if self.what == "mean":
            return MeanColor(self._canvas.mean_color()).contradicts(other)
        return "a reference says what becomes of all colours; leave out what is asked beside it"

    def bind(self, copy: WorkingCopy) -> Any:
        raise InputError("a reference is bound to a picture by `resolved`")

    def errors(self, image: ImageLike) -> dict[str, float]:
        return self.resolved(as_canvas(image)).errors(image)
