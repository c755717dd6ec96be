"""Train one of the bundled networks again.

Distils GoogLeNet and Inception-v3 into a small network on a container of labelled 64x64 images
(NAME.bin and NAME.npz). Writes GoogLeNet's scores of the images, checkpoints, log.csv and
weights-STEP.npz into the folder; the same command resumes where an earlier one was stopped,
exactly. The model card in the documentation has the recipe.
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
    parser.add_argument("--start", metavar="FILE.npz", help="weights to go on from")
    parser.add_argument("--steps", type=int, default=3000, help="(default: 3000)")
    parser.add_argument("--seed", type=int, default=0)


def run(options: argparse.Namespace) -> int:
    from ..datasets import load_container
    from ..feature_extractors import distillation, lectures, lessons, training, weights

    def say(line: str) -> None:
        console.say(line, to_stderr=True)

    images, labels = load_container(options.images)
    scores = training.kept_scores(options.output, options.googlenet, images, say)
    student = distillation.Distillation(
        options.network,
        lessons.load_teachers(options.googlenet, options.inception_v3),
        lectures.Lectures(images, labels, scores),
        lectures.Recipe(steps=options.steps, seed=options.seed),
        weights.load_weights(options.start) if options.start else None,
    )
    training.train(student, options.output, say)
    return console.SUCCESS
