"""Let a network dream over a photograph: what it sees in it grows (DeepDream, Mordvintsev 2015).

Networks are the bundled ones, with the layers 0/mixed3b and 1/conv4_2. Without --layer, --channel
and --guide one channel of each grows.
"""

from __future__ import annotations

import argparse
import time

from . import arguments, console, jobs


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("photo", metavar="PHOTO")
    parser.add_argument("-o", "--output", required=True, help="file to write to")
    parser.add_argument("--guide", metavar="FILE", help="photograph whose features are to appear")
    parser.add_argument(
        "--layer", action="append", metavar="NAME", help="layer that grows; may be repeated"
    )
    parser.add_argument("--channel", type=int, metavar="N", help="only this channel, from 0")
    parser.add_argument("--octaves", type=arguments.positive, default=4, help="(default: 4)")
    parser.add_argument("--seed", type=int, default=0)


def run(options: argparse.Namespace) -> int:
    jobs.protect_inputs(options.output, [x for x in (options.photo, options.guide) if x])
    from .. import DeepDream, images

    began = time.perf_counter()
    dream = DeepDream(
        layers=options.layer, channel=options.channel, octaves=options.octaves, seed=options.seed
    )
    guide = None if options.guide is None else images.load(options.guide)
    with console.progress(options.photo) as show:
        found = dream.dream(images.load(options.photo), guide=guide, callbacks=[show])
    images.save(options.output, found)
    seconds = time.perf_counter() - began
    size = f"{found.shape[1]} x {found.shape[0]}"
    console.say(console.one_line(f"{options.output}: {size}, {seconds:.1f} s"))
    return console.SUCCESS
