"""Train a generator of look-up tables to undo edits of natural photographs, without a critic.

IMAGES is a folder, a zip archive or a container (NAME.bin, NAME.npz) of images, or cifar10. Writes
checkpoint.npz and log.csv into the folder, and at the end the generator as generator.npz, for
`colortransfer transfer --weights`; the same command resumes where an earlier one was stopped,
exactly. Ctrl-C and SIGTERM leave a checkpoint of the step in hand.
"""

from __future__ import annotations

import argparse
from pathlib import Path

from . import arguments, console


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("images", metavar="IMAGES", help="what is trained on")
    parser.add_argument("-o", "--output", required=True, metavar="FOLDER")
    parser.add_argument(
        "--steps", type=arguments.positive, default=6000, help="(default: %(default)s)"
    )
    parser.add_argument(
        "--size",
        type=arguments.positive,
        metavar="PIXELS",
        help="reduce the images to squares (default: they stay as they are)",
    )
    parser.add_argument("--seed", type=int, default=0)
    arguments.add_checkpoint_every(parser)


def run(options: argparse.Namespace) -> int:
    from ..datasets import load_images
    from ..gan import (
        ColorGAN,
        TableGenerator,
        UndoingRecipe,
        UndoingTraining,
        train_undoing,
    )

    images = load_images(options.images, size=options.size)
    recipe = UndoingRecipe(steps=options.steps, seed=options.seed)
    generator = TableGenerator(seed=options.seed)
    training = UndoingTraining(generator, images, recipe)
    folder = Path(options.output)
    train_undoing(training, folder=folder, checkpoint_every=options.checkpoint_every, progress=True)
    generator.assign(training.arrays())
    path = folder / "generator.npz"
    ColorGAN(generator=generator).save(path)
    console.say(console.one_line(f"{path}: {options.steps} steps"))
    return console.SUCCESS
