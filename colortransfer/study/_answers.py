"""The files of answers that people download from the page."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

from ..errors import FileError, InputError
from ._pairs import TRAP
from ._plan import SIDES

FORMAT = "colortransfer study 1"
QUESTIONS = ("natural", "faults")
LARGEST = 4 << 20  # bytes; a study of a thousand pairs takes 0.2 MB


class Choice(NamedTuple):
    """What one observer answered about one pair; methods are named by what was where.

    Attributes
    ----------
    observer : str
        A random number that the page chose.
    n : int
        The place in the order of showing, from 1.
    photograph, left, right : str
        What was shown.
    natural, faults : str
        "left" or "right": which looks more like an unedited photograph, which has fewer faults.
    seconds : float
        How long it took.

    Examples
    --------
    >>> Choice("a1", 1, "sea", "ours", "shift", "left", "right", 4.5).chosen("faults")
    'shift'
    """

    observer: str
    n: int
    photograph: str
    left: str
    right: str
    natural: str
    faults: str
    seconds: float

    @property
    def methods(self) -> tuple[str, str]:
        """The two names in alphabetical order."""
        first, second = sorted((self.left, self.right))
        return first, second

    @property
    def is_trap(self) -> bool:
        """Whether one of the two was spoiled on purpose."""
        return TRAP in (self.left, self.right)

    def chosen(self, question: str) -> str:
        """The method that was chosen for "natural" or "faults"."""
        return self.left if getattr(self, question) == "left" else self.right


def read(path: str | Path) -> tuple[str, list[Choice]]:
    """Read the answers of one observer.

    Parameters
    ----------
    path
        A file that the page gave.

    Returns
    -------
    str, list of Choice
        The study that they are of, and the choices in order.

    Raises
    ------
    FileError
        If it cannot be read, or is no such file.

    Examples
    --------
    >>> text = '{"format": "colortransfer study 1", "study": "5e", "observer": "a1", "answers": []}'
    >>> _ = (folder / "answers.json").write_text(text)
    >>> read(folder / "answers.json")
    ('5e', [])
    """
    try:
        with open(path, "rb") as file:
            content = file.read(LARGEST + 1)
        if len(content) > LARGEST:
            raise ValueError("it is too large")
        found = json.loads(content)
        if found["format"] != FORMAT:
            raise ValueError("its format is another one")
        study, observer = _text(found["study"]), _text(found["observer"])
        choices = [_choice(observer, row) for row in found["answers"]]
    except OSError as error:
        raise FileError(f"cannot read {path}: {error.strerror or error}") from error
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        reason = f"{error} is missing" if isinstance(error, KeyError) else error
        text = f"{path} holds no answers of a study ({reason}); download them from the page again"
        raise FileError(text) from error
    if len({choice.n for choice in choices}) < len(choices):
        raise FileError(f"{path} answers a pair twice; download it from the page again")
    return study, sorted(choices, key=lambda choice: choice.n)


def read_all(paths: Sequence[str | Path]) -> list[Choice]:
    """Read the answers of all observers of one study.

    Raises
    ------
    FileError
        If a file cannot be read, or is no such file.
    InputError
        If they are of different studies, two are of one observer, or there are none.

    Examples
    --------
    >>> try:
    ...     read_all([])
    ... except InputError as error:
    ...     print(error)
    there are no answers; give the files that observers downloaded
    """
    studies: dict[str, str | Path] = {}
    observers: dict[str, str | Path] = {}
    choices: list[Choice] = []
    for path in paths:
        study, given = read(path)
        studies.setdefault(study, path)
        if len(studies) > 1:
            first, other = studies.values()
            raise InputError(f"{first} and {other} are of different studies; report them apart")
        for name in {choice.observer for choice in given}:
            if name in observers:
                raise InputError(f"{observers[name]} and {path} are of one observer; give one")
            observers[name] = path
        choices += given
    if not choices:
        raise InputError("there are no answers; give the files that observers downloaded")
    return choices


def _choice(observer: str, row: Any) -> Choice:
    natural, faults = row["natural"], row["faults"]
    if natural not in SIDES or faults not in SIDES:
        raise ValueError("an answer is left or right")
    n, seconds = row["n"], row.get("seconds", 0.0)
    if type(n) is not int or n < 1 or type(seconds) not in (int, float):
        raise ValueError("a number is not one")
    photograph, left, right = (_text(row[key]) for key in ("photograph", "left", "right"))
    if left == right:
        raise ValueError("a pair is of two methods")
    return Choice(observer, n, photograph, left, right, natural, faults, float(seconds))


def _text(value: Any) -> str:
    if not isinstance(value, str) or not 0 < len(value) <= 200 or not value.isprintable():
        raise ValueError("a name is not one")
    return value
