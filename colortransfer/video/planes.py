"""Decoded frames as colours, and edits written into them.

A frame of luma and chroma is not made of its colours again: what an edit changes of them is added
to the frame's own values. So an edit that changes nothing keeps every value, whatever the coding,
and colours between the samples of chroma stay as they are.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from ..core.threads import in_threads
from ..errors import InputError
from ..images.strips import STRIP
from ..transforms import Transform
from ..transforms.pointwise import PointwiseTransform
from .changes import Changes, rendered
from .coding import Coding, Planes

FULL_RANGE = 2
KEPT = ("pts", "time_base", "color_range", "colorspace", "color_primaries", "color_trc")
PACKED = ("rgb24", "bgr24", "rgb0", "bgr0")


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


def planes_of(frame: Any) -> Planes:
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
    return coding.unshared.colors(
        (planes[0][np.ix_(rows, columns)], planes[1][chroma], planes[2][chroma])
    )


class FrameEditor:
    """Edits frames, and keeps the table of the last edit for the next frame.

    Parameters
    ----------
    strength
        How much of the edits, from 0 to 1.
    """

    def __init__(self, strength: float) -> None:
        self._strength = strength
        self._last: tuple[Transform, Coding, Changes] | None = None

    def edited(self, frame: Any, transform: Transform) -> Any:
        """A frame of the same format, time and tags after an edit; alpha stays."""
        import av

        if frame.format.is_rgb:
            result = _edited_rgb(frame, transform, self._strength)
        else:
            result = av.VideoFrame(frame.width, frame.height, frame.format.name)
            self._edit_planes(frame, result, transform)
        for name in KEPT:
            setattr(result, name, getattr(frame, name))
        return result

    def _edit_planes(self, frame: Any, result: Any, transform: Transform) -> None:
        coding, old, new = coding_of(frame), planes_of(frame), planes_of(result)
        for source, target in zip(old[3:], new[3:], strict=True):
            target[...] = source
        changes = self._changes(transform, coding)
        step = int(coding.steps[0])
        lines = max(1, STRIP // (frame.width * step)) * step

        def strip(top: int) -> None:
            rows, shared = slice(top, top + lines), slice(top // step, (top + lines) // step)
            spans = (rows, shared, shared)
            olds, news = (
                tuple(plane[span] for plane, span in zip(planes[:3], spans, strict=True))
                for planes in (old, new)
            )
            if changes is not None:
                changes.add(olds, news)
                return
            before = coding.colors(olds)
            after = rendered(transform, before, self._strength, top, frame.height)
            light, *chroma = coding.differences(before, after)
            means = (coding.gathered(values, olds[1].shape) for values in chroma)
            coding.written(olds, (light, *means), news)

        for _ in in_threads(strip, range(0, frame.height, lines)):
            pass

    def _changes(self, transform: Transform, coding: Coding) -> Changes | None:
        """The table of an edit of colours alone; None for others."""
        if not isinstance(transform, PointwiseTransform):
            return None
        last = self._last
        if last is None or last[0] is not transform or last[1] is not coding:
            last = (transform, coding, Changes(transform, self._strength, coding))
            self._last = last
        return last[2]


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
    after = rendered(transform, before, strength, 0, frame.height)
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
