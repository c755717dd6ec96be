"""A distillation in the training loop, with the files that it leaves."""

from __future__ import annotations

import io
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from ..feature_extractors.weights import Weights
from ..images.atomic import write_atomically
from ..training import Callback, History, Options, Phase
from ..training import train as run
from .student import Distillation
from .teachers import class_scores

SCORES = "scores.npy"
KEPT_EVERY = 1000  # steps from one file of weights to the next


def kept_scores(
    folder: str | Path, googlenet: str | Path, images: np.ndarray, *, progress: bool = False
) -> np.ndarray:
    """GoogLeNet's scores of the images, from ``scores.npy`` in the folder or made and kept there.

    They take minutes, and a run that resumes needs the same ones.
    """
    path = Path(folder) / SCORES
    if path.exists():
        scores: np.ndarray = np.load(path, allow_pickle=False)
        if len(scores) == len(images):
            return scores
    path.parent.mkdir(parents=True, exist_ok=True)
    scores = class_scores(googlenet, images, progress=progress)
    buffer = io.BytesIO()
    np.save(buffer, scores)
    write_atomically(path, buffer.getvalue())
    return scores


def train(
    distillation: Distillation,
    folder: str | Path,
    *,
    checkpoint_every: int = 250,
    callbacks: Sequence[Callback] = (),
    tensorboard: bool = False,
    progress: bool = False,
) -> History:
    """Train to the recipe's end, resuming from ``folder`` if it holds a checkpoint.

    Writes ``checkpoint.npz``, ``log.csv``, and every 1,000 steps and at the end the weights to keep
    as ``weights-<step>.npz``.

    Parameters
    ----------
    distillation
        The student with its teachers, data and recipe.
    folder
        Of one training.
    checkpoint_every, callbacks, tensorboard, progress
        As in `colortransfer.training.Options`.

    Returns
    -------
    History
        The log, and why the training ended; ``distillation.kept_weights()`` are the weights.

    Raises
    ------
    FileError
        If the folder's checkpoint is damaged, or of another training.
    """
    folder = Path(folder)

    def keep(done: int) -> dict[str, float]:
        _save(folder / f"weights-{done}.npz", distillation.kept_weights())
        return {}

    options = Options(
        folder=folder,
        checkpoint_every=checkpoint_every,
        validate_every=KEPT_EVERY,
        validate=keep,
        schedule=distillation.recipe.schedule,
        callbacks=callbacks,
        tensorboard=tensorboard,
        progress=progress,
        fingerprint=distillation.fingerprint(),
    )
    phase = Phase("distillation", distillation.recipe.steps, distillation.step)
    return run([phase], distillation.batches, distillation.state, options)


def _save(path: Path, weights: Weights) -> None:
    arrays: dict[str, Any] = weights
    buffer = io.BytesIO()
    np.savez_compressed(buffer, **arrays)
    write_atomically(path, buffer.getvalue())
