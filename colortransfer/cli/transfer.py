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
from collections.abc import Callable
from typing import Any

from . import arguments, console, jobs, methods


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "-c",
        "--color",
        type=arguments.color,
        help="the mean colour to reach: '#5b86b4', teal, 'rgb(91, 134, 180)'",
    )
    methods.add_arguments(parser)
    jobs.add_arguments(parser)
    parser.add_argument(
        "--strength",
        type=arguments.strength,
        default=1.0,
        metavar="0-1",
        help="how far to go: 0 leaves the photograph, 1 is the whole edit (default: 1)",
    )
    parser.add_argument(
        "--mean-space",
        choices=("srgb", "linear"),
        default="srgb",
        help="where the mean is taken: sRGB values, or linear light (default: %(default)s)",
    )
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
    methods.check(options)
    planned = jobs.plan(options)
    for extra in (options.save_transform, options.cube):
        if extra is not None:
            jobs.protect(planned, extra)
    # TensorFlow takes seconds: not before a photograph has been read.
    method = functools.cache(lambda: methods.build(options))
    return jobs.each(planned, lambda job: _transfer(job, method, options))


def _transfer(
    job: jobs.Job, method: Callable[[], methods.Method], options: argparse.Namespace
) -> None:
    began = time.perf_counter()
    image = job.load()
    with console.progress(job.title) as show:
        outcome = method()(image, show)
    edited, error = outcome.image, outcome.error
    if options.strength < 1:
        edited, error = _weaker(image, outcome, options)
    job.save(edited, options.quality)
    if options.save_transform is not None and outcome.transform is not None:
        outcome.transform.save(options.save_transform)
    if options.cube is not None and outcome.transform is not None:
        outcome.transform.to_cube(options.cube)
    for remark in outcome.remarks:
        console.say(console.one_line(f"colortransfer: {job.title}: {remark}"), to_stderr=True)
    closing = job.describe(edited, options.mean_space)
    if outcome.color is not None:
        closing += f", colour error {error:.5f}"
    console.say(f"{closing}, {time.perf_counter() - began:.1f} s", to_stderr=job.to_stream)


def _weaker(image: Any, outcome: methods.Outcome, options: argparse.Namespace) -> tuple[Any, float]:
    """The edit at less than full strength, and how far its mean colour is from the target."""
    from ..evaluation import color_error

    assert outcome.transform is not None  # methods.check
    edited = outcome.transform.apply(image, options.strength)
    if outcome.color is None:
        return edited, 0.0
    return edited, color_error(edited, outcome.color, space=options.mean_space)
