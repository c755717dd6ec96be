"""Apply an edit that was saved to other photographs.

The edit comes from `colortransfer transfer --save-transform`, from Python's
`result.transform.save`, or from another program as a .cube table. Photographs of any size; each
takes a fraction of a second, for nothing is fitted: the mean colour changes as the first
photograph's did, and does not land on the target. INPUT may be a clip, or a sequence of images such
as frames/%05d.png; -o is then another, and --codec, --crf and --pix-fmt say how it is written.
"""

from __future__ import annotations

import argparse
import time

from . import arguments, clips, console, jobs
from .job import Job, handling


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "transform",
        type=arguments.edit_path,
        metavar="EDIT",
        help="the saved edit (.npz), or a look-up table of another program (.cube)",
    )
    jobs.add_arguments(parser)
    parser.add_argument(
        "--strength",
        type=arguments.strength,
        default=1.0,
        metavar="0-1",
        help="how far to go: 0 leaves the photograph, 1 applies the edit (default: 1)",
    )
    clips.add_arguments(parser)


def run(options: argparse.Namespace) -> int:
    if any(clips.is_moving(name) for name in options.inputs):
        return _move(options)
    if clips.encoding(options) is not None:
        raise console.UsageError("--codec, --crf and --pix-fmt are for clips")
    planned = jobs.plan(options)
    from ..transforms import Transform

    transform = Transform.load(options.transform)

    how = handling(options)

    def work(job: Job) -> None:
        began = time.perf_counter()
        opened = job.open(how)
        edited = [transform.apply(page, options.strength) for page in opened.pages]
        opened.save(edited)
        seconds = time.perf_counter() - began
        closing = f"{job.describe(opened, edited[0])}, {seconds:.1f} s"
        console.say(closing, to_stderr=job.to_stream)

    return jobs.each(planned, work)


def _move(options: argparse.Namespace) -> int:
    """Apply the edit to every frame of a clip or of a sequence."""
    if len(options.inputs) > 1 or options.output is None or options.in_place:
        raise console.UsageError("of clips and sequences give one INPUT, and -o for the result")
    source, output = options.inputs[0], options.output
    if not clips.is_pattern(output):
        jobs.check_folder(output)
    jobs.protect_inputs(output, [source])
    encoding = clips.encoding(options)
    began = time.perf_counter()
    from ..transforms import Transform
    from ..video import apply_video

    transform = Transform.load(options.transform)
    with clips.progress(source) as show:
        apply_video(
            source,
            transform,
            output,
            strength=options.strength,
            encoding=encoding,
            callbacks=[show],
        )
    clips.close(output, began, "done")
    return console.SUCCESS
