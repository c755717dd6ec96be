"""Folders: made, and listed."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path

from ..errors import FileError


def make_folder(folder: str | Path) -> Path:
    """Make a folder, and those above it, unless it is there.

    Raises
    ------
    FileError
        If it cannot be made.
    """
    try:
        Path(folder).mkdir(parents=True, exist_ok=True)
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or error
        raise FileError(f"cannot make the folder {folder}: {reason}") from error
    return Path(folder)


def files_in(
    folder: str | Path, suffixes: Collection[str], *, recursive: bool = False
) -> list[Path]:
    """Files of a folder with one of the suffixes (lower case, with the dot), sorted by path.

    Each once; a broken link is among them, for whoever reads it should hear of it.

    Raises
    ------
    FileError
        If the folder cannot be read.
    """
    folder = Path(folder)
    try:
        entries = list(folder.iterdir())
        if recursive:
            entries = list(folder.rglob("*"))
        return sorted(p for p in entries if has_suffix(p.name, suffixes) and not p.is_dir())
    except FileNotFoundError as error:
        raise FileError(f"cannot read the folder {folder}: there is no such folder") from error
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or error
        raise FileError(f"cannot read the folder {folder}: {reason}") from error


def has_suffix(name: str, suffixes: Collection[str]) -> bool:
    """Whether a file's name has one of the suffixes, in any case.

    Names that begin with a dot have none: they are other programs' notes (macOS puts "._x.jpg" in
    archives).
    """
    return Path(name).suffix.lower() in suffixes and not name.startswith(".")
