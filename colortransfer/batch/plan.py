"""From what is named (folders, patterns, manifests, URLs) to jobs, checked before the first."""

from __future__ import annotations

import os
import posixpath
from collections.abc import Iterator, Sequence

from ..errors import FileError, InputError
from . import manifest, storage
from .job import Job
from .request import Request

FORMATS = {"jpeg": ".jpg", "png": ".png", "tiff": ".tif", "webp": ".webp"}


def plan(
    sources: Sequence[str],
    output: str,
    request: Request,
    method: str,
    *,
    format: str | None = None,
) -> list[Job]:
    """The jobs of a batch.

    Parameters
    ----------
    sources
        Photographs, folders (with their subfolders), patterns, and manifests (``.csv``,
        ``.jsonl``); paths or URLs.
    output
        The folder that results go to, in the subfolders that they come from.
    request
        What photographs are to reach that do not say it in a manifest.
    method
        Name of the method.
    format
        One of `FORMATS`; None keeps the photograph's own, or PNG where that is not written.

    Raises
    ------
    InputError
        If two results would have one name, one would take an input's place, or a manifest is
        not right.
    FileError
        If a folder or manifest cannot be read, or has no photograph.

    Examples
    --------
    >>> from colortransfer.images import save
    >>> save(folder / "a.png", photo)
    >>> (job,) = plan([str(folder)], "out", Request(color="teal"), "shift", format="jpeg")
    >>> job.output
    'out/a.jpg'
    """
    suffix = None if format is None else FORMATS[format]
    jobs = [job for source in sources for job in _of_source(source, output, request, suffix)]
    for asked in {request if job.request is None else job.request for job in jobs}:
        asked.check(method)
    _check_outputs(jobs)
    return jobs


def named(path: str, suffix: str | None) -> str:
    """The name of a result in a folder; PNG for formats that are not written (raw data, say).

    Examples
    --------
    >>> named("a/b.jpg", None), named("a/b.jpg", ".png"), named("a/b.gif", None)
    ('a/b.jpg', 'a/b.png', 'a/b.png')
    """
    from ..images import SUFFIXES

    stem, own = os.path.splitext(path)
    if suffix is None:
        suffix = own if own.lower() in SUFFIXES else FORMATS["png"]
    return stem + suffix


def _of_source(source: str, output: str, request: Request, suffix: str | None) -> Iterator[Job]:
    if os.path.splitext(source)[1].lower() in manifest.SUFFIXES:
        for row in manifest.rows(source, request):
            name = row.output or named(_base(row.source), suffix)
            yield Job(row.source, _join(output, name), request=row.request)
        return
    from ..images import READ_ONLY, SUFFIXES

    base, found = storage.listed(source, {*SUFFIXES, *READ_ONLY})
    if _real(output).startswith(_within(base or os.curdir)):  # results of an earlier run
        found = [path for path in found if not _real(path).startswith(_within(output))]
    for path in found:
        place = path[len(base) :].lstrip("/" + os.sep) if base else path
        yield Job(path, _join(output, named(place, suffix)))


def _join(folder: str, name: str) -> str:
    join = posixpath.join if storage.is_url(folder) else os.path.join
    return join(folder, name.replace(os.sep, "/") if storage.is_url(folder) else name)


def _base(path: str) -> str:
    return path.replace(os.sep, "/").rpartition("/")[2]


def _real(path: str) -> str:
    return path if storage.is_url(path) else os.path.normcase(os.path.realpath(path))


def _within(folder: str) -> str:
    """What the places of all files in a folder begin with."""
    return _real(folder).rstrip("/" + os.sep) + ("/" if storage.is_url(folder) else os.sep)


def _check_outputs(jobs: Sequence[Job]) -> None:
    inputs = {_real(job.source) for job in jobs}
    taken: dict[str, str] = {}
    for job in jobs:
        place = _real(job.output)
        if place in inputs:
            raise InputError(f"{job.output} would overwrite an input; choose another output")
        if place in taken:
            raise InputError(
                f"{taken[place]} and {job.source} would both become {job.output}; rename one, or "
                "give outputs in a manifest"
            )
        taken[place] = job.source


def check_folder(output: str) -> None:
    """FileError if results cannot go to a folder, for it is a file."""
    if not storage.is_url(output) and os.path.exists(output) and not os.path.isdir(output):
        raise FileError(f"{output} is a file; give a folder")
