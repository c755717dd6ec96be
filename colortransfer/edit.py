"""What every method returns: the edited image, and the edit as a value."""

from __future__ import annotations

import dataclasses
import numbers
from typing import Any

import numpy as np

from . import colors
from .errors import InputError
from .images.canvas import as_canvas
from .transforms import Transform

CHANNELS = ("red", "green", "blue")
LEVEL = 1 / 255  # a mean below one level of 8 bits, or as near to white, leaves no detail
DETAIL = 0.05  # the mean of a channel that still shows something


@dataclasses.dataclass(frozen=True, eq=False)
class Edit:
    """An edited image with everything that its maker knows about it.

    Attributes
    ----------
    image
        The edited image: same type, dtype and shape as the one given.
    transform : Transform or None
        The edit, to be applied to other images or sizes; None where an edit has no such form.
    errors : dict of float
        For each part of the target how far the image is from it after rounding: ``"color"`` is the
        largest difference of a channel between the image's mean and the target, in [0, 1].
    warnings : tuple of str
        What the caller should know, a sentence each.
    color : ndarray or None
        The mean colour that was to be reached, sRGB (3,), of a grey image the grey of the same
        luma; None where no mean colour was asked for.
    mean_space : str
        Where that mean is taken: "srgb", or "linear" light.
    target : Target or None
        What was asked for, of edits that know it: the errors of weaker ones are its.

    Examples
    --------
    >>> edit = Edit(photo, None, errors={"color": 0.001})
    >>> edit.color_error
    0.001
    """

    image: Any
    transform: Transform | None
    _: dataclasses.KW_ONLY
    errors: dict[str, float] = dataclasses.field(default_factory=dict)
    warnings: tuple[str, ...] = ()
    color: np.ndarray | None = None
    mean_space: colors.MeanSpace = "srgb"
    target: Any = None

    @property
    def color_error(self) -> float:
        """``errors["color"]``, or the largest of several; 0 without a mean colour to reach."""
        errors = (error for name, error in self.errors.items() if name.startswith("color"))
        return max(errors, default=0.0)

    def weakened(self, original: Any, strength: float) -> Edit:
        """The edit of ``original``, the image that was edited, at less than full strength.

        Parameters
        ----------
        original
            The image that this edit was made for.
        strength
            From 0, which leaves the image as it is, to 1, the whole edit; values between blend
            the colours in sRGB.

        Returns
        -------
        Edit
            With the error of the weaker image, and the transform at full strength.

        Raises
        ------
        InputError
            If ``strength`` is not a number from 0 to 1, or ``original`` has another size.
        """
        if not (isinstance(strength, numbers.Real) and 0 <= strength <= 1):
            raise InputError(f"strength must be between 0 and 1, not {strength!r}")
        if strength == 1:
            return self
        if self.target is not None:
            original = self.target.photograph(original)
        if self.transform is not None:
            image = self.transform.apply(original, float(strength))
        else:
            image = _blended(original, self.image, float(strength))
        errors = dict(self.errors)
        if self.target is not None:
            errors = self.target.errors(image)
        elif self.color is not None:
            errors["color"] = mean_error(image, self.color, self.mean_space)
        return dataclasses.replace(self, image=image, errors=errors)


def asked_color(target: Any, method: str) -> np.ndarray:
    """The mean colour (3,), sRGB, that a method which knows nothing else is asked for.

    Parameters
    ----------
    target
        A colour, or a `targets.MeanColor` of the whole picture with the mean taken in sRGB.
    method
        What the error calls the method.

    Raises
    ------
    InputError
        For other targets, and for what is no colour.

    Examples
    --------
    >>> asked_color("white", "shift")
    array([1., 1., 1.])
    """
    if not hasattr(target, "resolved"):  # as all targets have, which are TensorFlow's
        return colors.parse_color(target)
    if getattr(target, "whole", False) and target.space == "srgb":
        return np.asarray(target.color)
    raise InputError(
        f"{method} takes one mean colour of the whole picture, and this {type(target).__name__} is "
        "more: use FeatureMatcher().transfer(image, target)"
    )


def _blended(before: Any, after: Any, strength: float) -> Any:
    """From ``before`` the share ``strength`` of the way to ``after``, an image of the same size."""
    canvas, goal = as_canvas(before, name="original"), as_canvas(after)
    if canvas.size != goal.size:
        raise InputError("original has another size than the edited image; give what was edited")

    return canvas.rebuild(goal.rows, strength=strength)


def mean_error(image: Any, color: np.ndarray, space: colors.MeanSpace = "srgb") -> float:
    """Largest difference of a channel between the image's mean and ``color``, in [0, 1].

    ``color`` (3,) is what the image can reach; see `colors.goal_of`.
    """
    return float(np.abs(as_canvas(image).mean_color(space) - color).max())


def measured_with_grey(color: np.ndarray) -> str:
    """What whoever measures a grey image's distance from ``color`` (3,) should know."""
    goal = colors.goal_of(color, grey=True)
    return f"a grey photograph is compared with {_same_luma(goal)}"


def _same_luma(goal: np.ndarray) -> str:
    return f"the grey of the same luma, {colors.to_hex(goal)}"


def color_warnings(color: np.ndarray, *, grey: bool) -> tuple[str, ...]:
    """What whoever asks for the mean ``color`` (3,) should know.

    A grey image cannot become coloured, and a channel whose mean is 0 or 1 has the same value in
    every pixel: nothing can be seen in it.
    """
    goal = colors.goal_of(color, grey=grey)
    found = []
    if grey and np.ptp(color) > LEVEL:
        found.append(
            f"a grey photograph stays grey: {colors.to_hex(color)} becomes {_same_luma(goal)}; "
            "convert the photograph to RGB to tint it"
        )
    lost = (goal < LEVEL) | (goal > 1 - LEVEL)
    if lost.any():
        nearest = np.where(lost, np.clip(goal, DETAIL, 1 - DETAIL), goal)
        ends = [
            f"{name} at {round(value)}"
            for name, value, gone in zip(CHANNELS, goal, lost, strict=True)
            if gone
        ]
        found.append(
            f"{colors.to_hex(goal)} has {' and '.join(ends)}: all detail there is erased; the "
            f"nearest colour that leaves some is {colors.to_hex(nearest)}"
        )
    return tuple(found)
