"""Train a ColorGAN, or one of the published relatives, on photographs of one's own.

SOURCE is a folder, a zip archive or a container (NAME.bin, NAME.npz) of images, or cifar10;
cyclegan and dualgan take two, without pairs. Writes checkpoint.npz and log.csv into the folder, and
the generator as generator.npz; the same command resumes where an earlier one was stopped, exactly.
Ctrl-C and SIGTERM leave a checkpoint of the step in hand. A training that is complete goes on where
--steps is larger than it was. Where the variable TF_CONFIG names several machines, they share each
batch, and the folder.
"""

from __future__ import annotations

import argparse
import os
from pathlib import Path
from typing import Any

from . import arguments, console

UNPAIRED = ("cyclegan", "dualgan")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("source", nargs="+", metavar="SOURCE", help="what is trained on")
    parser.add_argument("-o", "--output", required=True, metavar="FOLDER")
    parser.add_argument(
        "--kind",
        choices=("color", "dcgan", *UNPAIRED),
        default="color",
        help="what is trained (default: %(default)s)",
    )
    parser.add_argument("--steps", type=int, default=1000, help="of the generator (default: 1000)")
    parser.add_argument("--size", type=int, default=64, help="of the crops (default: 64)")
    parser.add_argument(
        "--batch",
        type=arguments.positive,
        help="pictures in a step, of all machines together (default: as published)",
    )
    parser.add_argument(
        "--residual",
        action="store_true",
        default=None,
        help="cyclegan, dualgan: add what a generator makes to its picture",
    )
    parser.add_argument(
        "--average",
        type=float,
        metavar="DECAY",
        help="cyclegan, dualgan: keep the running average of the generators' weights, as 0.999",
    )
    parser.add_argument("--paper", action="store_true", help="the colour GAN's published networks")
    parser.add_argument(
        "--tensorboard", action="store_true", help="write the log for TensorBoard, too"
    )
    arguments.add_checkpoint_every(parser)


def run(options: argparse.Namespace) -> int:
    wanted = 2 if options.kind in UNPAIRED else 1
    if len(options.source) != wanted:
        raise console.UsageError(f"--kind {options.kind} takes {wanted} SOURCE")
    if options.paper and options.kind != "color":
        raise console.UsageError("--paper is for --kind color; the others are as published")
    for name in ("residual", "average"):
        if getattr(options, name) is not None and options.kind not in UNPAIRED:
            raise console.UsageError(f"--{name} is for --kind cyclegan or dualgan")
    with _strategy().scope():
        return _train(options, wanted == 2)


def _strategy() -> Any:
    """Several machines where the variable says so, as TensorFlow has it; else this one."""
    import tensorflow as tf

    if "TF_CONFIG" in os.environ:
        return tf.distribute.MultiWorkerMirroredStrategy()
    return tf.distribute.get_strategy()


def _train(options: argparse.Namespace, unpaired: bool) -> int:
    from ..datasets import load_images
    from ..training import workers

    # Unpaired domains are cut from pictures that are larger, as 256 pixels from 286.
    size = -(-options.size * 286 // 256) if unpaired else options.size
    images = [load_images(source, size=size) for source in options.source]
    folder, gan = Path(options.output), _gan(options)
    gan.train(
        *images,
        steps=options.steps,
        folder=folder,
        checkpoint_every=options.checkpoint_every,
        tensorboard=options.tensorboard,
        progress=True,
    )
    if workers.is_first():
        gan.save(folder / "generator.npz")
        console.say(console.one_line(f"{folder / 'generator.npz'}: {options.steps} steps"))
    return console.SUCCESS


def _gan(options: argparse.Namespace) -> Any:
    from .. import gan
    from ..gan.recipes import DEFAULT, changed

    given = {name: getattr(options, name) for name in ("batch", "average", "residual")}
    more = {name: value for name, value in given.items() if value is not None}
    if options.kind == "color":
        return (
            gan.ColorGAN.paper(**more)
            if options.paper
            else gan.ColorGAN(recipe=changed(DEFAULT, more))
        )
    kinds = {"dcgan": gan.DCGAN, "cyclegan": gan.CycleGAN, "dualgan": gan.DualGAN}
    return kinds[options.kind](size=options.size, **more)
