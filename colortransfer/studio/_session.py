"""One person's photographs: files in a folder that goes when the session ends."""

from __future__ import annotations

import dataclasses
import shutil
import threading
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from .. import classical, images
from ..core.folders import make_folder
from ..errors import InputError, LossWarning
from ._pictures import figures, load, palette_of, reduced, safe_name, suffix_of
from ._wish import CHOICES, Wish, built, fitted

MOST = 64  # photographs of a session
KEPT = 48  # pictures and results of a session; older ones are removed


@dataclasses.dataclass(frozen=True, kw_only=True)
class Made:
    """A result.

    Attributes
    ----------
    shown : pathlib.Path
        A reduced picture of it, for the page.
    files : list of pathlib.Path
        To download: the photograph, the edit as .npz and .cube, the mask.
    figures : dict of str
        What is to be said of it, by name.
    lines : str
        The Python lines that make it again.
    remarks : tuple of str
        What the library and its formats warn of, a sentence each.

    Examples
    --------
    >>> Made(shown=folder / "shown.png", files=[], figures={}, lines="").remarks
    ()
    """

    shown: Path
    files: list[Path]
    figures: dict[str, str]
    lines: str
    remarks: tuple[str, ...] = ()


class Session:
    """Photographs of one browser tab, and what was made of them.

    Nothing of full size stays in memory between two calls; each reads the file again.

    Parameters
    ----------
    folder
        A folder of its own, which `close` removes.

    Examples
    --------
    >>> from colortransfer import images
    >>> images.save(folder / "sea.png", photo)
    >>> session = Session(folder / "session")
    >>> name = session.add(folder / "sea.png")
    >>> made = session.fit(name, Wish(color="#5b86b4", method="shift"))
    >>> [path.name for path in made.files]
    ['sea_5b86b4.png', 'sea_5b86b4.npz', 'sea_5b86b4.cube']
    >>> session.close()
    """

    def __init__(self, folder: str | Path) -> None:
        self.folder = make_folder(folder)
        self.stop = threading.Event()
        self.reference: Path | None = None
        self._photographs: dict[str, Path] = {}
        self._shown: dict[str, np.ndarray] = {}
        self._results: list[Path] = []
        self._count = 0

    @property
    def names(self) -> list[str]:
        """Of the photographs, in order."""
        return list(self._photographs)

    def add(self, source: str | Path, *, keep: bool = True) -> str:
        """Take a photograph in, and return its name here.

        Parameters
        ----------
        source
            A file.
        keep
            Whether the file stays where it is; else it is moved, or removed if it is refused.

        Raises
        ------
        FileError
            If it cannot be read.
        InputError
            If there are too many photographs already.
        """
        source = Path(source)
        try:
            if len(self._photographs) >= MOST:
                raise InputError(f"a page holds {MOST} photographs; reload it to start anew")
            shown = reduced(load(source))
            name = self._free_name(source.name)
            target = self._new_folder() / name
            (shutil.copyfile if keep else shutil.move)(source, target)
        finally:
            if not keep:
                source.unlink(missing_ok=True)
        self._photographs[name], self._shown[name] = target, shown
        return name

    def set_reference(self, source: str | Path) -> np.ndarray:
        """Move a photograph in whose colours can be taken; returns it as `shown` does."""
        source = Path(source)
        try:
            shown = reduced(load(source))
            target = self._new_folder() / safe_name(source.name)
            shutil.move(source, target)
        finally:
            source.unlink(missing_ok=True)
        self.reference = target
        return shown

    def shown(self, name: str) -> np.ndarray:
        """The photograph (h, w, 3), uint8, sRGB, reduced."""
        if name not in self._shown:
            raise InputError("add a photograph first")
        return self._shown[name]

    def palette(self, name: str) -> list[str]:
        """The most frequent colours, "#5b86b4", the largest share first."""
        return palette_of(self.shown(name))

    def preview(self, name: str, wish: Wish) -> Path | None:
        """At once what a fit will be like: a picture, or None where only the fit can tell.

        ColorGAN predicts an edit of the whole photograph; within a mask it is a shift.
        """
        wish.check()
        photo = self.shown(name)
        if CHOICES[wish.method].reference or not wish.color:
            return None
        if wish.mask is not None:
            mask = fitted(wish.mask, photo.shape[:2])
            edit = classical.fit("shift", photo, wish.color, mask=mask)
        else:
            quick = wish.method if wish.method in ("shift", "midtone") else "gan"
            edit = built(quick).fit(photo, wish.color)
        return self.picture(edit.weakened(photo, wish.strength).image)

    def fit(self, name: str, wish: Wish, *, progress: Callable[[Any], Any] | None = None) -> Made:
        """Fit an edit of the photograph at full size, and write everything that can be had of it.

        Parameters
        ----------
        name
            Of the photograph.
        wish
            What is asked for.
        progress
            Called with an ``optimizers.Step`` after each step. `stop` ends the fit with the best
            that was found so far.

        Raises
        ------
        InputError
            If it cannot be done; the message names the remedy.
        """
        wish.check()
        self.stop.clear()

        def step(state: Any) -> bool:
            if progress is not None:
                progress(state)
            return self.stop.is_set()

        before = self.shown(name)
        photo = load(self._photographs[name])
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always", LossWarning)
            edit = wish.fit(photo, callbacks=[step])
            folder = self._result_folder()
            stem = f"{Path(name).stem}_{wish.suffix}"
            path = folder / f"{stem}{suffix_of(name)}"
            images.save(path, edit.image)
        files = [path, *self._edits(edit, folder / stem, wish)]
        if wish.mask is not None:
            images.save(folder / "mask.png", fitted(wish.mask, photo.shape[:2]))
            files.append(folder / "mask.png")
        told = [str(w.message) for w in caught if issubclass(w.category, LossWarning)]
        after = reduced(edit.image)
        return Made(
            shown=self.picture(after),
            files=files,
            figures=figures(before, after, edit),
            lines=wish.lines(name, path.name),
            remarks=(*edit.warnings, *told),
        )

    def apply_to_others(self, name: str, wish: Wish, edit: Path) -> list[Path]:
        """The other photographs with the edit that was saved as ``edit`` (.npz)."""
        from ..transforms import Transform

        transform, found = Transform.load(edit), []
        for other, path in self._photographs.items():
            if other == name:
                continue
            if self.stop.is_set():
                break
            target = self._result_folder() / f"{Path(other).stem}_{wish.suffix}{suffix_of(other)}"
            images.save(target, transform.apply(load(path), wish.strength))
            found.append(target)
        return found

    def close(self) -> None:
        """End what runs, and remove every file."""
        self.stop.set()
        shutil.rmtree(self.folder, ignore_errors=True)
        self._photographs.clear()
        self._shown.clear()

    def _edits(self, edit: Any, stem: Path, wish: Wish) -> list[Path]:
        """The transform as files; a look-up table has no places, and none within a mask."""
        if edit.transform is None:
            return []
        files = [stem.with_name(f"{stem.name}.npz")]
        edit.transform.save(files[0])
        if wish.mask is None and wish.method != "paper":
            files.append(stem.with_name(f"{stem.name}.cube"))
            edit.transform.to_cube(files[1])
        return files

    def picture(self, pixels: np.ndarray) -> Path:
        """Pixels (h, w, 3), uint8, as a file for the page."""
        path = self._result_folder() / "shown.png"
        Image.fromarray(pixels).save(path, compress_level=1)
        return path

    def _result_folder(self) -> Path:
        """A new folder, in place of the oldest one once there are too many."""
        self._results.append(self._new_folder())
        for old in self._results[:-KEPT]:
            shutil.rmtree(old, ignore_errors=True)
        del self._results[:-KEPT]
        return self._results[-1]

    def _new_folder(self) -> Path:
        self._count += 1
        return make_folder(self.folder / str(self._count))

    def _free_name(self, name: str) -> str:
        """Its `safe_name`, with a number where that is taken."""
        path, number = Path(safe_name(name)), 1
        free = path.name
        while free in self._photographs:
            number += 1
            free = f"{path.stem}-{number}{path.suffix}"
        return free
