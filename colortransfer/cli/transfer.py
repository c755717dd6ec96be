"""Give photographs another mean colour, or the colours of another photograph.

Fits an edit of each photograph so that its mean colour is the one asked for and what a network
sees in it changes little; a few seconds each. --method takes other ways to a mean colour, and the
published ones to the colours of a reference. Ends with a line per photograph: its size in pixels,
its mean colour, where one was asked for the largest difference of a channel from it (0 to 1, before
JPEG or WebP compress it), and the seconds it took.
"""

from __future__ import annotations

import argparse
import functools
import time
from typing import TYPE_CHECKING

from ..batch import work
from . import arguments, console, jobs, methods, targets
from .job import Job, handling

if TYPE_CHECKING:
    from ..edit import Edit


def add_arguments(parser: argparse.ArgumentParser) -> None:
    arguments.add_color(parser)
    methods.add_arguments(parser)
    targets.add_mask_arguments(parser)
    targets.add_luma_arguments(parser)
    targets.add_palette_arguments(parser)
    targets.add_statistic_arguments(parser)
    jobs.add_arguments(parser)
    arguments.add_strength(parser)
    arguments.add_mean_space(parser)
    parser.add_argument(
        "--save-transform",
        type=arguments.transform_path,
        metavar="FILE.npz",
        help="also write the edit, for `colortransfer apply`",
    )
    parser.add_argument(
        "--cube",
        type=arguments.cube_path,
        metavar="FILE.cube",
        help="also write the edit as a look-up table of 33 x 33 x 33 colours, averaged over places",
    )


def run(options: argparse.Namespace) -> int:
    targets.check_masks(options)
    methods.check(options)
    targets.check_palette(options)
    targets.check_statistics(options)
    planned = jobs.plan(options)
    for job in planned:
        read = [*(options.reference or ()), *targets.files(options)]
        read += [options.weights] if options.weights else []
        jobs.protect_inputs(job.output, read, "another output")
    for extra in (options.save_transform, options.cube):
        if extra is not None:
            jobs.protect(planned, extra)
    # TensorFlow takes seconds: not before a photograph has been read.
    request = targets.request(options)
    method = functools.cache(lambda: methods.build(options))
    target = functools.cache(lambda: request.target(options.method))

    def transfer(job: Job) -> None:
        opened = job.open(handling(options))
        began = time.perf_counter()
        with console.progress(job.title) as show:
            edit = work.transfer(
                opened, method(), target(), strength=options.strength, callbacks=[show]
            )
        _save_edit(edit, options)
        for warning in edit.warnings:
            console.say(console.one_line(f"colortransfer: {job.title}: {warning}"), to_stderr=True)
        closing = job.describe(opened, edit.image, options.mean_space)
        if edit.color is not None or options.region:
            closing += f", colour error {edit.color_error:.5f}"
        seconds = time.perf_counter() - began
        console.say(f"{closing}, {seconds:.1f} s", to_stderr=job.to_stream)

    return jobs.each(planned, transfer)


def _save_edit(edit: Edit, options: argparse.Namespace) -> None:
    if edit.transform is not None and options.save_transform is not None:
        edit.transform.save(options.save_transform)
    if edit.transform is not None and options.cube is not None:
        edit.transform.to_cube(options.cube)
