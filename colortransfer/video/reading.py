"""Clips read through PyAV: their frames, their other streams, and what is to be known of both."""

from __future__ import annotations

import contextlib
import dataclasses
import functools
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path
from types import ModuleType
from typing import Any

from ..errors import FileError, InputError, MissingDependencyError
from .planes import check_format

HDR = {16: "PQ (SMPTE ST 2084)", 18: "HLG (ARIB STD-B67)"}


def pyav() -> ModuleType:
    """PyAV; MissingDependencyError without it."""
    try:
        import av
    except ImportError as error:
        raise MissingDependencyError(
            "video needs PyAV; install it with pip install 'colortransfer[video]'"
        ) from error
    return av


@dataclasses.dataclass(frozen=True, eq=False)
class Frame:
    """A decoded frame, its number from 0, and its time in seconds."""

    number: int
    time: float
    picture: Any


@dataclasses.dataclass(frozen=True, eq=False)
class Clip:
    """A clip that is open: its container, and the stream of frames that are edited."""

    path: Path
    container: Any
    stream: Any

    @property
    def frame_count(self) -> int | None:
        """How many frames it has, as it says itself or by its duration; None: it does not say."""
        if self.stream.frames:
            return int(self.stream.frames)
        duration, rate = self.container.duration, self.stream.average_rate
        return round(duration / 1_000_000 * rate) if duration and rate else None

    @functools.cached_property
    def rotation(self) -> int:
        """Degrees by which players turn the frames, counterclockwise."""
        with told(self.path, "read"), pyav().open(str(self.path)) as container:
            for picture in container.decode(container.streams[self.stream.index]):
                return int(picture.rotation)
        return 0

    @functools.cached_property
    def beginning(self) -> bytes:
        """The codec's private data and the first packet of frames."""
        own = bytes(self.stream.codec_context.extradata or b"")
        with told(self.path, "read"), pyav().open(str(self.path)) as container:
            for packet in container.demux(container.streams[self.stream.index]):
                return own + bytes(packet)
        return own

    def packets(self) -> Iterator[Any]:
        """The packets of all streams, in the order of the file; the last ones are empty."""
        with told(self.path, "read"):
            yield from self.container.demux()

    def decoded(self, packet: Any) -> list[Any]:
        """The frames of a packet of the stream."""
        with told(self.path, "read"):
            return [frame for frame in packet.decode() if frame.width]

    def frames(self) -> Iterator[Frame]:
        """The frames one after another."""
        number = 0
        with told(self.path, "read"):
            for picture in self.container.decode(self.stream):
                yield Frame(number, time_of(picture, number, self.stream), picture)
                number += 1


@contextlib.contextmanager
def opened(path: str | Path) -> Iterator[Clip]:
    """A clip, open within the block.

    Raises
    ------
    FileError
        If it cannot be read as one.
    InputError
        If it has no frames, or such that are not edited: HDR, or a pixel format without planes.
    """
    av = pyav()
    with told(path, "read"):
        container = av.open(str(path))
    with container:
        streams = [s for s in container.streams.video if not _is_cover(s)]
        if not streams:
            raise InputError(f"{path} has no moving pictures; use `transfer` for photographs")
        stream = streams[0]
        stream.thread_type = "AUTO"
        check_colors(path, stream.codec_context)
        yield Clip(Path(path), container, stream)


def check_colors(path: str | Path, context: Any) -> None:
    """InputError for clips whose colours are not those of sRGB's kind."""
    if (curve := HDR.get(int(context.color_trc))) is not None:
        raise InputError(
            f"{path} is HDR, {curve}; edits are for standard range: tone map it to BT.709 first"
        )
    if context.pix_fmt is None:
        raise FileError(f"cannot read {path}: its frames have no known pixel format")
    check_format(context.pix_fmt)


def time_of(picture: Any, number: int, stream: Any) -> float:
    """Seconds from the start of a clip, by the clock or, where frames have none, the rate."""
    if picture.pts is None:
        return float(number / (stream.average_rate or Fraction(25)))
    return float(picture.pts * picture.time_base)


@contextlib.contextmanager
def told(path: str | Path, verb: str) -> Iterator[None]:
    """What PyAV raises becomes one line."""
    av = pyav()
    try:
        yield
    except av.error.FFmpegError as error:
        raise FileError(f"cannot {verb} {path}: {error.strerror or error}") from error


def _is_cover(stream: Any) -> bool:
    av = pyav()
    return bool(stream.disposition & av.stream.Disposition.attached_pic)
