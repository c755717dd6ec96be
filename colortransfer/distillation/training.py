"""A distillation in the training loop, with the files that it leaves."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from ..core.array_files import load_arrays, save_arrays
from ..core.folders import make_folder
from ..training import Callback, History, Options, Phase
from ..training import train as run
from .student import Distillation
from .teachers import class_scores

SCORES = "scores.npz"
KEPT_EVERY = 1000  # steps from one file of weights to the next


def kept_scores(
    folder: str | Path, googlenet: str | Path, images: np.ndarray, *, progress: bool = False
) -> np.ndarray:
    """GoogLeNet's scores of the images, from ``scores.npz`` in the folder or made and kept there.

    They take minutes, and a run that resumes needs the same ones.

    Examples
    --------
    What is in the folder already needs no network.

    >>> images, scores = np.zeros((2, 32, 32, 3), np.uint8), np.zeros((2, 1000), np.float16)
    >>> save_arrays(folder / "scores.npz", {"scores": scores}, {"kind": "scores"})
    >>> kept_scores(folder, "googlenet.npz", images).shape
    (2, 1000)
    """
    path = make_folder(folder) / SCORES
    if path.exists():
        scores = load_arrays(path, "scores")[0].get("scores", np.empty(0))
        if len(scores) == len(images):
            return scores
    scores = class_scores(googlenet, images, progress=progress)
    save_arrays(path, {"scores": scores}, {"kind": "scores"})
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
        Folder of this training, for its files.
    checkpoint_every
        Steps from one checkpoint to the next.
    callbacks
        Functions that are called after each step with its row of the log; one that returns True
        ends the training.
    tensorboard
        Whether the log is written for TensorBoard too.
    progress
        Whether a progress bar is shown.

    Returns
    -------
    History
        The log, and why the training ended; ``distillation.kept_weights()`` are the weights.

    Raises
    ------
    FileError
        If the folder's checkpoint is damaged, or of another training.

    Examples
    --------
    A training that asks for no steps ends at once.

    >>> from colortransfer.distillation import Recipe, TrainingData
    >>> def teacher(images):
    ...     strides = {"conv1": 2, "conv2": 4, "mixed3a": 8, "mixed3b": 8, "mixed2": 8}
    ...     return {name: tf.nn.avg_pool2d(images, n, n, "SAME") for name, n in strides.items()}
    >>> data = TrainingData(
    ...     images=np.zeros((4, 16, 16, 3), np.uint8),
    ...     labels=np.arange(4, dtype=np.int32),
    ...     scores=np.zeros((4, 5), np.float16),
    ... )
    >>> learning = Distillation("inception_v1", (teacher, teacher), data, Recipe(steps=0))
    >>> train(learning, folder).reason
    'steps'
    """
    folder = Path(folder)

    def keep(done: int) -> dict[str, float]:
        save_arrays(folder / f"weights-{done}.npz", distillation.kept_weights(), compress=True)
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
