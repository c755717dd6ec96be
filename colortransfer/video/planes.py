"""Decoded frames as colours, and edits written into them.

A frame of luma and chroma is not made of its colours again: what an edit changed of them is added
to the frame's own values. So an edit that changes nothing keeps every value, whatever the coding,
and colours between the samples of chroma stay as they are.
"""

from __future__ import annotations

import dataclasses
import functools
from typing import Any

import numpy as np

from .._kernels import add_change, to_rgb
from ..core.threads import in_threads
from ..errors import InputError
from ..images.strips import STRIP
from ..transforms import Transform

# Shares of red and blue in luma, by the number of a matrix in ITU-T H.273; 2 is "not told", which
# FFmpeg takes for BT.601.
LUMA_SHARES = {
    1: (0.2126, 0.0722),
    2: (0.299, 0.114),
    4: (0.30, 0.11),
    5: (0.299, 0.114),
    6: (0.299, 0.114),
    7: (0.212, 0.087),
    9: (0.2627, 0.0593),
}
FULL_RANGE = 2
PACKED = ("rgb24", "bgr24", "rgb0", "bgr0")


@dataclasses.dataclass(frozen=True)
class Coding:
    """How planes of luma and chroma encode colours.

    Attributes
    ----------
    levels
        float32 (5,): black, the level of no chroma, the spans of luma and of chroma, the highest.
    weights
        float32 (7,): what chroma adds to red, green (twice) and blue; red, green and blue in luma.
    steps
        int64 (2,): rows and columns that share a sample of chroma.

    Examples
    --------
    >>> coding = Coding.of(bits=8, matrix=1, full=False, steps=(2, 2))
    >>> coding.levels.tolist()
    [16.0, 128.0, 219.0, 224.0, 255.0]
    """

    levels: np.ndarray
    weights: np.ndarray
    steps: np.ndarray

    @staticmethod
    @functools.cache
    def of(*, bits: int, matrix: int, full: bool, steps: tuple[int, int]) -> Coding:
        """By depth, number of the matrix (ITU-T H.273), range, and steps of chroma."""
        if matrix not in LUMA_SHARES:
            raise InputError(f"frames have the matrix {matrix} of ITU-T H.273; convert them first")
        unit, top = 1 << (bits - 8), (1 << bits) - 1
        spans = (0, top, top) if full else (16 * unit, 219 * unit, 224 * unit)
        red, blue = LUMA_SHARES[matrix]
        green = 1 - red - blue
        to_red, to_blue = 2 * (1 - red), 2 * (1 - blue)
        return Coding(
            np.array([spans[0], 128 * unit, *spans[1:], top], np.float32),
            np.array(
                [to_red, to_blue * blue / green, to_red * red / green, to_blue, red, green, blue],
                np.float32,
            ),
            np.array(steps, np.int64),
        )

    def colors(self, planes: tuple[np.ndarray, ...]) -> np.ndarray:
        """Colours float32 (h, w, 3), sRGB in [0, 1], of planes of luma and chroma."""
        luma, blue, red = planes
        rgb = np.empty((*luma.shape, 3), np.float32)
        kernel = to_rgb.after(luma.dtype.name, luma.size)
        if kernel is not None:
            kernel(luma, blue, red, self.levels, self.weights, self.steps, rgb)
            return rgb
        black, grey, luma_span, chroma_span, _ = self.levels
        light = (luma.astype(np.float32) - black) / luma_span
        b, r = (
            self._spread((plane.astype(np.float32) - grey) / chroma_span, luma.shape)
            for plane in (blue, red)
        )
        rgb[..., 0] = light + self.weights[0] * r
        rgb[..., 1] = light - self.weights[1] * b - self.weights[2] * r
        rgb[..., 2] = light + self.weights[3] * b
        return np.clip(rgb, 0, 1, out=rgb)

    def change(
        self,
        before: np.ndarray,
        after: np.ndarray,
        old: tuple[np.ndarray, ...],
        new: tuple[np.ndarray, ...],
    ) -> None:
        """Write the planes ``old``, and what colours (h, w, 3) changed, into the planes ``new``."""
        kernel = add_change.after(old[0].dtype.name, old[0].size)
        if kernel is not None:
            arrays = (np.ascontiguousarray(before), np.ascontiguousarray(after, np.float32))
            kernel(*arrays, old, new, self.levels, self.weights, self.steps)
            return
        _, _, luma_span, chroma_span, top = self.levels
        red, green, blue = np.moveaxis(np.clip(after, 0, 1, dtype=np.float32) - before, -1, 0)
        light = self.weights[4] * red + self.weights[5] * green + self.weights[6] * blue
        changes = (
            light * luma_span,
            self._gathered((blue - light) / self.weights[3], old[1].shape) * chroma_span,
            self._gathered((red - light) / self.weights[0], old[1].shape) * chroma_span,
        )
        for source, target, change in zip(old, new, changes, strict=True):
            values = np.clip(source.astype(np.float32) + change, 0, top)
            target[...] = (values + np.float32(0.5)).astype(np.int32)

    def _spread(self, chroma: np.ndarray, shape: tuple[int, ...]) -> np.ndarray:
        """Chroma (h', w') at every pixel of a picture of this shape."""
        rows, columns = self.steps
        spread = chroma.repeat(rows, 0).repeat(columns, 1)
        return spread[: shape[0], : shape[1]]

    def _gathered(self, values: np.ndarray, shape: tuple[int, ...]) -> np.ndarray:
        """Means (h', w') of the pixels that share a sample of chroma."""
        rows, columns = self.steps
        missing = (shape[0] * rows - values.shape[0], shape[1] * columns - values.shape[1])
        values = np.pad(values, [(0, missing[0]), (0, missing[1])], "edge")
        total = np.zeros(shape, np.float32)
        for i in range(rows):
            for j in range(columns):
                total += values[i::rows, j::columns]
        return total * (np.float32(1) / np.float32(rows * columns))


