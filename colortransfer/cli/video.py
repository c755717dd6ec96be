"""Give a clip another mean colour: one edit a shot, the same for all of its frames.

Shots are found, and each has an edit of its own that brings its mean to the colour; longer ones
have one every ten seconds, and from one to the next they change into each other. Sound, subtitles
and times stay as they are, and so do codec, quality and pixel format unless others are asked for.
INPUT and the output may also be sequences of images: frames/%05d.png. Needs the extra `video`.
"""

from __future__ import annotations

import argparse
import time
from typing import Any

from . import arguments, clips, console, jobs


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("input", metavar="INPUT", help="a clip, or a pattern such as f/%%05d.png")
    parser.add_argument(
        "-c",
        "--color",
        type=arguments.color,
        required=True,
        help="the mean colour of each shot: '#5b86b4', steelblue, 'rgb(91 134 180)'",
    )
    parser.add_argument("-o", "--output", required=True, help="the clip or the pattern to write")
    parser.add_argument(
        "--one-shot",
        action="store_true",
        help="look for no cuts: the clip has one edit, and its mean as a whole is the colour",
    )
    parser.add_argument(
        "--key-seconds",
        type=float,
        default=10.0,
        metavar="SECONDS",
        help="between the edits of a long shot; inf for a single one (default: %(default)g)",
    )
    parser.add_argument(
        "--strength",
        type=arguments.strength,
        default=1.0,
        metavar="0-1",
        help="how far to go: 0 leaves the clip, 1 is the whole edit (default: 1)",
    )
    clips.add_arguments(parser)


def run(options: argparse.Namespace) -> int:
    if not clips.is_pattern(options.output):
        jobs.check_folder(options.output)
    jobs.protect_inputs(options.output, [options.input])
    encoding = clips.encoding(options)
    began = time.perf_counter()
    from ..video import transfer_video

    with clips.progress(options.input) as show:
        grade: Any = transfer_video(
            options.input,
            options.color,
            options.output,
            cut=not options.one_shot,
            key_seconds=options.key_seconds,
            strength=options.strength,
            encoding=encoding,
            callbacks=[show],
        )
    clips.close(
        options.output, began, "1 shot" if len(grade.shots) == 1 else f"{len(grade.shots)} shots"
    )
    return console.SUCCESS
