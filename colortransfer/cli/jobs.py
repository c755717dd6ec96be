"""Which photograph goes where: planned and checked as a whole before the first one is touched."""

from __future__ import annotations

import argparse
import os
from collections.abc import Callable, Sequence
from pathlib import Path

from ..batch.plan import FORMATS, named
from ..core.folders import files_in
from ..errors import FileError
from . import console
from .job import STREAM, Job, add_handling


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """What every command that turns photographs into photographs takes."""
    parser.add_argument(
        "inputs",
        nargs="+",
        metavar="INPUT",
        help="photographs, folders (their photographs, not those of subfolders), or - for "
        "standard input",
    )
    parser.add_argument(
        "-o",
        "--output",
        help="file or folder to write to, or - for standard output; several photographs need a "
        "folder, which is made if it is missing; only files that are an INPUT are protected",
    )
    parser.add_argument(
        "--in-place", action="store_true", help="replace the photographs by their results"
    )
    parser.add_argument(
        "--format",
        choices=FORMATS,
        help="what to write into a folder or to standard output (default: as the INPUT)",
    )
    add_handling(parser)


def plan(options: argparse.Namespace) -> list[Job]:
    """The jobs of a command line; UsageError if it contradicts itself or would lose something."""
    inputs: list[str] = options.inputs
    if STREAM in inputs and len(inputs) > 1:
        raise console.UsageError("- (standard input) cannot be mixed with other inputs")
    if options.format and (options.in_place or _is_file(options)):
        raise console.UsageError("--format is for folders and -; a file's suffix says its format")
    sources = _expand(inputs)
    if options.in_place:
        if options.output is not None or inputs == [STREAM]:
            raise console.UsageError("--in-place replaces files; leave out -o, and - as input")
        for source in sources:
            _check_written(source)
        jobs = [Job(source, source) for source in sources]
    else:
        jobs = _into_output(options, sources)
        for job in jobs:
            protect_inputs(job.output, sources, "another output or --in-place")
    for job in jobs:
        protect_inputs(job.output, getattr(options, "reference", None) or [])
    if any(job.to_stream for job in jobs):
        console.refuse_terminal()
    for job in jobs:
        if job.folder is None and not job.to_stream:
            check_folder(job.output)
    _check_distinct(jobs)
    return jobs


def each(jobs: Sequence[Job], work: Callable[[Job], None]) -> int:
    """Do ``work`` for every job, also after one that failed; the exit status of the whole."""
    failed = 0
    for job in jobs:
        try:
            work(job)
        except BrokenPipeError:
            raise
        except Exception as error:
            if console.interrupted(error):
                raise
            console.explain(error, about=job.title)
            failed += 1
    if failed and len(jobs) > 1:
        console.say(f"colortransfer: {failed} of {len(jobs)} photographs failed", to_stderr=True)
    return console.FAILURE if failed else console.SUCCESS


def check_folder(target: str | Path) -> None:
    """FileError if the folder of ``target`` is missing: better before a fit than after it."""
    folder = os.path.dirname(os.path.realpath(target))
    if not os.path.isdir(folder):
        raise FileError(f"cannot write {target}: its folder does not exist; create it first")


def protect(jobs: Sequence[Job], extra: Path) -> None:
    """UsageError if ``extra``, written beside the one photograph, is one of its files."""
    if len(jobs) != 1:
        raise console.UsageError(f"{extra} holds one edit; give one INPUT, or leave it out")
    if any(_same_file(name, str(extra)) for name in (jobs[0].source, jobs[0].output)):
        raise console.UsageError(f"{extra} is the photograph itself; choose another name")
    check_folder(extra)


def _is_file(options: argparse.Namespace) -> bool:
    """Whether -o names a single file."""
    output = options.output
    several = len(options.inputs) > 1 or os.path.isdir(options.inputs[0])
    return not (output in (None, STREAM) or several or _is_folder(output))


def _is_folder(name: str) -> bool:
    return os.path.isdir(name) or name.endswith(("/", os.sep))


def _expand(inputs: Sequence[str]) -> list[str]:
    """The inputs with folders replaced by the photographs in them, by name."""
    from ..images import READ_ONLY, SUFFIXES

    known = {*SUFFIXES, *READ_ONLY}
    sources: list[str] = []
    for name in inputs:
        if not os.path.isdir(name):
            sources.append(name)
            continue
        found = [os.path.join(name, path.name) for path in files_in(name, known)]
        if not found:
            raise FileError(f"no photograph ({', '.join(sorted(known))}) in the folder {name}")
        sources += found
    return sources


def _into_output(options: argparse.Namespace, sources: Sequence[str]) -> list[Job]:
    output, suffix = options.output, FORMATS.get(options.format)
    if output is None:
        if sources != [STREAM]:
            raise console.UsageError("say where to: -o FILE, -o FOLDER or --in-place")
        output = STREAM
    if _is_file(options):
        _check_suffix(output)
        return [Job(sources[0], output)]
    if output == STREAM:
        if len(sources) > 1:
            raise console.UsageError("only one photograph fits into standard output; -o FOLDER")
        return [Job(sources[0], STREAM, suffix=suffix)]
    if sources == [STREAM]:
        raise console.UsageError(f"{output} is a folder, and standard input has no name; -o FILE")
    if not _is_folder(output) and (os.path.exists(output) or Path(output).suffix):
        raise console.UsageError(
            f"several photographs need a folder, not the file {output}; a new folder with such a "
            f"name is {output}/"
        )
    names = [os.path.basename(named(source, suffix)) for source in sources]
    return [
        Job(source, os.path.join(output, name), folder=Path(output))
        for source, name in zip(sources, names, strict=True)
    ]


def _check_written(source: str) -> None:
    """UsageError if a photograph cannot be replaced, for its format is only read."""
    from ..images import READ_ONLY

    kind = READ_ONLY.get(Path(source).suffix.lower())
    if kind is not None:
        raise console.UsageError(f"{source}: {kind} files are read but not written; use -o")
    _check_suffix(source)


def _check_suffix(output: str) -> None:
    from ..images import SUFFIXES

    if Path(output).suffix.lower() not in SUFFIXES:
        raise console.UsageError(f"{output} must end in one of {', '.join(SUFFIXES)}")


def protect_inputs(target: str, sources: Sequence[str], remedy: str = "another output") -> None:
    """UsageError if ``target`` is one of the ``sources``."""
    if any(_same_file(source, target) for source in sources):
        raise console.UsageError(f"{target} would overwrite an input; choose {remedy}")


def _check_distinct(jobs: Sequence[Job]) -> None:
    taken: dict[str, str] = {}
    for job in jobs:
        key = os.path.normcase(os.path.realpath(job.output))
        if key in taken:
            raise console.UsageError(
                f"{taken[key]} and {job.source} would both become {job.output}; rename one"
            )
        taken[key] = job.source


def _same_file(one: str, other: str) -> bool:
    """Whether both names lead to one file, also through a folder that is yet to be made."""
    if STREAM in (one, other):
        return False
    one, other = os.path.realpath(one), os.path.realpath(other)
    try:
        return os.path.samefile(one, other)
    except OSError:  # one of them does not exist
        return os.path.normcase(one) == os.path.normcase(other)
