"""Closed-form shifts of a photograph to a mean colour, exact after clipping and rounding."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Literal

import numpy as np

from .. import colors
from ..errors import InputError
from ..transforms import AffineTransform, CurvesTransform, Lut3D, Transform
from .checks import check_share
from .histograms import FINE
from .perceptual_shift import perceptual_shift
from .picture import ColorMap, Picture, open_picture
from .shift_forms import Form, form_named, solve

FormName = Literal["additive", "gain", "gamma", "midtone"]
SpaceName = Literal["srgb", "linear", "lab", "oklab"]
CURVE_SIZE = 65_536  # points of the curves that stand for a shift
LUT_SIZE = 65
TOLERANCE = 2e-5  # of the mean, before rounding to levels
CHANNELS = ("red", "green", "blue")


def shift(
    image: Any,
    color: Any,
    *,
    form: FormName = "additive",
    space: SpaceName = "srgb",
    midtone_weight: float = 0.35,
    mask: Any = None,
    strength: float = 1.0,
    return_transform: bool = False,
) -> Any:
    """Give the photograph the mean colour ``color`` by the simplest of edits.

    Parameters
    ----------
    image, strength
        As in :mod:`colortransfer.classical`.
    color
        The mean wanted, in sRGB: "#5b86b4", "teal", or three floats in [0, 1].
    form
        What happens to a value x of [0, 1], with a parameter p for each channel:

        - "additive": x + p, the baseline of the paper;
        - "gain": p x (von Kries);
        - "gamma": x to the power p;
        - "midtone": x + p (1 - w + 4 w x (1 - x)) with the ``midtone_weight`` w, which moves
          black and white less than what lies between.
    space
        Where that happens. In "srgb" and "linear" (linear light) to the three channels. In "lab"
        and "oklab" the form acts on lightness, and the two colour axes are shifted (with
        "midtone" by p times the same weight, of the lightness); a last additive shift in sRGB
        makes the mean exact, which clipping at the gamut's border keeps the rest from being.
    midtone_weight
        Between 0 (the additive form) and 1.
    mask
        As in :mod:`colortransfer.classical`: where the mean is taken.
    return_transform
        Return ``(image, transform)``: an `AffineTransform` for "additive" and "gain" in sRGB, a
        `CurvesTransform` for the other cases without a colour axis, a `Lut3D` else.

    Returns
    -------
    As in :mod:`colortransfer.classical`. The mean over the mask, in sRGB, after clipping,
    is ``color`` to 2e-5; rounding to the levels of an integer image adds no more than half a level
    to that (equal pixels are rounded alike), and much less in a photograph. A grey image gets the
    luma of the colour.

    Raises
    ------
    InputError
        If an argument cannot be used, or no parameter reaches the colour: gain and gamma keep
        black, gamma keeps white.

    Notes
    -----
    Clipping makes each channel's mean a rising function of its parameter, and the parameter is
    found by bisection on the histogram of 65,536 levels. One pass to measure, one to apply.
    """
    strength = check_share(strength, "strength")
    goal = colors.parse_color(color)
    chosen = form_named(form, midtone_weight)
    picture = open_picture(image, mask)
    if space in ("srgb", "linear"):
        counts, values = _histograms(picture)
        parameters = _parameters(chosen, form, space, counts, values, goal)
        change = _channelwise(chosen, space, parameters)
        transform = _curves(form, space, parameters, change)
        result = picture.recolor_channels(change, strength)
    elif space in ("lab", "oklab"):
        change = perceptual_shift(picture, goal, form, midtone_weight, space)
        counts, values = _histograms(picture, change)
        last = form_named("additive", 0)
        offset = _parameters(last, "additive", "srgb", counts, values, goal)
        change = _then_add(change, offset)
        result = picture.recolor(change, strength)
        transform = None
    else:
        raise InputError(f"unknown space {space!r}; use 'srgb', 'linear', 'lab' or 'oklab'")
    if not return_transform:
        return result
    return result, transform or Lut3D.sample(lambda x: change(x.T.astype(float)).T, LUT_SIZE)


def _histograms(picture: Picture, change: ColorMap | None = None) -> tuple[np.ndarray, np.ndarray]:
    """Counts (3, n) of the levels of 0 to 1 and the mean value (3, n) of the pixels in each."""

    def count(chunks: Iterator[np.ndarray]) -> np.ndarray:
        total = np.zeros((2, 3, FINE))
        for planes in chunks:
            planes = planes if change is None else np.clip(change(planes), 0, 1)
            levels = np.rint(planes * (FINE - 1)).astype(np.intp)
            for c in range(3):
                total[0, c] += np.bincount(levels[c], minlength=FINE)
                total[1, c] += np.bincount(levels[c], weights=planes[c], minlength=FINE)
        return total

    counts, sums = picture.total(count)
    return counts, sums / np.maximum(counts, 1)


def _parameters(
    chosen: Form,
    form: str,
    space: str,
    counts: np.ndarray,
    values: np.ndarray,
    goal: np.ndarray,
) -> np.ndarray:
    """The parameter of each channel (3,)."""
    parameters = np.empty(3)
    for c in range(3):
        occupied = np.flatnonzero(counts[c])
        share = counts[c, occupied] / counts[c].sum()
        seen = _seen(values[c, occupied], space)

        def mean(changed: np.ndarray, share: np.ndarray = share) -> float:
            return float(np.clip(_shown(changed, space), 0, 1) @ share)

        parameters[c], reached = solve(chosen, seen, mean, float(goal[c]))
        if abs(reached - goal[c]) > TOLERANCE:
            raise InputError(
                f"form {form!r} cannot reach {colors.to_hex(goal)}: {CHANNELS[c]} "
                f"ends at {reached:.3f}; use form='additive'"
            )
    return parameters


def _seen(values: np.ndarray, space: str) -> np.ndarray:
    return colors.srgb_to_linear(values) if space == "linear" else values


def _shown(values: np.ndarray, space: str) -> np.ndarray:
    return colors.linear_to_srgb(np.clip(values, 0, 1)) if space == "linear" else values


def _channelwise(form: Form, space: str, parameters: np.ndarray) -> ColorMap:
    def change(planes: np.ndarray) -> np.ndarray:
        seen = _seen(planes, space)
        moved = [form.curve(plane, float(p)) for plane, p in zip(seen, parameters, strict=True)]
        return _shown(np.stack(moved), space)

    return change


def _curves(form: str, space: str, parameters: np.ndarray, change: ColorMap) -> Transform:
    """A channelwise change as a value."""
    if space == "srgb" and form == "additive":
        return AffineTransform(np.eye(3), parameters)
    if space == "srgb" and form == "gain":
        return AffineTransform(np.diag(parameters), np.zeros(3))
    return CurvesTransform(np.clip(change(np.tile(np.linspace(0, 1, CURVE_SIZE), (3, 1))), 0, 1))


def _then_add(change: ColorMap, offset: np.ndarray) -> ColorMap:
    return lambda planes: np.clip(change(planes), 0, 1) + offset[:, None]
