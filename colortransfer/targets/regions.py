"""Several mean colours at once, each in its region of the picture."""

from __future__ import annotations

import dataclasses
import os
from collections.abc import Mapping
from typing import Any, ClassVar, Literal, get_args

import numpy as np
from scipy import ndimage

from .. import colors
from ..colors import goal_of
from ..edit import color_warnings
from ..errors import InputError
from ..images import load
from ..images.canvas import Canvas, as_canvas
from ..images.working_copy import WorkingCopy
from ..typing import ImageLike
from .base import Target
from .places import Places
from .segmentation import segment_canvas

Rest = Literal["keep", "free"]


@dataclasses.dataclass(frozen=True, eq=False)
class Regions(Target):
    """The mean colour of each of these regions is its colour, exactly.

    Every region has an edit of its own; one fit finds them together, as one picture.

    Parameters
    ----------
    labels
        Which region each pixel belongs to: whole numbers (H, W) of the picture's size; or the path
        of a picture of that size whose greys are the numbers; or None, for the regions that
        `segment` finds.
    regions
        From a label to its colour: ``{1: "#5b86b4", 3: "teal"}``.
    rest
        "keep": all other pixels keep their bytes. "free": they have an edit too, which has no
        colour to reach: it is what the losses make of it.
    feather
        Over so many pixels a region's border is soft, half of them to either side; 0: it is hard.
        Then regions share pixels, of which each has the mean colour that counts them in part, and
        of the rest as many change as the border reaches.
    space
        Where means are taken: "srgb" or "linear".

    Raises
    ------
    InputError
        If an argument cannot be used; of labels that do not fit the picture, when given one.

    Examples
    --------
    >>> labels = np.ones((40, 56), int)
    >>> labels[:, 20:] = 2
    >>> target = Regions(labels, {1: "#5b86b4", 2: "#806040"})
    >>> list(target.errors(photo))
    ['color_1', 'color_2']
    """

    labels: Any
    regions: Mapping[int, Any]
    rest: Rest = dataclasses.field(default="keep", kw_only=True)
    feather: float = dataclasses.field(default=0.0, kw_only=True)
    space: colors.MeanSpace = dataclasses.field(default="srgb", kw_only=True)

    exact: ClassVar[bool] = True

    def __post_init__(self) -> None:
        for name, value, kinds in (
            ("rest", self.rest, get_args(Rest)),
            ("space", self.space, get_args(colors.MeanSpace)),
        ):
            if value not in kinds:
                raise InputError(f"{name} is {' or '.join(map(repr, kinds))}, not {value!r}")
        if not (isinstance(self.feather, int | float) and 0 <= self.feather < 1e6):
            raise InputError(f"feather is a number of pixels from 0, not {self.feather!r}")
        if not isinstance(self.regions, Mapping) or not self.regions:
            raise InputError('regions are labels with colours, such as {1: "teal"}; give some')
        found = {_label(label): colors.parse_color(c) for label, c in self.regions.items()}
        object.__setattr__(self, "regions", found)
        if self.labels is not None:
            object.__setattr__(self, "labels", _checked(self.labels))

    def resolved(self, canvas: Canvas) -> Places:
        labels = segment_canvas(canvas) if self.labels is None else self.labels
        self._check(canvas, labels)
        masks = [_membership(labels == label, self.feather) for label in self.regions]
        if self.rest == "free":
            masks.append(255 - np.minimum(np.sum(masks, 0, np.uint16), 255).astype(np.uint8))
        goals = [goal_of(color, grey=canvas.grey) for color in self.regions.values()]
        names = tuple(f"color_{label}" for label in self.regions)
        return Places(np.stack(goals), np.stack(masks), space=self.space, names=names)

    def _check(self, canvas: Canvas, labels: np.ndarray) -> None:
        """InputError unless the labels fit a picture."""
        if labels.shape != canvas.size:
            size = " x ".join(map(str, canvas.size))
            raise InputError(
                f"labels have shape {labels.shape}; this picture's is {size}: give some of its size"
            )
        there = np.unique(labels if canvas.visible is None else labels[canvas.visible])
        for label in self.regions:
            if label not in there:
                known = ", ".join(map(str, there[:12])) + (", ..." if len(there) > 12 else "")
                raise InputError(f"labels have no visible pixel of {label}; there are {known}")

    def warnings(self, canvas: Canvas) -> tuple[str, ...]:
        found = (color_warnings(color, grey=canvas.grey) for color in self.regions.values())
        return tuple(dict.fromkeys(text for texts in found for text in texts))

    def bind(self, copy: WorkingCopy) -> Any:
        raise InputError("regions are bound to a picture by `resolved`")

    def errors(self, image: ImageLike) -> dict[str, float]:
        return self.resolved(as_canvas(image)).errors(image)


def _label(label: Any) -> int:
    if isinstance(label, bool) or not isinstance(label, int | np.integer):
        raise InputError(f"a label is a whole number, not {label!r}")
    return int(label)


def _checked(labels: Any) -> np.ndarray:
    """Labels as an array (H, W) of integers, read from a file where it is the name of one."""
    name = "labels"
    if isinstance(labels, str | os.PathLike):
        name = f"labels {labels}"
        labels = np.asarray(load(labels))
        if labels.ndim == 3 and (labels[..., :1] == labels[..., :3]).all():
            labels = labels[..., 0]
    array = np.asarray(labels)
    if array.ndim != 2 or not array.size or array.dtype.kind not in "biu":
        raise InputError(f"{name}: not whole numbers (H, W); give one for each pixel, as integers")
    return array.astype(np.uint8) if array.dtype == bool else array


def _membership(region: np.ndarray, feather: float) -> np.ndarray:
    """A region, bool (H, W), as a mask of uint8 whose border is a ramp ``feather`` pixels wide."""
    if feather < 1:
        return region.view(np.uint8) * np.uint8(255)
    inside = ndimage.distance_transform_edt(region)
    outside = ndimage.distance_transform_edt(~region)
    ramp = 0.5 + (inside - outside) / feather
    return np.rint(255 * np.clip(ramp, 0, 1)).astype(np.uint8)
