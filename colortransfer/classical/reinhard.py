"""Colour transfer by means and deviations (Reinhard, Ashikhmin, Gooch, Shirley 2001)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal

import numpy as np

from ..errors import InputError
from ..transforms import AffineTransform, Lut3D
from .checks import check_share
from .moments import Moments, moments
from .picture import ColorMap, Picture, combine, open_picture
from .reinhard_spaces import SPACES, Space

SpaceName = Literal["lalphabeta", "lab", "rgb"]
LUT_SIZE = 65  # points a side of the table that stands for the map


def reinhard(
    image: Any,
    reference: Any,
    *,
    space: SpaceName = "lalphabeta",
    swatches: Sequence[tuple[Any, Any]] | None = None,
    mask: Any = None,
    reference_mask: Any = None,
    strength: float = 1.0,
    return_transform: bool = False,
) -> Any:
    """Give each channel of a decorrelated colour space the mean and deviation of the reference.

    ``y = (x - ms) * (dr / ds) + mr`` in every channel (the paper's equations 10 and 11), with the
    means m and the standard deviations d of source and reference.

    Parameters
    ----------
    image, reference, strength
        As in :mod:`colortransfer.classical`, as are result and errors.
    space
        "lalphabeta": Ruderman's space as in the paper; "lab": CIELAB, which most programs use
        under this name; "rgb": sRGB as it is.
    swatches
        Pairs of regions ``(in image, in reference)``, each bool (H, W), for pictures of several
        colour regions. Every pixel is moved by each pair's statistics, and the results are blended
        with weights inverse to the distance from the pair's mean in the image, in deviations.
    mask, reference_mask
        As in :mod:`colortransfer.classical`; with ``swatches`` they must be left out.
    return_transform
        Return ``(image, transform)``: an `AffineTransform` in "rgb" without swatches, otherwise a
        `Lut3D` of 65 points a side, which approximates the map.

    Notes
    -----
    A channel that does not vary in the image (a flat picture, the two colour channels of a grey
    one) is moved to the reference's mean and stays flat.

    Reference: Reinhard, Ashikhmin, Gooch, Shirley, "Color transfer between images", IEEE Computer
    Graphics and Applications 21(5), 2001.
    """
    strength = check_share(strength, "strength")
    if space not in SPACES:
        raise InputError(f"unknown space {space!r}; use 'lalphabeta', 'lab' or 'rgb'")
    chosen = SPACES[space]
    pairs = _statistics(image, reference, chosen, swatches, mask, reference_mask)
    if all(source.agrees(target) for source, target in pairs):
        change: ColorMap = np.copy  # without the rounding of logarithms
    else:
        change = _single(chosen, *pairs[0]) if swatches is None else _blended(chosen, pairs)
    result = open_picture(image).recolor(change, strength, precise=chosen.precise)
    if not return_transform:
        return result
    if space == "rgb" and swatches is None:
        gain, offset = gain_and_offset(*pairs[0], chosen.flat)
        return result, AffineTransform(np.diag(gain), offset)
    # In float64, as the picture itself was.
    return result, Lut3D.sample(lambda x: change(x.T.astype(np.float64)).T, LUT_SIZE)


def _statistics(
    image: Any,
    reference: Any,
    space: Space,
    swatches: Sequence[tuple[Any, Any]] | None,
    mask: Any,
    reference_mask: Any,
) -> list[tuple[Moments, Moments]]:
    """Moments of every pair of regions, in ``space``."""
    if swatches is None:
        pairs = [(mask, reference_mask)]
    elif mask is not None or reference_mask is not None:
        raise InputError("swatches say where statistics are taken; leave out the masks")
    else:
        pairs = list(swatches)
        if not pairs or any(not isinstance(p, (tuple, list)) or len(p) != 2 for p in pairs):
            raise InputError("swatches are pairs of masks: [(in image, in reference), ...]")

    def measure(picture: Picture) -> Moments:
        return moments(picture, space.forward, precise=space.precise).turned(space.axes)

    return [
        (
            measure(open_picture(image, here)),
            measure(open_picture(reference, there, name="reference")),
        )
        for here, there in pairs
    ]


def gain_and_offset(source: Moments, target: Moments, flat: float) -> tuple[np.ndarray, np.ndarray]:
    """Gain and offset (3,) of each channel; deviations below ``flat`` count as none."""
    varies = source.deviation > flat
    gain = np.where(varies, target.deviation / np.where(varies, source.deviation, 1), 1.0)
    return gain, target.mean - gain * source.mean


def _single(space: Space, source: Moments, target: Moments) -> ColorMap:
    gain, offset = gain_and_offset(source, target, space.flat)
    # To the channels, there, and back again in one.
    inverse = np.linalg.inv(space.axes)
    matrix, shift = inverse * gain @ space.axes, inverse @ offset
    return lambda planes: space.backward(combine(matrix, space.forward(planes), shift))


def _blended(space: Space, pairs: list[tuple[Moments, Moments]]) -> ColorMap:
    maps = [gain_and_offset(*pair, space.flat) for pair in pairs]
    inverse = np.linalg.inv(space.axes)

    def change(planes: np.ndarray) -> np.ndarray:
        channels = combine(space.axes, space.forward(planes.astype(np.float64)))
        total, weights = np.zeros_like(channels), np.zeros_like(channels[0])
        for (source, _), (gain, offset) in zip(pairs, maps, strict=True):
            width = np.maximum(source.deviation, space.flat)[:, None]
            away = (channels - source.mean[:, None]) / width
            # A pixel at the very mean belongs to that swatch alone, whatever the others say.
            weight = 1 / np.maximum(np.sqrt((away**2).sum(0)), 1e-9)
            total += weight * (channels * gain[:, None] + offset[:, None])
            weights += weight
        return space.backward(combine(inverse, total / weights))

    return change
