"""Frames of luma and chroma as colours, and what an edit changed of them; twins in ``video``."""

from __future__ import annotations

import numpy as np

from .compiling import Kernel

Float, Index = np.float32, np.uintp


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
    before: np.ndarray,
    after: np.ndarray,
    old: tuple[np.ndarray, np.ndarray, np.ndarray],
    new: tuple[np.ndarray, np.ndarray, np.ndarray],
    levels: np.ndarray,
    weights: np.ndarray,
    steps: np.ndarray,
) -> None:
    """Planes ``new``: ``old`` plus what colours changed from ``before`` to ``after``, rounded."""
    luma_span, chroma_span, top = levels[2], levels[3], levels[4]
    rows, columns = Index(steps[0]), Index(steps[1])
    zero, one, half = Float(0), Float(1), Float(0.5)
    height, width = Index(before.shape[0]), Index(before.shape[1])
    share = one / Float(steps[0] * steps[1])
    for row in range(Index(old[1].shape[0])):
        for column in range(Index(old[1].shape[1])):
            blue, red = zero, zero
            for i in range(rows):
                y = min(row * rows + i, height - Index(1))
                for j in range(columns):
                    x = min(column * columns + j, width - Index(1))
                    r = min(max(after[y, x, 0], zero), one) - before[y, x, 0]
                    g = min(max(after[y, x, 1], zero), one) - before[y, x, 1]
                    b = min(max(after[y, x, 2], zero), one) - before[y, x, 2]
                    light = weights[4] * r + weights[5] * g + weights[6] * b
                    value = Float(old[0][y, x]) + light * luma_span
                    new[0][y, x] = np.int32(min(max(value, zero), top) + half)
                    blue += (b - light) / weights[3]
                    red += (r - light) / weights[0]
            value = Float(old[1][row, column]) + blue * share * chroma_span
            new[1][row, column] = np.int32(min(max(value, zero), top) + half)
            value = Float(old[2][row, column]) + red * share * chroma_span
            new[2][row, column] = np.int32(min(max(value, zero), top) + half)


def _signatures(pattern: str) -> dict[str, str]:
    found = {}
    for name in ("uint8", "uint16"):
        plane = f"Array({name}, 2, 'A', True)"
        found[name] = pattern.format(old=plane, new=f"{name}[:, :]")
    return found


_CODING = "float32[::1], float32[::1], int64[::1]"
to_rgb = Kernel(
    _to_rgb, **_signatures(f"void({{old}}, {{old}}, {{old}}, {_CODING}, float32[:, :, ::1])")
)
add_change = Kernel(
    _change,
    **_signatures(
        "void(Array(float32, 3, 'C', True), Array(float32, 3, 'C', True), "
        f"UniTuple({{old}}, 3), UniTuple({{new}}, 3), {_CODING})"
    ),
)
