"""Train one of the bundled networks again.

Distils GoogLeNet and Inception-v3 into a small network on a container of labelled 64x64 images
(NAME.bin and NAME.npz). Writes GoogLeNet's scores of the images, checkpoints, log.csv and
weights-STEP.npz into the folder; the same command resumes where an earlier one was stopped,
exactly. Ctrl-C and SIGTERM leave a checkpoint of the step in hand. The model card in the
documentation has the recipe.
"""

from __future__ import annotations

import argparse

from . import arguments, console


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("network", choices=("plain", "inception_v1"), help="what is trained")
    parser.add_argument("--images", required=True, metavar="NAME", help="container of images")
    parser.add_argument("--googlenet", required=True, metavar="FILE.npz", help="first teacher")
    parser.add_argument("--inception-v3", required=True, metavar="FILE.npz", help="second teacher")
    parser.add_argument("-o", "--output", required=True, metavar="FOLDER")
    parser.add_argument("--start", metavar="FILE.npz", help="weights to go on from")
    parser.add_argument("--steps", type=int, default=3000, help="(default: 3000)")
    parser.add_argument("--seed", type=int, default=0)
    arguments.add_checkpoint_every(parser)


def run(options: argparse.Namespace) -> int:
    from .. import distillation
    from ..datasets import load_container
    from ..feature_extractors.weights import load_weights

    images, labels = load_container(options.images)
    scores = distillation.kept_scores(options.output, options.googlenet, images, progress=True)
    student = distillation.Distillation(
        options.network,
        distillation.load_teachers(options.googlenet, options.inception_v3),
        distillation.TrainingData(images, labels, scores),
        distillation.Recipe(steps=options.steps, seed=options.seed),
        start=load_weights(options.start) if options.start else None,
    )
    distillation.train(
        student, options.output, checkpoint_every=options.checkpoint_every, progress=True
    )
    return console.SUCCESS
