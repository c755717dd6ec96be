"""Give many photographs another mean colour, on every processor or on a cluster.

SOURCE is a photograph, a folder (with its subfolders), a pattern in quotes ('scans/**/*.tif'), or a
manifest: a .csv or .jsonl file with a source and, as wanted, a color, reference, mask, protect and
output for each photograph. Paths may be URLs (s3://, gs://, memory://; needs the extra [batch]).
Results go into the folder OUTPUT, as `colortransfer transfer` would write them, and a line for each
into the report. The same command goes on where it was stopped, by whatever: what is done is
skipped. A photograph that fails is a line of the report, and is tried again by the next run.
"""

from __future__ import annotations

import argparse
import contextlib
import errno
import os
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Executor
from typing import Any

from ..batch import engines, storage, transfer_many
from ..batch import plan as planning
from ..batch.job import Job
from ..batch.report import Asked, Report
from ..core.threads import usable_processors
from ..errors import InputError
from . import arguments, console, methods, targets
from .job import add_handling, handling

REPORT = "batch.jsonl"
PLACES = ("mask", "protect", "region", "labels", "cube")
Engine = Executor | Callable[[], Executor]
FULL = (errno.ENOSPC, errno.EDQUOT)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("sources", nargs="+", metavar="SOURCE", help="what to recolour")
    arguments.add_color(parser)
    parser.add_argument("-o", "--output", required=True, help="folder to write to")
    methods.add_arguments(parser)
    targets.add_luma_arguments(parser)
    targets.add_palette_arguments(parser)
    targets.add_statistic_arguments(parser)
    add_handling(parser)
    arguments.add_strength(parser)
    arguments.add_mean_space(parser)
    parser.add_argument(
        "--format", choices=planning.FORMATS, help="what to write (default: as the SOURCE)"
    )
    parser.add_argument(
        "--engine",
        choices=("local", "ray"),
        default="local",
        help="processes of this machine, or tasks of a Ray cluster (default: %(default)s)",
    )
    parser.add_argument("--address", help="of the Ray cluster (default: start one here)")
    parser.add_argument(
        "--workers",
        type=arguments.positive,
        metavar="N",
        help="how many photographs at once (default: one for each processor)",
    )
    parser.add_argument(
        "--report", metavar="FILE", help=f"where lines of the report go (default: OUTPUT/{REPORT})"
    )


def run(options: argparse.Namespace) -> int:
    vars(options).update(dict.fromkeys(PLACES))  # a manifest names those of each photograph
    _check(options)
    request, spec = targets.request(options), methods.spec(options)
    try:
        planning.check_folder(options.output)
        jobs = planning.plan(
            options.sources, options.output, request, spec.method, format=options.format
        )
    except InputError as error:
        raise console.UsageError(str(error)) from error
    asked = Asked(request, spec, handling(options), options.strength)
    report = Report(options.report or os.path.join(options.output, REPORT))
    return _run(jobs, asked, report, options)


def _check(options: argparse.Namespace) -> None:
    if options.address and options.engine != "ray":
        raise console.UsageError("--address is of a Ray cluster; add --engine ray")
    if options.report is None and storage.is_url(options.output):
        raise console.UsageError("lines cannot be added to a file at a URL; add --report FILE")
    if options.color is not None and options.reference:
        raise console.UsageError("say which colours: either -c COLOR or --reference FILE")
    methods.check_mean_space(options)
    methods.check_weights(options)
    targets.check_masks(options)
    targets.check_palette(options)
    targets.check_statistics(options)


def _run(jobs: list[Job], asked: Asked, report: Report, options: argparse.Namespace) -> int:
    words = {job.output: asked.of(job) for job in jobs}
    rest = [job for job in jobs if not report.has(job, words[job.output])]
    began, done, failed = time.monotonic(), 0, 0
    with report, _engine(jobs, options) as (executor, in_flight):
        receipts = transfer_many(
            rest,
            asked.request,
            asked.spec,
            executor=executor,
            handling=asked.handling,
            strength=asked.strength,
            in_flight=in_flight,
        )
        with contextlib.closing(receipts), _bar(len(jobs), len(jobs) - len(rest)) as bar:
            for receipt in receipts:
                report.add(receipt, words[receipt.output])
                done, failed = done + (receipt.error is None), failed + (receipt.error is not None)
                if receipt.error is not None:
                    with bar.external_write_mode():
                        console.complain(receipt.error)
                if receipt.errno in FULL:
                    break  # all that follow would fail with it
                bar.update()
    seconds = time.monotonic() - began
    left = len(rest) - done - failed
    parts = [f"{done} done", f"{len(jobs) - len(rest)} done before", f"{failed} failed"]
    parts += [f"{left} left"] if left else []
    rate = f"{done / seconds:.1f} a second, " if done else ""
    console.say(f"{options.output}: {', '.join(parts)}; {rate}{seconds:.1f} s")
    return console.FAILURE if failed or left else console.SUCCESS


def _bar(total: int, initial: int) -> Any:
    from tqdm import tqdm

    hidden = sys.stderr is None or not sys.stderr.isatty()
    return tqdm(total=total, initial=initial, unit="photo", disable=hidden, file=sys.stderr)


@contextlib.contextmanager
def _engine(jobs: list[Job], options: argparse.Namespace) -> Iterator[tuple[Engine, int]]:
    """What does the jobs, and how many it is handed out: processes, tasks of Ray, or itself."""
    workers = options.workers
    if any(storage.is_private(name) for job in jobs for name in (job.source, job.output)):
        if options.engine != "local":
            raise console.UsageError("memory:// is seen by this process alone; use --engine local")
        with engines.in_this_process() as executor:
            yield executor, 2
    elif options.engine == "ray":
        from ..batch.ray_engine import RayExecutor

        with RayExecutor(options.address, workers=workers) as executor:
            limited = workers if options.address else None  # a cluster of our own has no more
            yield executor, limited or 2 * executor.processors
    else:
        workers = workers or usable_processors()
        yield engines.local(workers), 2 * workers
