"""Fine detail, weakened or strengthened: the bands of a Laplacian pyramid with gains."""

from __future__ import annotations

import dataclasses
import math
from typing import ClassVar

import numpy as np
from scipy import ndimage

from ..colors import LUMA, luma_of
from ..errors import InputError
from ..fine_detail import LEAST, SHARE, TRUNCATE
from ..typing import Color, ColorList, Images, Pixels
from .base import Transform

BANDS = 2  # deviations of the Gaussians between them: that which knows no detail, half of it


@dataclasses.dataclass(frozen=True, eq=False)
class DetailTransform(Transform):
    """Bands of detail times gains, which depend on how light their surroundings are.

    With G_s the Gaussian of deviation s (1/300 of the longer side, 1.5 pixels at least), the bands
    of an image x are x - G_{s/2} x and G_{s/2} x - G_s x: a Laplacian pyramid (Burt and Adelson
    1983) whose levels keep their size, so that nothing depends on where its pixels begin. A band b
    with the gain g becomes ``min(g, 1) b`` in every channel, and what g is above 1 is added in luma
    (Rec. 709) alone, so that colour noise and fringes are not strengthened.

    Attributes
    ----------
    gains
        (bands, tones): of the finer band and the coarser, at tones from black to white, between
        which they are interpolated by the luma of G_s x.
    offset
        (3,): what is added in sRGB afterwards.

    Examples
    --------
    >>> soft = DetailTransform(np.zeros((2, 1)), np.zeros(3))
    >>> bool(soft.apply(photo).std() < photo.std())
    True
    """

    kind: ClassVar[str] = "detail"
    gains: np.ndarray
    offset: np.ndarray

    def _check(self) -> None:
        if self.gains.ndim != 2 or len(self.gains) != BANDS or not self.gains.size:
            raise InputError(f"gains of detail have the shape ({BANDS}, tones)")
        if self.offset.shape != (3,) or (self.gains < 0).any():
            raise InputError("gains of detail are 0 or more, and the offset has the shape (3,)")

    def margin(self, size: tuple[int, int]) -> int:
        return radius(deviation(size))

    def render_rows(self, rgb: Pixels, top: int, height: int) -> Pixels:
        sigma = deviation((height, rgb.shape[1]))
        levels = [rgb, *(blurred(rgb, s) for s in deviations(sigma))]
        tones = luma_of(levels[-1])
        result = rgb + self.offset
        for gains, finer, coarser in zip(self.gains, levels[:-1], levels[1:], strict=True):
            result += changed(finer - coarser, interpolated(gains, tones))
        return result

    def render_tensor(self, images: Images) -> Images:
        from ..rendering import render_detail

        return render_detail(images, self.gains) + self.offset

    def shifted(self, shift: Color) -> DetailTransform:
        return dataclasses.replace(self, offset=self.offset + shift)

    def scaled(self, factor: float) -> DetailTransform:
        """All gains times a factor."""
        return dataclasses.replace(self, gains=self.gains * factor)

    def map_colors(self, colors: ColorList) -> ColorList:
        raise InputError("detail has no look-up table, which knows no neighbours of a pixel")


def deviation(size: tuple[int, int]) -> float:
    """Of the Gaussian that knows no detail, in pixels of a picture of ``size`` (H, W).

    Examples
    --------
    >>> deviation((200, 100)), deviation((2000, 3000))
    (1.5, 10.0)
    """
    return max(LEAST, SHARE * max(size))


def deviations(sigma: float) -> list[float]:
    """Of the Gaussians between the bands, from the finest."""
    return [sigma / 2**k for k in reversed(range(BANDS))]


def radius(sigma: float) -> int:
    """Pixels to either side that a Gaussian sees."""
    return math.floor(TRUNCATE * sigma + 0.5)


def blurred(values: np.ndarray, sigma: float) -> np.ndarray:
    """A Gaussian of maps (n, W, ...), mirrored beyond their ends."""
    for axis in (0, 1):
        values = ndimage.gaussian_filter1d(values, sigma, axis=axis, truncate=TRUNCATE)
    return values


def interpolated(gains: np.ndarray, tones: np.ndarray) -> np.ndarray:
    """Gains (tones,) at lumas (..., 1)."""
    if np.ptp(gains) == 0:
        return gains[:1]
    nodes = np.linspace(0, 1, len(gains))
    return np.interp(tones, nodes, gains).astype(tones.dtype)


def changed(band: np.ndarray, gain: np.ndarray) -> np.ndarray:
    """What a gain (..., 1) adds to a picture with this band (..., 3)."""
    more = np.maximum(gain - 1, 0) * (band @ LUMA.astype(band.dtype)[:, None])
    return np.minimum(gain - 1, 0) * band + more
