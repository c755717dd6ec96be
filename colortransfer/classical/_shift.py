"""Closed-form shifts of a photograph to a mean colour, exact after clipping and rounding."""

from __future__ import annotations

import functools
from collections.abc import Iterator
from typing import Any, Literal

import numpy as np

from .. import colors
from ..colors import goal_of
from ..edit import Edit, asked_color
from ..errors import InputError
from ..images import Canvas, as_canvas
from ..images.masks import as_mask, fitting_mask
from ..transforms import AffineTransform, MaskedTransform, PointwiseTransform, ShiftTransform
from ..transforms.masked_means import means_within, reach_means
from ..transforms.shift import CURVES, LIGHTNESS, from_channels, to_channels
from ._checks import check_share
from ._edits import gives_image
from ._histograms import FINE, channel_histograms
from ._perceptual_shift import perceptual_shift
from ._shift_forms import check_form, solve

FormName = Literal["additive", "gain", "gamma", "midtone"]
SpaceName = Literal["srgb", "linear", "lab", "oklab"]
TOLERANCE = 2e-5  # of the mean, before rounding to levels
CHANNELS = ("red", "green", "blue")


@gives_image
def shift(
    image: Any,
    color: Any,
    *,
    form: FormName = "additive",
    space: SpaceName = "srgb",
    midtone_weight: float = 0.35,
    mask: Any = None,
    strength: float = 1.0,
) -> Edit:
    """Give the photograph the mean colour ``color`` by the simplest of edits.

    Parameters
    ----------
    image
        Array or tensor (H, W), (H, W, 1), (H, W, 3) or (H, W, 4), sRGB: uint8, uint16, or floats in
        [0, 1]. It is not changed.
    strength
        Share of the edit, from 0, the image as it is, to 1; colours are blended in sRGB.
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
        The space in which that happens. In "srgb" and "linear" (linear light) the form acts on the
        three channels. In "lab" and "oklab" it acts on lightness, and the two colour axes are
        shifted (with "midtone" by p times the same weight, of the lightness); a last additive shift
        in sRGB makes the mean exact, which clipping at the gamut's border alone would prevent.
    midtone_weight
        Between 0 (the additive form) and 1.
    mask
        (H, W), the picture's size: bool, uint8, or floats in [0, 1]; or the path of such a picture,
        in greys or with alpha. The mean is the one within it, and so is the edit: a pixel x whose
        edit would be y becomes (1 - m) x + m y, and keeps its bytes where m is 0. None for the
        whole picture. Transparent pixels never count.

    Returns
    -------
    ndarray or tensor
        The edited image, of the type, dtype and shape of ``image``, with its alpha and metadata.
        The mean over the mask, in sRGB, after clipping, is ``color`` to 2e-5; rounding to the
        levels of an integer image adds no more than half a level to that (equal pixels are rounded
        alike), and much less in a photograph. A grey image gets the luma of the colour.

    Raises
    ------
    InputError
        If an argument cannot be used, or no parameter reaches the colour: gain and gamma keep
        black, gamma keeps white.

    Notes
    -----
    Clipping makes each channel's mean a rising function of its parameter, and the parameter is
    found on the histogram of 65,536 levels. One pass to measure, one to apply.

    The transform of `fit` is an `AffineTransform` for "additive" and "gain" in sRGB, otherwise a
    `ShiftTransform`; with a mask a `MaskedTransform` of it.

    Examples
    --------
    >>> import numpy as np
    >>> from colortransfer import classical
    >>> photo = np.random.default_rng(0).random((20, 30, 3))
    >>> classical.shift(photo, (0.5, 0.25, 0.75)).mean((0, 1)).round(4).tolist()
    [0.5, 0.25, 0.75]
    """
    strength = check_share(strength, "strength")
    weight = check_share(midtone_weight, "midtone_weight")
    check_form(form)
    goal = asked_color(color, "shift")
    whole = as_canvas(image)
    within = None if mask is None else fitting_mask(whole, as_mask(mask))
    canvas = whole if within is None else whole.weighted(within > 0)
    start = ShiftTransform(form, _checked_space(space), np.zeros(3), np.array(weight), np.zeros(3))
    if space in LIGHTNESS:
        near = perceptual_shift(canvas, goal, start)
        last = ShiftTransform("additive", "srgb", np.zeros(3), np.array(0.0), np.zeros(3))
        offset = _parameters(last, *_histograms(canvas, near), goal)
        transform: PointwiseTransform = near.shifted(offset)
    else:
        transform = _as_value(start, _parameters(start, *_histograms(canvas), goal))
    if within is not None:
        return _masked(whole, transform, within[None], goal, strength)
    result = transform.apply(image, strength)
    wanted = goal_of(goal, grey=canvas.grey)
    error = float(np.abs(as_canvas(result).mean_color() - wanted).max())
    return Edit(result, transform, errors={"color": error})


