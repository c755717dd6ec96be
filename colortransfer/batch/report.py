"""The report of a batch: a line of JSON for each photograph, from which the next run goes on."""

from __future__ import annotations

import dataclasses
import hashlib
import json
from pathlib import Path
from typing import NamedTuple, TextIO

from ..core.folders import make_folder
from ..errors import FileError
from ..methods import Spec
from . import storage
from .job import Handling, Job
from .request import Request
from .work import Receipt


@dataclasses.dataclass(frozen=True)
class Asked:
    """What is asked of a batch, and how a photograph's part of it is named in one word."""

    request: Request
    spec: Spec
    handling: Handling
    strength: float

    def of(self, job: Job) -> str:
        """Changes with all that a result depends on, but for the photograph itself."""
        request = self.request if job.request is None else job.request
        parts = {
            "request": dataclasses.asdict(request),
            "files": [storage.state(name) for name in request.files],
            "method": [self.spec.method, self.spec.options],
            "handling": dataclasses.asdict(self.handling),
            "strength": self.strength,
        }
        return hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()[:16]


class Report:
    """A file of lines that is read, and added to; later lines of a photograph count.

    Parameters
    ----------
    path
        Of the file, on a disk; made with its folders.

    Examples
    --------
    >>> receipt = Receipt("a.png", "cannot read a.png: there is no such file", 0.1)
    >>> with Report(folder / "report.jsonl") as report:
    ...     report.add(receipt, "0123")
    >>> json.loads((folder / "report.jsonl").read_text())["error"]
    'cannot read a.png: there is no such file'
    """

    def __init__(self, path: str | Path) -> None:
        self._path = Path(path)
        self._results = _results(self._path)
        self._file: TextIO | None = None

    def __enter__(self) -> Report:
        make_folder(self._path.parent)
        try:
            self._file = self._path.open("a", encoding="utf-8")
            if self._file.tell():  # a line that was cut short by a crash stays by itself
                self._file.write("\n")
        except OSError as error:
            raise self._explained(error) from error
        return self

    def __exit__(self, *error: object) -> None:
        assert self._file is not None
        self._file.close()

    def add(self, receipt: Receipt, asked: str) -> None:
        """Write a line, and let the system have it at once.

        Raises
        ------
        FileError
            If it cannot be written.
        """
        assert self._file is not None
        line = {**dataclasses.asdict(receipt), "asked": asked}
        line |= line.pop("figures")
        try:
            self._file.write(json.dumps(line) + "\n")
            self._file.flush()
        except OSError as error:
            raise self._explained(error) from error

    def has(self, job: Job, asked: str) -> bool:
        """Whether a result is there of this photograph, as it is now, that was asked for so."""
        line = self._results.get(job.output)
        if line is None or (line.path, line.asked) != (job.source, asked):
            return False
        if storage.state(job.output).size != line.bytes:
            return False
        now = storage.state(job.source)
        if now == (line.size, line.modified):
            return True
        # A copy of the same content has another time.
        return now.size == line.size and storage.digest(job.source) == line.sha256

    def _explained(self, error: OSError) -> FileError:
        return FileError(f"cannot write {self._path}: {error.strerror or error}")


class _Result(NamedTuple):
    """What of a line the next run asks; there may be millions."""

    path: str
    asked: str
    bytes: int
    size: int
    modified: str
    sha256: str


def _results(path: Path) -> dict[str, _Result]:
    """What is done, by output; what is no line (cut short by a crash) is left out."""
    found: dict[str, _Result] = {}
    try:
        with path.open(encoding="utf-8", errors="replace") as file:
            for text in file:
                try:
                    line = json.loads(text)
                    result = _Result(*(line[name] for name in _Result._fields))
                    found[line["output"]] = result
                except (ValueError, TypeError, KeyError, RecursionError):  # a failure has none
                    continue
    except FileNotFoundError:
        pass
    except OSError as error:
        raise FileError(f"cannot read {path}: {error.strerror or error}") from error
    return found
