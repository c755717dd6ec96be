"""The colour spaces of Reinhard's transfer, on planes (3, n) of sRGB values in [0, 1]."""

from __future__ import annotations

import dataclasses

import numpy as np

from .. import colors
from ..colors import DARKEST, LOG_LMS_TO_LALPHABETA, RGB_TO_LMS
from ..images.recoloring import ColorMap
from .pointwise import combine


@dataclasses.dataclass(frozen=True, eq=False)
class Space:
    """A way from sRGB planes to values and back, and the axes on which channels are taken.

    The channels are ``axes @ forward(planes)``. ``flat`` is the deviation, in units of the
    channels, below which one does not vary; ``precise`` says whether float64 is needed.
    """

    forward: ColorMap
    backward: ColorMap
    axes: np.ndarray
    flat: float
    precise: bool


def to_log_lms(planes: np.ndarray) -> np.ndarray:
    """sRGB planes to natural logarithms of cone responses (the base cancels in the transfer)."""
    response = combine(RGB_TO_LMS / DARKEST, planes)
    bright = np.clip(response, 1, np.inf)  # three times as quick as np.maximum
    response -= bright
    response += np.log(bright, out=bright)
    return response


def from_log_lms(log: np.ndarray) -> np.ndarray:
    """The inverse of :func:`to_log_lms`."""
    # Channels of no real colour could grow without limit; exp(50) is far outside the gamut.
    bright = np.clip(log, 0, 50)
    response = log - bright
    response += np.exp(bright, out=bright)
    return combine(np.linalg.inv(RGB_TO_LMS) * DARKEST, response)


def _same(planes: np.ndarray) -> np.ndarray:
    return planes.copy()


def _to_lab(planes: np.ndarray) -> np.ndarray:
    return np.ascontiguousarray(colors.srgb_to_lab(planes.T).T)


def _from_lab(channels: np.ndarray) -> np.ndarray:
    # L* ends at 100. Clipping it here, not the three sRGB values later, keeps the colour of
    # highlights that the transfer drives beyond white.
    channels[0] = np.clip(channels[0], 0, 100)
    return colors.lab_to_srgb(channels.T).T


SPACES = {
    "lalphabeta": Space(to_log_lms, from_log_lms, LOG_LMS_TO_LALPHABETA, 1e-5, False),
    "lab": Space(_to_lab, _from_lab, np.eye(3), 1e-3, True),
    "srgb": Space(_same, _same, np.eye(3), 1e-5, True),
}