def _masked(
    canvas: Canvas,
    transform: PointwiseTransform,
    mask: np.ndarray,
    goal: np.ndarray,
    strength: float,
) -> Edit:
    """The edit within a mask (1, H, W); where that is soft, with a last shift for the mean."""
    masked = reach_means(canvas, MaskedTransform((transform,), mask), goal[None])
    result = masked.redraw(canvas, strength=strength)
    found = means_within(as_canvas(result), mask)[0]
    error = float(np.abs(found - goal_of(goal, grey=canvas.grey)).max())
    return Edit(result, masked, errors={"color": error})


def _checked_space(space: str) -> str:
    if space not in ("srgb", "linear", *LIGHTNESS):
        raise InputError(f"unknown space {space!r}; use 'srgb', 'linear', 'lab' or 'oklab'")
    return space


def _as_value(start: ShiftTransform, parameters: np.ndarray) -> PointwiseTransform:
    """The shift with these parameters, as an affine map where it is one."""
    if start.space == "srgb" and start.form == "additive":
        return AffineTransform(np.eye(3), parameters)
    if start.space == "srgb" and start.form == "gain":
        return AffineTransform(np.diag(parameters), np.zeros(3))
    return ShiftTransform(start.form, start.space, parameters, start.midtone_weight, np.zeros(3))


def _histograms(
    canvas: Canvas, change: PointwiseTransform | None = None
) -> tuple[np.ndarray, np.ndarray]:
    """Counts (3, n) of the levels of 0 to 1 and the mean value (3, n) of the pixels in each."""
    if canvas.levels and change is None:  # the picture's own levels, and every pixel is on one
        values = np.linspace(0, 1, canvas.levels + 1)
        return channel_histograms(canvas), np.tile(values, (3, 1))

    def count(chunks: Iterator[np.ndarray]) -> np.ndarray:
        total = np.zeros((2, 3, FINE))
        for planes in chunks:
            planes = planes if change is None else np.clip(change.map_planes(planes), 0, 1)
            levels = np.rint(planes * (FINE - 1)).astype(np.intp)
            for c in range(3):
                total[0, c] += np.bincount(levels[c], minlength=FINE)
                total[1, c] += np.bincount(levels[c], weights=planes[c], minlength=FINE)
        return total

    counts, sums = canvas.total(count)
    return counts, sums / np.maximum(counts, 1)


def _parameters(
    start: ShiftTransform, counts: np.ndarray, values: np.ndarray, goal: np.ndarray
) -> np.ndarray:
    """The parameter of each channel (3,) for which the mean is ``goal``."""
    parameters = np.empty(3)
    for c in range(3):
        occupied = np.flatnonzero(counts[c])
        share = counts[c, occupied] / counts[c].sum()
        mean = functools.partial(_mean, start, values[c, occupied], share)
        parameters[c], reached = solve(start.form, mean, float(goal[c]))
        if abs(reached - goal[c]) > TOLERANCE:
            raise InputError(
                f"form {start.form!r} cannot reach {colors.to_hex(goal)}: {CHANNELS[c]} "
                f"ends at {reached:.3f}; use form='additive'"
            )
    return parameters


def _mean(start: ShiftTransform, values: np.ndarray, share: np.ndarray, p: float) -> float:
    """Mean of one channel's values after the shift with the parameter ``p``."""
    light = to_channels(values, start.space)
    moved = CURVES[start.form](light, p, float(start.midtone_weight))
    return float(np.clip(from_channels(moved, start.space), 0, 1) @ share)