def check_format(name: str) -> None:
    """InputError if frames of a pixel format cannot be edited."""
    import av

    kind = av.VideoFormat(name, 16, 16)
    planar = len({c.plane for c in kind.components}) == len(kind.components) >= 3
    if name not in PACKED and not (planar and not name.endswith("be") and kind.components[0].bits):
        raise InputError(
            f"frames of the pixel format {name} are not edited; convert the clip to yuv420p, "
            "yuv444p or gbrp first"
        )


def planes_of(frame: Any) -> tuple[np.ndarray, ...]:
    """The planes (h, w) of a frame, uint8 or uint16, as views."""
    dtype = np.uint8 if frame.format.components[0].bits <= 8 else np.uint16
    found = []
    for plane in frame.planes:
        values = np.frombuffer(plane, dtype).reshape(plane.height, -1)
        found.append(values[:, : plane.width])
    return tuple(found)


def coding_of(frame: Any) -> Coding:
    """How a frame of luma and chroma encodes colours."""
    kind = frame.format
    steps = (
        -(-frame.height // max(1, kind.chroma_height(frame.height))),
        -(-frame.width // max(1, kind.chroma_width(frame.width))),
    )
    full = kind.name.startswith("yuvj") or frame.color_range == FULL_RANGE
    matrix = int(frame.colorspace)
    return Coding.of(bits=kind.components[0].bits, matrix=matrix, full=full, steps=steps)


def sampled(frame: Any, step: int, first: tuple[int, int]) -> np.ndarray:
    """Colours float32 (h, w, 3) of every ``step``-th pixel from ``first`` (row, column) on."""
    rows = np.arange(first[0], frame.height, step)
    columns = np.arange(first[1], frame.width, step)
    if frame.format.is_rgb:
        rgb, top = _rgb_of(frame)
        return (rgb[np.ix_(rows, columns)] / np.float32(top)).astype(np.float32)
    coding, planes = coding_of(frame), planes_of(frame)
    chroma = np.ix_(rows // coding.steps[0], columns // coding.steps[1])
    alone = dataclasses.replace(coding, steps=np.ones(2, np.int64))
    return alone.colors((planes[0][np.ix_(rows, columns)], planes[1][chroma], planes[2][chroma]))


def edited(frame: Any, transform: Transform, strength: float) -> Any:
    """A frame of the same format, time and tags after an edit; alpha stays."""
    import av

    if frame.format.is_rgb:
        result = _edited_rgb(frame, transform, strength)
    else:
        result = av.VideoFrame(frame.width, frame.height, frame.format.name)
        _edit_planes(frame, result, transform, strength)
    for name in ("pts", "time_base", "color_range", "colorspace", "color_primaries", "color_trc"):
        setattr(result, name, getattr(frame, name))
    return result


def _edit_planes(frame: Any, result: Any, transform: Transform, strength: float) -> None:
    coding, old, new = coding_of(frame), planes_of(frame), planes_of(result)
    for source, target in zip(old[3:], new[3:], strict=True):
        target[...] = source
    step = int(coding.steps[0])
    lines = max(1, STRIP // (frame.width * step)) * step

    def strip(top: int) -> None:
        rows, shared = slice(top, top + lines), slice(top // step, (top + lines) // step)
        spans = (rows, shared, shared)
        olds = tuple(plane[span] for plane, span in zip(old[:3], spans, strict=True))
        news = tuple(plane[span] for plane, span in zip(new[:3], spans, strict=True))
        before = coding.colors(olds)
        after = _rendered(transform, before, strength, top, frame.height)
        coding.change(before, after, olds, news)

    for _ in in_threads(strip, range(0, frame.height, lines)):
        pass


def _rendered(
    transform: Transform, before: np.ndarray, strength: float, top: int, height: int
) -> np.ndarray:
    after = transform.render_rows(before, top, height)
    return after if strength == 1 else before + np.float32(strength) * (after - before)


def _rgb_of(frame: Any) -> tuple[np.ndarray, int]:
    """Colours (H, W, 3) of a frame of red, green and blue, and their highest level."""
    if frame.format.name in PACKED:
        return frame.to_ndarray(format="rgb24"), 255
    green, blue, red = planes_of(frame)[:3]
    return np.stack([red, green, blue], -1), (1 << frame.format.components[0].bits) - 1


def _edited_rgb(frame: Any, transform: Transform, strength: float) -> Any:
    import av

    rgb, top = _rgb_of(frame)
    before = rgb.astype(np.float32) / np.float32(top)
    after = _rendered(transform, before, strength, 0, frame.height)
    levels = np.rint(np.clip(after, 0, 1) * np.float32(top)).astype(rgb.dtype)
    if frame.format.name in PACKED:
        packed = av.VideoFrame.from_ndarray(levels, format="rgb24")
        return packed.reformat(format=frame.format.name)
    result = av.VideoFrame(frame.width, frame.height, frame.format.name)
    new = planes_of(result)
    for channel, plane in zip((1, 2, 0), new, strict=False):
        plane[...] = levels[..., channel]
    for source, target in zip(planes_of(frame)[3:], new[3:], strict=True):
        target[...] = source
    return result
