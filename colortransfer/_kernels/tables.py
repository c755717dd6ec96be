"""Trilinear interpolation in a table of colours; its twin is ``transforms.Lut3D.map_planes``."""

from __future__ import annotations

import numpy as np

from .compiling import Kernel

BLOCK = 256  # pixels whose places in the table are found before their values: they stay in L1

# Indices are unsigned: numba looks whether others are negative.
Float, Int, Index = np.float32, np.int32, np.uintp
# Adding it leaves no bits for fractions: a sum of it and x is x rounded to even, as np.rint does.
ROUNDER = np.float32(3 << 22)


def _draw(
    old: np.ndarray, new: np.ndarray, table: np.ndarray, size: int, ramp: np.ndarray, clip: bool
) -> None:
    """Draw pixels (n, 3) in place of others.

    ``table`` is (3, size^3), ``ramp`` the value of each level of integers, and empty for floats.
    Only those may stay outside [0, 1], unless ``clip``.
    """
    scale, cells, side = Float(size - 1), Int(size - 2), Int(size)
    zero, one, top = Float(0), Float(1), Float(len(ramp) - 1)
    whole = len(ramp) > 0
    # From a corner of a cell to its neighbours along red, green and blue.
    r, g, b = Index(size * size), Index(size), Index(1)
    corner = np.empty(BLOCK, np.int32)
    share = np.empty((3, BLOCK), np.float32)
    found = np.empty(BLOCK, np.float32)
    for start in range(0, len(old), BLOCK):
        first, count = Index(start), Index(min(BLOCK, len(old) - start))
        for i in range(count):
            position = Int(0)
            for channel in range(Index(3)):
                if whole:
                    value = ramp[Index(old[first + i, channel])]
                else:
                    value = min(max(Float(old[first + i, channel]), zero), one)
                value *= scale
                cell = min(Int(value), cells)
                share[channel, i] = value - Float(cell)
                position = Int(position * side + cell)
            corner[i] = position
        for channel in range(Index(3)):
            values = table[channel]
            for i in range(count):
                k, red, green, blue = Index(corner[i]), share[0, i], share[1, i], share[2, i]
                a = values[k] + red * (values[k + r] - values[k])
                c = values[k + g] + red * (values[k + r + g] - values[k + g])
                a += green * (c - a)
                k += b
                d = values[k] + red * (values[k + r] - values[k])
                c = values[k + g] + red * (values[k + r + g] - values[k + g])
                d += green * (c - d)
                a += blue * (d - a)
                found[i] = a
            if clip:
                for i in range(count):
                    found[i] = min(max(found[i], zero), one)
            if whole:
                for i in range(count):
                    new[first + i, channel] = Int((found[i] * top + ROUNDER) - ROUNDER)
            else:
                for i in range(count):
                    new[first + i, channel] = found[i]


def _signature(dtype: str) -> str:
    pixels = f"Array({dtype}, 2, 'A', True), {dtype}[:, :]"
    return f"void({pixels}, float32[:, ::1], int64, float32[::1], bool_)"


draw_table = Kernel(_draw, **{name: _signature(name) for name in ("uint8", "uint16", "float32")})
