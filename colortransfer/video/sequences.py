"""Sequences of images, ``frames/%05d.png``: what is seen of them, and their edit."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from .. import images
from ..core.folders import make_folder
from ..errors import FileError, InputError
from ..images.canvas import as_canvas
from .fitting import grid_of
from .grade import Grade
from .pipes import Behind, ahead
from .progress import Callback, counter
from .shots import Look

PLACE = re.compile(r"%0?(\d*)d")
RATE = 25  # frames a second; a sequence does not say


def is_pattern(path: str | Path) -> bool:
    """Whether a path stands for numbered files.

    Examples
    --------
    >>> is_pattern("frames/%05d.png"), is_pattern("clip.mp4")
    (True, False)
    """
    return PLACE.search(Path(path).name) is not None


def numbered(pattern: str | Path) -> dict[int, Path]:
    """The files of a pattern by their numbers, in order; FileError if there are none.

    Examples
    --------
    >>> for number in (7, 10):
    ...     (folder / f"{number:03d}.png").touch()
    >>> [path.name for path in numbered(folder / "%03d.png").values()]
    ['007.png', '010.png']
    """
    folder, name = Path(pattern).parent, Path(pattern).name
    place = _place(name)
    before, after = (re.escape(part) for part in (name[: place.start()], name[place.end() :]))
    digits = f"\\d{{{int(place[1])},}}" if place[1] else "\\d+"
    wanted = re.compile(f"{before}({digits}){after}")
    found = (wanted.fullmatch(path.name) for path in (folder.iterdir() if folder.is_dir() else ()))
    numbers = {int(match[1]): folder / match[0] for match in found if match}
    if not numbers:
        raise FileError(f"no file fits {pattern}; the pattern is like frames/%05d.png")
    return dict(sorted(numbers.items()))


def looks(source: str | Path, callbacks: Sequence[Callback]) -> Iterator[Look]:
    """What is seen of each image."""
    files = list(numbered(source).values())
    done = counter("looking", len(files), callbacks)
    for number, image in enumerate(ahead(images.load(path) for path in files)):
        canvas = as_canvas(image)
        step, (row, column) = grid_of(number, *canvas.size)
        yield Look(number, number / RATE, canvas.rows(slice(row, None, step))[:, column::step])
        done()


def edit(
    source: str | Path,
    destination: str | Path,
    grade: Grade,
    *,
    strength: float,
    callbacks: Sequence[Callback],
) -> None:
    """Write the graded images, each as a whole."""
    files = numbered(source)
    place = _place(Path(destination).name)
    done = counter("writing", len(files), callbacks)
    make_folder(Path(destination).parent)

    def save(item: tuple[int, Any]) -> None:
        number, image = item
        name = Path(destination).name
        digits = f"{number:0{place[1] or 1}d}"
        images.save(
            Path(destination).parent / (name[: place.start()] + digits + name[place.end() :]), image
        )

    with Behind(save) as behind:
        loaded = ahead(images.load(path) for path in files.values())
        for index, (number, image) in enumerate(zip(files, loaded, strict=True)):
            transform = grade.at(index, index / RATE)
            behind.put((number, transform.apply(image, strength)))
            done()


def _place(name: str) -> re.Match[str]:
    place = PLACE.search(name)
    if place is None:
        raise InputError(f"{name} has no place for numbers; use a pattern like %05d.png")
    return place
