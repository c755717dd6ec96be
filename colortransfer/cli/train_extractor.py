"""Train one of the bundled networks again.

Distils GoogLeNet and Inception-v3 into a small network on a container of 64x64 images (NAME.bin and
NAME.npz). Writes checkpoints, log.csv and weights-STEP.npz into the folder; the same command
resumes where an earlier one was stopped, exactly. The model card in the documentation has the
recipe.
"""

from __future__ import annotations

import argparse

from . import console


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("network", choices=("plain", "inception_v1"), help="what is trained")
    parser.add_argument("--images", required=True, metavar="NAME", help="container of images")
    parser.add_argument("--googlenet", required=True, metavar="FILE.npz", help="first teacher")
    parser.add_argument("--inception-v3", required=True, metavar="FILE.npz", help="second teacher")
    parser.add_argument("-o", "--output", required=True, metavar="FOLDER")
    parser.add_argument("--steps", type=int, default=7500, help="of 32 images (default: 7500)")
    parser.add_argument("--seed", type=int, default=0)


def run(options: argparse.Namespace) -> int:
    from ..datasets import load_container
    from ..feature_extractors import lessons, training

    teachers = lessons.load_teachers(options.googlenet, options.inception_v3)
    images, labels = load_container(options.images)
    recipe = training.Recipe(steps=options.steps, seed=options.seed)
    distillation = training.Distillation(options.network, teachers, images, labels, recipe)
    training.train(distillation, options.output, lambda line: console.say(line, to_stderr=True))
    return console.SUCCESS
