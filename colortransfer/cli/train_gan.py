"""Train a ColorGAN on photographs of one's own.

SOURCE is a folder, a zip archive or a container (NAME.bin, NAME.npz) of images, or cifar10. Writes
checkpoint.npz and log.csv into the folder, and the generator as generator.npz; the same command
resumes where an earlier one was stopped, exactly. Ctrl-C and SIGTERM leave a checkpoint of the step
in hand. With --paper a training that is complete goes on where --steps is larger than it was.
"""

from __future__ import annotations

import argparse
from pathlib import Path

from . import arguments, console


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("source", metavar="SOURCE", help="what is trained on")
    parser.add_argument("-o", "--output", required=True, metavar="FOLDER")
    parser.add_argument("--steps", type=int, default=1000, help="of the generator (default: 1000)")
    parser.add_argument("--size", type=int, default=64, help="of the crops (default: 64)")
    parser.add_argument("--paper", action="store_true", help="the networks as published")
    arguments.add_checkpoint_every(parser)


def run(options: argparse.Namespace) -> int:
    from ..datasets import load_images
    from ..gan import ColorGAN

    images = load_images(options.source, size=options.size)
    gan = ColorGAN.paper() if options.paper else ColorGAN()
    folder = Path(options.output)
    gan.train(
        images,
        steps=options.steps,
        folder=folder,
        checkpoint_every=options.checkpoint_every,
        progress=True,
    )
    gan.save(folder / "generator.npz")
    console.say(console.one_line(f"{folder / 'generator.npz'}: {options.steps} steps"))
    return console.SUCCESS
