"""Colorize a grey photograph from scribbles.

SCRIBBLES is the grey photograph with colour drawn on it, of the same size: where it differs from
grey, its colour is what the pixel shall have.
"""

from __future__ import annotations

import argparse
import time

from . import arguments, console, jobs

METHODS = {"levin": "levin", "huang": "huang", "yatziv-sapiro": "yatziv_sapiro"}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("gray", metavar="GRAY", help="the photograph without colour")
    parser.add_argument("scribbles", metavar="SCRIBBLES", help="the same with colour drawn on it")
    parser.add_argument("-o", "--output", required=True, help="file to write to")
    parser.add_argument(
        "--method",
        choices=METHODS,
        default="levin",
        help="whose way of spreading the colour (default: %(default)s)",
    )
    parser.add_argument(
        "--quality",
        type=arguments.quality,
        default=95,
        metavar="1-100",
        help="of JPEG and WebP files (default: %(default)s)",
    )


def run(options: argparse.Namespace) -> int:
    jobs.protect_inputs(options.output, [options.gray, options.scribbles])
    from .. import classical, images

    began = time.perf_counter()
    gray, scribbles = images.load(options.gray), images.load(options.scribbles)
    edited = getattr(classical, METHODS[options.method])(gray, scribbles)
    images.save(options.output, edited, quality=options.quality)
    size = f"{edited.shape[1]} x {edited.shape[0]}"
    seconds = time.perf_counter() - began
    console.say(console.one_line(f"{options.output}: {size}, {seconds:.1f} s"))
    return console.SUCCESS
