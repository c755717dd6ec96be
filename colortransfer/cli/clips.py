"""What the commands for moving pictures share: how they are encoded, and progress."""

from __future__ import annotations

import argparse
import contextlib
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from . import console

SUFFIXES = (".mp4", ".m4v", ".mov", ".mkv", ".webm", ".avi", ".mpg", ".mpeg", ".ts", ".mts")


def is_moving(name: str) -> bool:
    """Whether a name is that of a clip or the pattern of a sequence of images."""
    return Path(name).suffix.lower() in SUFFIXES or is_pattern(name)


def is_pattern(name: str) -> bool:
    """Whether a name is the pattern of a sequence of images, ``frames/%05d.png``."""
    from ..video.sequences import is_pattern as of_a_sequence

    return of_a_sequence(name)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options that become an `Encoding`."""
    parser.add_argument("--codec", metavar="NAME", help="such as h264 or hevc (default: as INPUT)")
    parser.add_argument(
        "--crf",
        type=float,
        metavar="NUMBER",
        help="the encoder's own number, lower is better (default: as INPUT was made, or its bit "
        "rate)",
    )
    parser.add_argument("--pix-fmt", metavar="NAME", help="such as yuv420p10le (default: as INPUT)")


def encoding(options: argparse.Namespace) -> Any:
    """The `Encoding` of a command line; None where nothing is asked."""
    if options.codec is None and options.crf is None and options.pix_fmt is None:
        return None
    from ..video import Encoding

    return Encoding(codec=options.codec, quality=options.crf, pix_fmt=options.pix_fmt)


@contextlib.contextmanager
def progress(title: str) -> Iterator[Callable[[Any], None]]:
    """A callback that moves a bar of each stage on standard error, where that is a terminal.

    The bars tell frames a second and the time that is left.
    """
    from tqdm import tqdm

    if sys.stderr is None or not sys.stderr.isatty():
        yield lambda progress: None
        return
    bars: dict[str, Any] = {}

    def show(step: Any) -> None:
        if step.stage not in bars:
            for bar in bars.values():
                bar.close()
            name = f"{console.one_line(title)}: {step.stage}"
            bars[step.stage] = tqdm(
                desc=name, total=step.total, unit="frame", leave=False, file=sys.stderr
            )
        bars[step.stage].update(step.done - bars[step.stage].n)

    try:
        yield show
    finally:
        for bar in bars.values():
            bar.close()


def close(output: str, began: float, what: str) -> None:
    """The closing line of a command."""
    seconds = time.perf_counter() - began
    console.say(console.one_line(f"{output}: {what}, {seconds:.1f} s"))
