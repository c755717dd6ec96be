"""PNG's own words about colours (cICP, sRGB, cHRM, gAMA), as ICC profiles.

Of several, the first of cICP, iCCP, sRGB, and gAMA with cHRM counts (PNG, third edition, 4.3). Code
points are those of ITU-T H.273.
"""

from __future__ import annotations

import functools
import struct
from collections.abc import Callable

import imagecodecs
import numpy as np

from .profiles import undated

ColorChunk = tuple[bytes, bytes]  # type and data

KINDS = (b"cICP", b"sRGB", b"gAMA", b"cHRM", b"mDCV", b"mDCv", b"cLLI", b"cLLi")
_D65, _DCI = (0.3127, 0.3290), (0.314, 0.351)
_BT709 = (0.64, 0.33, 0.30, 0.60, 0.15, 0.06)
# White point; x and y of red, green and blue.
_PRIMARIES = {
    1: (_D65, _BT709),
    5: (_D65, (0.64, 0.33, 0.29, 0.60, 0.15, 0.06)),
    6: (_D65, (0.630, 0.340, 0.310, 0.595, 0.155, 0.070)),
    7: (_D65, (0.630, 0.340, 0.310, 0.595, 0.155, 0.070)),
    9: (_D65, (0.708, 0.292, 0.170, 0.797, 0.131, 0.046)),
    11: (_DCI, (0.680, 0.320, 0.265, 0.690, 0.150, 0.060)),
    12: (_D65, (0.680, 0.320, 0.265, 0.690, 0.150, 0.060)),
}
_POINTS = 4096  # of a curve
HDR = {16: "PQ", 18: "HLG"}
_PQ_WHITE, _HLG_WHITE = 203 / 10_000, 0.265  # light of diffuse white (ITU-R BT.2408)


def _bt709(v: np.ndarray) -> np.ndarray:
    return np.where(v < 0.081, v / 4.5, ((v + 0.099) / 1.099) ** (1 / 0.45))


def _srgb(v: np.ndarray) -> np.ndarray:
    return np.where(v <= 0.04045, v / 12.92, ((v + 0.055) / 1.055) ** 2.4)


def _pq(v: np.ndarray) -> np.ndarray:
    root = v ** (1 / 78.84375)
    return (np.maximum(root - 0.8359375, 0) / (18.8515625 - 18.6875 * root)) ** (
        1 / 0.1593017578125
    )


def _hlg(v: np.ndarray) -> np.ndarray:
    return np.where(v <= 0.5, v**2 / 3, (np.exp((v - 0.55991073) / 0.17883277) + 0.28466892) / 12)


# Signals to light; a number is the exponent.
_TRANSFERS: dict[int, float | Callable[[np.ndarray], np.ndarray]] = {
    **dict.fromkeys((1, 6, 14, 15), _bt709),
    4: 2.2,
    5: 2.8,
    8: 1.0,
    13: _srgb,
    16: lambda v: np.minimum(_pq(v) / _PQ_WHITE, 1),
    17: 2.6,
    18: lambda v: np.minimum(_hlg(v) / _HLG_WHITE, 1),
}


def effective(chunks: tuple[ColorChunk, ...], icc_profile: bytes | None) -> tuple[ColorChunk, ...]:
    """The chunks, or none of them where an iCCP chunk says more."""
    return chunks if icc_profile is None or b"cICP" in dict(chunks) else ()


@functools.lru_cache(maxsize=8)
def profile(chunks: tuple[ColorChunk, ...], *, grey: bool) -> bytes | None:
    """The colour profile that the chunks mean; None is sRGB, or what nobody can interpret."""
    found = dict(chunks)
    if len(code := found.get(b"cICP", b"")) == 4:
        primaries, transfer, matrix, full = code
        if primaries in _PRIMARIES and transfer in _TRANSFERS and (matrix, full) == (0, 1):
            return _made(*_PRIMARIES[primaries], _TRANSFERS[transfer], grey)
    if b"sRGB" in found:
        return None
    (gamma,) = _numbers(found.get(b"gAMA", b""), 1) or (0.0,)
    chroma = _numbers(found.get(b"cHRM", b""), 8)
    # No picture is meant to be darker or lighter than that: such numbers are damaged.
    curve = 1 / gamma if 0.1 <= gamma <= 10 else None
    if not chroma or min(chroma[1::2]) <= 0:
        return None if curve is None else _made(_D65, _BT709, curve, grey)
    return _made(chroma[:2], chroma[2:], _srgb if curve is None else curve, grey)


def hdr(chunks: tuple[ColorChunk, ...]) -> str | None:
    """The name of the transfer function of high dynamic range, if the picture has one."""
    code = dict(chunks).get(b"cICP", b"")
    return HDR.get(code[1]) if len(code) == 4 else None


def _numbers(data: bytes, count: int) -> tuple[float, ...]:
    if len(data) != 4 * count:
        return ()
    return tuple(value / 100_000 for value in struct.unpack(f">{count}I", data))


def _made(white, primaries, curve, grey) -> bytes | None:  # type: ignore[no-untyped-def]
    """An ICC profile of these; None where there can be none (primaries in a line, say)."""
    if callable(curve):
        points = curve(np.linspace(0, 1, _POINTS))
        options = {"transferfunction": np.clip(points, 0, 1).astype(np.float32)}
    else:
        options = {"gamma": curve}
    if not grey:
        options |= {"whitepoint": list(white), "primaries": list(primaries)}
    try:
        return undated(imagecodecs.cms_profile("gray" if grey else "rgb", **options))
    except (imagecodecs.CmsError, ValueError):
        return None
