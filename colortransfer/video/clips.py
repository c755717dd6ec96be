"""Clips: what is seen of their frames, and their edit from file to file."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from ..errors import InputError
from .fitting import grid_of
from .grade import Grade
from .pipes import Behind, ahead
from .planes import FrameEditor, sampled
from .progress import Callback, counter
from .reading import Clip, opened, time_of
from .shots import Look
from .writing import Encoding, Writer, created


def looks(source: str | Path, callbacks: Sequence[Callback]) -> Iterator[Look]:
    """What is seen of each frame."""
    with opened(source) as clip:
        done = counter("looking", clip.frame_count, callbacks)
        for frame in ahead(clip.frames()):
            picture = frame.picture
            grid = grid_of(frame.number, picture.height, picture.width)
            yield Look(frame.number, frame.time, sampled(picture, *grid))
            done()


def edit(
    source: str | Path,
    destination: str | Path,
    grade: Grade,
    *,
    strength: float,
    encoding: Encoding,
    callbacks: Sequence[Callback],
) -> None:
    """Write the graded clip: read in one thread, rendered in this and the pool's, and encoded in
    another."""
    with opened(source) as clip, created(destination, clip, encoding) as writer:
        done = counter("writing", clip.frame_count, callbacks)
        number, editor = 0, FrameEditor(strength)
        with Behind[Any](lambda item: _write(writer, item)) as behind:
            for item in ahead(_items(clip, writer)):
                if not _is_frame(item):
                    behind.put(item)
                    continue
                transform = grade.at(number, time_of(item, number, clip.stream))
                behind.put(editor.edited(item, transform))
                number += 1
                done()
            if not number:
                raise InputError(f"{source} has no frames; give a clip that has")
        writer.finish()


def _items(clip: Clip, writer: Writer) -> Iterator[Any]:
    """Decoded frames, and the packets of the other streams, in the order of the file."""
    for packet in clip.packets():
        if packet.stream.index == clip.stream.index:
            yield from clip.decoded(packet)
        elif packet.stream.index in writer.others:
            yield packet


def _is_frame(item: Any) -> bool:
    return hasattr(item, "width")


def _write(writer: Writer, item: Any) -> None:
    if _is_frame(item):
        writer.frame(item)
    else:
        writer.packet(item)
