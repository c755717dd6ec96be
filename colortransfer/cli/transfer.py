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
from typing import TYPE_CHECKING, Any

from ..errors import InputError
from ..methods import Method
from . import arguments, console, jobs, methods, targets
from .job import Handling, Opened

if TYPE_CHECKING:
    from ..edit import Edit


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "-c",
        "--color",
        type=arguments.color,
        help="the mean colour to reach: '#5b86b4', steelblue, 'rgb(91 134 180)'",
    )
    methods.add_arguments(parser)
    targets.add_mask_arguments(parser)
    targets.add_palette_arguments(parser)
    targets.add_statistic_arguments(parser)
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
    targets.check_masks(options)
    methods.check(options)
    targets.check_palette(options)
    targets.check_statistics(options)
    planned = jobs.plan(options)
    for job in planned:
        read = [*(options.reference or ()), *targets.files(options)]
        jobs.protect_inputs(job.target, read, "another output")
    for extra in (options.save_transform, options.cube):
        if extra is not None:
            jobs.protect(planned, extra)
    # TensorFlow takes seconds: not before a photograph has been read.
    method = functools.cache(lambda: methods.build(options))
    target = functools.cache(lambda: targets.build(options, methods.target(options)))
    handling = Handling.of(options)
    return jobs.each(planned, lambda job: _transfer(job.open(handling), method, target, options))


def _transfer(
    opened: Opened,
    method: Callable[[], Method],
    target: Callable[[], Any],
    options: argparse.Namespace,
) -> None:
    began = time.perf_counter()
    title, (image, *others) = opened.job.title, opened.pages
    with console.progress(title) as show:
        edit = method().fit(image, target(), callbacks=[show])
    edit = edit.weakened(image, options.strength)
    opened.save([edit.image, *_as_the_first(edit, others, options.strength)])
    if edit.transform is not None and options.save_transform is not None:
        edit.transform.save(options.save_transform)
    if edit.transform is not None and options.cube is not None:
        edit.transform.to_cube(options.cube)
    for warning in edit.warnings:
        console.say(console.one_line(f"colortransfer: {title}: {warning}"), to_stderr=True)
    closing = opened.describe(edit.image, options.mean_space)
    if edit.color is not None or options.region:
        closing += f", colour error {edit.color_error:.5f}"
    seconds = time.perf_counter() - began
    console.say(f"{closing}, {seconds:.1f} s", to_stderr=opened.job.to_stream)


def _as_the_first(edit: Edit, pages: list[Any], strength: float) -> list[Any]:
    """The other pages of a file, with the edit that was fitted to the first."""
    if not pages:
        return []
    if edit.transform is None:
        raise InputError("this method has no transform for the other pages; leave out --pages")
    if edit.target is not None:
        pages = [edit.target.photograph(page) for page in pages]
    return [edit.transform.apply(page, strength) for page in pages]
