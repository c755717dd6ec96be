"""How far the mean colour of a saved picture is from the one that was asked for."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..colors import MeanSpace, goal_of, mean_color, parse_color, srgb_to_lab
from ..typing import Color
from ._ciede2000 import ciede2000
from ._measured import measured


def color_error(edited: Any, color: Any, *, space: MeanSpace = "srgb") -> float:
    """Largest difference of a channel: max_c |mean(round(edited))_c - color_c|.

    Parameters
    ----------
    edited
        Image of any kind and size.
    color
        Target colour: "#5b86b4", or three floats in [0, 1]. An image of one channel is compared
        with the grey of the same luma, which is what it can reach.
    space
        Where the mean is taken: "srgb" or "linear" (linear light, expressed in sRGB).

    Returns
    -------
    float
        In [0, 1], sRGB; lower is better. A level of 8 bits is 0.0039.

    Notes
    -----
    The picture is first rounded to 8 bits, as it is when it is shown or saved. The measure of the
    paper's colour loss |C - C_T|.

    Examples
    --------
    >>> round(color_error(np.full((4, 4, 3), 102, np.uint8), (0.4, 0.5, 0.4)), 3)
    0.1
    """
    mean, goal = _saved_mean_and_goal(edited, color, space)
    return float(np.abs(mean - goal).max())


def color_difference(edited: Any, color: Any, *, space: MeanSpace = "srgb") -> float:
    """CIEDE2000 between the mean colour after rounding to 8 bits and the target.

    Parameters
    ----------
    edited
        Image of any kind and size; it is first rounded to 8 bits.
    color
        Target colour: "#5b86b4", or three floats in [0, 1]; as for `color_error`.
    space
        Where the mean is taken: "srgb" or "linear" (linear light, expressed in sRGB).

    Returns
    -------
    float
        From 0 to about 120, lower is better; 1 is about what can just be seen.

    Examples
    --------
    >>> white = np.full((4, 4, 3), 255, np.uint8)
    >>> round(color_difference(white, "black"), 1)
    100.0
    """
    mean, goal = _saved_mean_and_goal(edited, color, space)
    return float(ciede2000(srgb_to_lab(mean), srgb_to_lab(goal)))


def _saved_mean_and_goal(edited: Any, color: Any, space: MeanSpace) -> tuple[Color, Color]:
    shown = measured(edited, name="edited")
    # In float64, for 1/255 is what the error is compared with.
    levels = np.rint(shown.rgb * np.float32(255)) / np.float64(255)
    mean = mean_color(levels, shown.visible, space)
    return mean, goal_of(parse_color(color), grey=shown.canvas.grey)
