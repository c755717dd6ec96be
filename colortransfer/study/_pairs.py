"""What is compared: folders of one photograph and the results of several methods."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from PIL import Image

from ..core.folders import files_in
from ..errors import InputError
from ..exactness import exact_shift
from ..images import READ_ONLY, SUFFIXES, as_canvas, load

ORIGINAL, TRAP = "original", "trap"
SAME = 0.5 / 255  # half a level of 8 bits: means that differ by less are the same
TILES = (4, 6)  # rows and columns of the patches that make a trap


@dataclasses.dataclass(frozen=True)
class Photographed:
    """A photograph and results of it, as they are shown: uint8 (H, W, 3), sRGB, of one size.

    Examples
    --------
    >>> list(Photographed("sea", photo, {"ours": photo, "shift": photo}).results)
    ['ours', 'shift']
    """

    name: str
    original: np.ndarray
    results: dict[str, np.ndarray]


def load_pairs(folders: Sequence[str | Path], *, size: int = 640) -> list[Photographed]:
    """Read folders of one photograph each: ``original.*``, and a file for each method.

    Parameters
    ----------
    folders
        The folder's name is the photograph's, a file's name the method's: ``sea/original.jpg``,
        ``sea/ours.png``, ``sea/shift.png``. Formats are those of `images.load`.
    size
        Longest side that is shown, in pixels; larger pictures are reduced.

    Returns
    -------
    list of Photographed

    Raises
    ------
    InputError
        If a folder has no original or fewer than two results, sizes differ, or the means of two
        results differ by half a level of 8 bits or more: people would judge the colour then.
    FileError
        If something cannot be read.

    Examples
    --------
    >>> from colortransfer import images
    >>> (folder / "sea").mkdir()
    >>> for name, picture in (("original", photo), ("ours", photo), ("shift", photo[::-1])):
    ...     images.save(folder / "sea" / f"{name}.png", picture)
    >>> load_pairs([folder / "sea"], size=28)[0].results["ours"].shape
    (20, 28, 3)
    """
    if not folders:
        raise InputError("there is nothing to compare; give folders with original.* and results")
    found = [_loaded(Path(folder), size) for folder in folders]
    names = [photographed.name for photographed in found]
    if len(set(names)) < len(names):
        raise InputError("two folders have the same name, and it is the photograph's; rename one")
    return found


def _loaded(folder: Path, size: int) -> Photographed:
    files = {path.stem: path for path in files_in(folder, {*SUFFIXES, *READ_ONLY})}
    if ORIGINAL not in files or len(files) < 3:
        raise InputError(f"{folder} needs original.* and at least two results, named by method")
    if TRAP in files:
        raise InputError(f"{folder}: no method can be called {TRAP!r}; rename {files[TRAP]}")
    pictures = {name: np.asarray(as_canvas(load(path)).rgb) for name, path in files.items()}
    original = pictures.pop(ORIGINAL)
    for name, picture in pictures.items():
        if picture.shape != original.shape:
            raise InputError(f"{files[name]} has another size than the original; make it again")
    _check_means(folder, pictures)
    shown = {name: _reduced(picture, size) for name, picture in pictures.items()}
    _check_means(folder, {name: picture / 255 for name, picture in shown.items()})
    return Photographed(folder.resolve().name, _reduced(original, size), shown)


def _check_means(folder: Path, pictures: dict[str, np.ndarray]) -> None:
    """InputError unless all have the same mean colour."""
    means = {name: picture.mean((0, 1), np.float64) for name, picture in pictures.items()}
    (first, wanted), *others = means.items()
    for name, mean in others:
        difference = float(np.abs(mean - wanted).max())
        if difference >= SAME:
            raise InputError(
                f"{folder}: the means of {first} and {name} differ by {255 * difference:.1f} of "
                "255 levels; make both reach the same colour, and save them without loss"
            )


def _reduced(picture: np.ndarray, size: int) -> np.ndarray:
    """uint8, its longest side at most ``size``; a mean of pixels, so that the mean stays."""
    shown = Image.fromarray(np.rint(255 * picture).astype(np.uint8))
    shown.thumbnail((size, size), Image.Resampling.BOX)
    return np.asarray(shown)


def spoiled(picture: np.ndarray) -> np.ndarray:
    """A picture (H, W, 3), uint8, with patches that nobody can overlook, and the same mean."""
    rgb, (rows, columns) = picture / 255, TILES
    height, width = rgb.shape[:2]
    down = np.arange(height) * rows // height
    across = np.arange(width) * columns // width
    sign = 1 - 2 * ((down[:, None] + across) % 2)
    patched = rgb + sign[..., None] * np.array([0.14, -0.14, 0.14])
    shift = exact_shift(patched, rgb.mean((0, 1)))
    return np.rint(255 * (patched + shift).clip(0, 1)).astype(np.uint8)
