"""ICC profiles: a file's colours to sRGB, and back, with Little CMS (as imagecodecs wraps it).

Pillow's ImageCms wraps the same library, but for 8 bits a channel only.
"""

from __future__ import annotations

import functools
import struct
from collections.abc import Callable

import imagecodecs
import numpy as np

# Profiles called sRGB differ by their makers' rounding. One whose every colour is within one 8-bit
# level of sRGB is taken for sRGB, and its pixels are left as they are.
SRGB_TOLERANCE = 1 / 255

_SPACES = {b"RGB ": "rgb", b"GRAY": "gray", b"CMYK": "cmyk"}
_PROBES = {"gray": (1, 1), "rgb": (1, 1, 3), "cmyk": (1, 1, 4)}


@functools.cache
def srgb_profile() -> bytes:
    """Little CMS' own sRGB profile."""
    return imagecodecs.cms_profile("srgb")


@functools.cache
def adobe_rgb() -> bytes:
    """A profile of Adobe RGB (1998), of which cameras put only a word into EXIF data."""
    primaries = [0.64, 0.33, 0.21, 0.71, 0.15, 0.06]
    made = imagecodecs.cms_profile(
        "rgb", whitepoint=[0.3127, 0.3290], primaries=primaries, gamma=563 / 256
    )
    return undated(made)


def undated(profile: bytes) -> bytes:
    """A new profile with a fixed date: the same bytes at any time."""
    return profile[:24] + struct.pack(">6H", 2000, 1, 1, 0, 0, 0) + profile[36:]


@functools.lru_cache(maxsize=8)
def usable(profile: bytes | None) -> bool:
    """Whether the profile can be read, and describes grey, RGB or CMYK."""
    space = _space(profile)
    if profile is None or space is None:
        return False
    try:
        _transform(np.zeros(_PROBES[space], np.float32), profile, srgb_profile())
    except imagecodecs.CmsError:
        return False
    return True


@functools.lru_cache(maxsize=8)
def writable(profile: bytes | None, *, grey: bool) -> bool:
    """Whether sRGB pixels can be converted to the profile, and a file of them may carry it."""
    if profile is None or _space(profile) != ("gray" if grey else "rgb"):
        return False
    try:
        _transform(np.zeros((1, 1, 3), np.float32), srgb_profile(), profile)
    except imagecodecs.CmsError:
        return False
    return True


@functools.lru_cache(maxsize=8)
def is_srgb(profile: bytes) -> bool:
    """Whether a `usable` grey or RGB profile means the same as sRGB."""
    ramp = np.linspace(0, 1, 11, dtype=np.float32)
    if _space(profile) == "gray":
        colors = ramp[None]
    else:
        colors = np.stack(np.meshgrid(ramp, ramp, ramp), -1).reshape(1, -1, 3)
    return bool(np.abs(_to_srgb(colors, profile) - colors).max() <= SRGB_TOLERANCE)


def to_srgb(color: np.ndarray, profile: bytes | None) -> np.ndarray:
    """Colours of a profile as sRGB, in the same dtype.

    Parameters
    ----------
    color
        uint8, uint16 or float32 (H, W) grey, (H, W, 3) RGB or (H, W, 4) CMYK.
    profile
        Without one, or with one for another kind of colours (RGB for CMYK pixels, say), grey and
        RGB are sRGB already, and CMYK is converted by the usual formula R = (1 - C) (1 - K). Grey
        may have an RGB profile.

    Returns
    -------
    numpy.ndarray
        Grey (H, W), or RGB (H, W, 3). Colours that sRGB does not have become the nearest in each
        channel; floats beyond [0, 1] stay beyond it.
    """
    is_cmyk = color.ndim == 3 and color.shape[2] == 4
    space = _space(profile) if usable(profile) else None
    if is_cmyk and space != "cmyk":
        return _ink_to_rgb(color)
    spaces = ("cmyk",) if is_cmyk else ("gray", "rgb") if color.ndim == 2 else ("rgb",)
    if profile is None or space not in spaces or (not is_cmyk and is_srgb(profile)):
        return color
    return _levelwise(lambda values: _to_srgb(values, profile), color)


def from_srgb(color: np.ndarray, profile: bytes) -> np.ndarray:
    """sRGB colours, (H, W) or (H, W, 3), as a `writable` profile has them, in the same dtype."""
    if is_srgb(profile):
        return color
    if color.ndim == 3:
        return _transform(color, srgb_profile(), profile)

    def grey(values: np.ndarray) -> np.ndarray:
        return _transform(np.repeat(values[..., None], 3, -1), srgb_profile(), profile)

    return _levelwise(grey, color)


def _levelwise(function: Callable[[np.ndarray], np.ndarray], color: np.ndarray) -> np.ndarray:
    """``function`` of the colours; of grey in 8 bits each level once, with the care of 16 bits.

    Little CMS' shortcuts cost 5 levels in the shadows of grey.
    """
    if color.ndim != 2 or color.dtype != np.uint8:
        return function(color)
    levels = function(np.arange(256, dtype=np.uint16)[None] * np.uint16(257))[0]
    return np.rint(levels / 257).astype(np.uint8)[color]


def _space(profile: bytes | None) -> str | None:
    if profile is None or profile[36:40] != b"acsp":
        return None
    return _SPACES.get(profile[16:20])


def _to_srgb(color: np.ndarray, profile: bytes) -> np.ndarray:
    grey = color.ndim == 2
    if grey and _space(profile) == "rgb":
        color = np.repeat(color[..., None], 3, -1)
    rgb = _transform(color, profile, srgb_profile())
    return np.ascontiguousarray(rgb[..., 1]) if grey else rgb


def _transform(color: np.ndarray, profile: bytes, target: bytes) -> np.ndarray:
    """Colours from one profile to another; where there is NaN, NaN."""
    if color.dtype.kind == "f" and np.isnan(color.min()):
        missing = np.isnan(color)
        result = _transform(np.where(missing, np.float32(0), color), profile, target)
        result[missing if _space(profile) == "gray" else missing.any(-1)] = np.nan
        return result
    # Little CMS' shortcuts are good to 0.75 of a level in 8 bits and 20 times as fast; in 16 bits
    # they would cost 15 levels of 255 in dark colours.
    exact = 0 if color.dtype == np.uint8 else imagecodecs.CMS.FLAGS.NOOPTIMIZE
    result = imagecodecs.cms_transform(
        color,
        profile,
        target,
        colorspace=_space(profile),
        outcolorspace=_space(target),
        flags=exact,
    )
    if color.dtype.kind == "f" and color.min() >= 0 and color.max() <= 1:
        np.clip(result, 0, 1, out=result)
    return result


def _ink_to_rgb(cmyk: np.ndarray) -> np.ndarray:
    """R = (1 - C) (1 - K), and so on; in the same dtype."""
    full = 1.0 if cmyk.dtype.kind == "f" else float(np.iinfo(cmyk.dtype).max)
    paper = full - cmyk.astype(np.float32)
    rgb = paper[..., :3] * (paper[..., 3:] / np.float32(full))
    return (np.rint(rgb) if cmyk.dtype.kind != "f" else rgb).astype(cmyk.dtype)
