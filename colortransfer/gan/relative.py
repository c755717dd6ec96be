"""What the published relatives have in common: networks by name, saving, loading, training."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any, ClassVar, TypeVar

import numpy as np
import tensorflow as tf

from .. import images as image_files
from ..adversarial import Game
from ..core.array_files import load_arrays, save_arrays
from ..errors import FileError, InputError
from ..training import (
    History,
    Options,
    Phase,
    RunningAverage,
    Schedule,
    array_digest,
    train,
    workers,
)
from .datasets import crops_of_each
from .networks import Network

R = TypeVar("R", bound="Relative")


class Relative:
    """Networks that are rebuilt from a dataclass's fields and filled with arrays.

    Subclasses set ``networks``, and say which game they play.

    Examples
    --------
    >>> from colortransfer.gan import DCGAN
    >>> gan = DCGAN(width=4)
    >>> gan.save(folder / "gan.npz")
    >>> DCGAN.load(folder / "gan.npz").options["width"]
    4
    """

    kind: ClassVar[str]
    kept: ClassVar[tuple[str, ...]]  # networks that are used after the training
    schedule: ClassVar[Schedule] = Schedule()
    networks: dict[str, Network]
    size: int
    batch: int
    seed: int
    _averages: tuple[RunningAverage, ...] = ()  # of the training that runs

    @property
    def options(self) -> dict[str, Any]:
        """The constructor's arguments that rebuild it."""
        return {f.name: getattr(self, f.name) for f in dataclasses.fields(self)}  # type: ignore

    def save(self, path: str | Path) -> None:
        """Write the generators as a ``.npz`` of plain arrays, atomically.

        While a training runs that averages their weights, as the averages are.
        """
        with self._averaged():
            arrays = {
                f"{name}/{key}": array
                for name in self.kept
                for key, array in self.networks[name].arrays().items()
            }
        save_arrays(path, arrays, {"kind": self.kind, "options": self.options})

    @classmethod
    def load(cls: type[R], path: str | Path) -> R:
        """Read what `save` wrote. Networks are rebuilt from code; arrays are checked.

        ``Translation.load`` reads a file of any of its kinds.

        Raises
        ------
        FileError
            If the file is missing, damaged, or of another kind.
        """
        several = (*cls.__subclasses__(), cls)
        kinds = {found.kind: found for found in several if hasattr(found, "kind")}
        arrays, header = load_arrays(path, *kinds)
        try:
            found = kinds[header["kind"]](**header["options"])
            for name in found.kept:
                own = {k: v for k, v in arrays.items() if k.startswith(f"{name}/")}
                found.networks[name].assign({k.removeprefix(f"{name}/"): own[k] for k in own})
        except (KeyError, TypeError, ValueError, InputError) as error:
            raise FileError(f"{path} is damaged, or was written by another version") from error
        return found

    @contextmanager
    def _averaged(self) -> Iterator[None]:
        with ExitStack() as stack:
            for average in self._averages:
                stack.enter_context(average.assigned())
            yield

    def _game(self) -> Game:
        raise NotImplementedError

    def _rows(self, sets: Sequence[np.ndarray]) -> list[np.ndarray]:
        """Rows (N, H, W, 3), uint8, of a sheet of samples."""
        raise NotImplementedError

    def _train(self, sets: Sequence[np.ndarray], steps: int, options: dict[str, Any]) -> History:
        """Train the networks of this object; ``options`` are those of `training.Options`."""
        if steps < 1:
            raise InputError("steps must be at least 1")
        if options.get("folder") is not None:
            options = {**options, "folder": Path(options["folder"])}
        game, known = self._game(), Options(**options)

        def validate(done: int) -> dict[str, float]:
            if known.folder is not None and workers.is_first():
                with self._averaged():
                    lines = [np.concatenate(list(row), 1) for row in self._rows(sets)]
                image_files.save(known.folder / f"samples-{done}.png", np.concatenate(lines))
            return {}

        known = dataclasses.replace(
            known,
            validate=validate,
            schedule=self.schedule,
            fingerprint={
                "kind": self.kind,
                "options": self.options,
                "images": [array_digest(images) for images in sets],
            },
        )

        def batches(start: int, stop: int) -> tf.data.Dataset:
            return crops_of_each(
                sets,
                start=start,
                stop=stop,
                parts=game.parts,
                batch=self.batch,
                crop=self.size,
                seed=self.seed,
            )

        self._averages = tuple(game.averages.values())
        try:
            return train([Phase(self.kind, steps, game.step)], batches, game.state, known)
        finally:
            for average in self._averages:
                average.assign()
            self._averages = ()


def signed(images: tf.Tensor) -> tf.Tensor:
    """From bytes to [-1, 1], the range of tanh."""
    return tf.cast(images, tf.float32) / 127.5 - 1.0


def as_bytes(images: tf.Tensor) -> np.ndarray:
    """From [-1, 1] to bytes."""
    return np.rint((np.asarray(images) + 1.0) * 127.5).astype(np.uint8)
