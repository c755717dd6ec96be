"""Training of the bundled networks (``colortransfer train-extractor``): the loop.

What is learned is in :mod:`.distillation`. Everything random is a function of (seed, step), so a
run that is killed resumes exactly.
"""

from __future__ import annotations

import csv
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import tensorflow as tf

from ..core.array_files import load_arrays, save_arrays
from ..core.folders import make_folder
from .distillation import Distillation
from .lessons import class_scores
from .weights import Weights


def kept_scores(
    folder: str | Path, googlenet: str | Path, images: np.ndarray, progress: Callable[[str], None]
) -> np.ndarray:
    """GoogLeNet's scores of the images, from ``scores.npz`` in the folder or made and kept there.

    They take minutes, and a run that resumes needs the same ones.
    """
    path = make_folder(folder) / "scores.npz"
    if path.exists():
        scores = load_arrays(path, "scores")[0].get("scores", np.empty(0))
        if len(scores) == len(images):
            return scores
    progress(f"GoogLeNet's classes of {len(images)} images")
    scores = class_scores(googlenet, images)
    save_arrays(path, {"scores": scores}, {"kind": "scores"})
    return scores


def train(
    distillation: Distillation, folder: str | Path, progress: Callable[[str], None]
) -> Weights:
    """Train to the recipe's end, resuming from ``folder`` if it holds a checkpoint.

    Writes ``log.csv`` (losses), checkpoints, and the averaged weights as ``weights-<step>.npz``.
    """
    folder = make_folder(folder)
    checkpoint = tf.train.Checkpoint(model=distillation, optimizer=distillation.optimizer)
    manager = tf.train.CheckpointManager(checkpoint, str(folder / "checkpoints"), max_to_keep=2)
    checkpoint.restore(manager.latest_checkpoint)
    start, recipe = int(distillation.step), distillation.recipe
    began = time.monotonic()
    sums: dict[str, float] = {}
    for number, batch in distillation.batches(start):
        step = int(number)
        terms = distillation.train_step(batch, tf.constant(distillation.rate(step)))
        for key, value in terms.items():
            sums[key] = sums.get(key, 0.0) + float(value)
        done = step + 1
        if done % recipe.checkpoint_every and done != recipe.steps:
            continue
        count = recipe.checkpoint_every
        means = {key: round(value / count, 4) for key, value in sums.items()}
        sums = {}
        seconds = (time.monotonic() - began) / (done - start)
        progress(f"step {done}/{recipe.steps} {means} {seconds:.2f} s a step")
        _append(folder / "log.csv", {"step": done, **means})
        manager.save()
        if done % (4 * count) == 0 or done == recipe.steps:
            path = folder / f"weights-{done}.npz"
            save_arrays(path, distillation.kept_weights(), compress=True)
    return distillation.kept_weights()


def _append(path: Path, row: dict[str, Any]) -> None:
    fresh = not path.exists()
    with path.open("a", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, row)
        if fresh:
            writer.writeheader()
        writer.writerow(row)
