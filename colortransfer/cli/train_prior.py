"""Train the colour prior on photographs of one's own.

IMAGES is a folder, a zip archive or a container (NAME.bin, NAME.npz) of images, or cifar10. Writes
checkpoint.npz and log.csv into the folder, and at the end the weights as color_prior.npz; the same
command resumes where an earlier one was stopped, exactly. Ctrl-C and SIGTERM leave a checkpoint of
the step in hand.
"""

from __future__ import annotations

import argparse
from pathlib import Path

from . import arguments, console


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("images", metavar="IMAGES", help="what is trained on")
    parser.add_argument("-o", "--output", required=True, metavar="FOLDER")
    parser.add_argument(
        "--steps", type=arguments.positive, default=6500, help="(default: %(default)s)"
    )
    parser.add_argument(
        "--size",
        type=arguments.positive,
        metavar="PIXELS",
        help="reduce the images to squares, a multiple of 8 (default: they stay as they are)",
    )
    parser.add_argument(
        "--widths",
        type=arguments.positive,
        nargs=4,
        metavar="CHANNELS",
        help="of the network's four levels (default: those of the bundled one)",
    )
    parser.add_argument("--seed", type=int, default=0)
    arguments.add_checkpoint_every(parser)


def run(options: argparse.Namespace) -> int:
    from ..color_prior.network import WIDTHS
    from ..color_prior.training import PriorTraining, Recipe, train_prior
    from ..core.array_files import save_arrays
    from ..datasets import load_images

    images = load_images(options.images, size=options.size)
    widths = tuple(options.widths or WIDTHS)
    recipe = Recipe(steps=options.steps, widths=widths, seed=options.seed)
    training = PriorTraining(images, recipe)
    folder = Path(options.output)
    train_prior(training, folder=folder, checkpoint_every=options.checkpoint_every, progress=True)
    path = folder / "color_prior.npz"
    save_arrays(path, training.arrays(), compress=True)
    console.say(console.one_line(f"{path}: {options.steps} steps"))
    return console.SUCCESS
