"""Apply an edit that was saved to other photographs.

The edit comes from `colortransfer transfer --save-transform`, from Python's
`result.transform.save`, or from another program as a .cube table. Photographs of any size; each
takes a fraction of a second, for nothing is fitted: the mean colour changes as the first
photograph's did, and does not land on the target.
"""

from __future__ import annotations

import argparse
import time

from . import arguments, console, jobs
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


def run(options: argparse.Namespace) -> int:
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
