"""Frames of luma and chroma: as colours, and edited; twins in ``video``."""

from __future__ import annotations

import numpy as np

from .compiling import Kernel

Float, Int, Index = np.float32, np.int32, np.uintp
SIDE = 65  # nodes of a table of changes along luma and each chroma


def _to_rgb(
    luma: np.ndarray,
    blue: np.ndarray,
    red: np.ndarray,
    levels: np.ndarray,
    weights: np.ndarray,
    steps: np.ndarray,
    rgb: np.ndarray,
) -> None:
    """Colours (h, w, 3) in [0, 1] of planes; arguments as ``video.planes.Coding`` has them."""
    black, grey, luma_span, chroma_span = levels[0], levels[1], levels[2], levels[3]
    rows, columns = Index(steps[0]), Index(steps[1])
    zero, one = Float(0), Float(1)
    for y in range(Index(rgb.shape[0])):
        for x in range(Index(rgb.shape[1])):
            row, column = y // rows, x // columns
            light = (Float(luma[y, x]) - black) / luma_span
            b = (Float(blue[row, column]) - grey) / chroma_span
            r = (Float(red[row, column]) - grey) / chroma_span
            rgb[y, x, 0] = min(max(light + weights[0] * r, zero), one)
            rgb[y, x, 1] = min(max(light - weights[1] * b - weights[2] * r, zero), one)
            rgb[y, x, 2] = min(max(light + weights[3] * b, zero), one)


def _change(
    old: tuple[np.ndarray, np.ndarray, np.ndarray],
    new: tuple[np.ndarray, np.ndarray, np.ndarray],
    table: np.ndarray,
    steps: np.ndarray,
    shift: int,
    top: int,
) -> None:
    """Planes ``new``: ``old`` plus their changes; arguments as `video.changes.Changes` has them.

    For each sample of chroma its pixels' luma first, then blue and red at the mean of these.
    """
    rows, columns, side = Index(steps[0]), Index(steps[1]), Index(SIDE)
    height, width = Index(old[0].shape[0]), Index(old[0].shape[1])
    pixels, last, one = rows * columns, Int(SIDE - 2), Float(1)
    zero, half, high = Float(0), Float(0.5), Float(top)
    unit, share, rest = one / Float(1 << shift), one / Float(pixels), Int((1 << shift) - 1)
    up = side * side  # from a node to the next along luma; along red ``side``, along blue 1
    for row in range(Index(old[1].shape[0])):
        for column in range(Index(old[1].shape[1])):
            b, r = Int(old[1][row, column]), Int(old[2][row, column])
            blue, red = Float(b & rest) * unit, Float(r & rest) * unit
            corner = Index(r >> shift) * side + Index(b >> shift)
            total = zero
            for k in range(pixels + Index(2)):
                if k < pixels:
                    plane = Index(0)
                    y = min(row * rows + k // columns, height - Index(1))
                    x = min(column * columns + k % columns, width - Index(1))
                    value = Float(old[0][y, x])
                    total += value
                    light = value * unit
                else:
                    plane, y, x = k - pixels + Index(1), Index(row), Index(column)
                    value = Float(old[plane][y, x])
                    light = total * share * unit
                cell = min(Int(light), last)
                luma, at, values = light - Float(cell), corner + Index(cell) * up, table[plane]
                a = values[at] + luma * (values[at + up] - values[at])
                at += side
                c = values[at] + luma * (values[at + up] - values[at])
                a += red * (c - a)
                at -= side - Index(1)
                d = values[at] + luma * (values[at + up] - values[at])
                at += side
                c = values[at] + luma * (values[at + up] - values[at])
                d += red * (c - d)
                a += blue * (d - a)
                new[plane][y, x] = Int(min(max(value + a, zero), high) + half)


def _signatures(pattern: str) -> dict[str, str]:
    found = {}
    for name in ("uint8", "uint16"):
        plane = f"Array({name}, 2, 'A', True)"
        found[name] = pattern.format(old=plane, new=f"{name}[:, :]")
    return found


to_rgb = Kernel(
    _to_rgb,
    **_signatures(
        "void({old}, {old}, {old}, float32[::1], float32[::1], int64[::1], float32[:, :, ::1])"
    ),
)
add_changes = Kernel(
    _change,
    **_signatures(
        "void(UniTuple({old}, 3), UniTuple({new}, 3), float32[:, ::1], int64[::1], int64, int64)"
    ),
)
