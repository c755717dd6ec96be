"""What is done with one photograph, in whichever process; the command line does the same."""

from __future__ import annotations

import contextlib
import dataclasses
import functools
import os
import secrets
import threading
import time
import warnings
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from ..errors import ColorTransferError, ColorTransferWarning, InputError
from ..methods import Method, Spec
from . import storage
from .job import Handling, Job, Opened
from .request import Request

if TYPE_CHECKING:
    from ..edit import Edit


@dataclasses.dataclass(frozen=True)
class Receipt:
    """What became of one photograph; plain data, a line of the report.

    Attributes
    ----------
    path
        The photograph's path.
    error
        Why there is no result, in one line; None where there is one.
    seconds
        From its first byte to the last of its result, in the worker.
    output
        The result's path.
    figures
        Of a result: its ``width``, ``height``, ``pages`` and ``bytes``, ``mean`` and
        ``color_error`` of its first page, ``warnings``; ``sha256``, ``size`` and ``modified`` of
        the photograph's file.
    errno
        The number of the system's error, if it was one: ``errno.ENOSPC`` of a full disk.

    Examples
    --------
    >>> Receipt("a.png", "cannot read a.png: there is no such file", 0.01).figures
    {}
    """

    path: str
    error: str | None
    seconds: float
    _: dataclasses.KW_ONLY
    output: str = ""
    figures: dict[str, Any] = dataclasses.field(default_factory=dict)
    errno: int | None = None


@dataclasses.dataclass(frozen=True)
class Order:
    """All that a worker needs to know of a batch."""

    target: Any
    spec: Spec
    handling: Handling
    strength: float
    surroundings: Surroundings


@dataclasses.dataclass(frozen=True)
class Surroundings:
    """What of the process that asks has to hold in the one that works.

    The number of threads that TensorFlow computes with, for sums depend on it, and the folder from
    which paths lead.
    """

    threads: str
    folder: str
    process: str

    @classmethod
    def of_this_process(cls) -> Surroundings:
        """As many threads as ``colortransfer transfer`` has when it is started here."""
        from ..core.threads import usable_processors

        count = os.environ.get(THREADS) or str(usable_processors())
        return cls(count, os.getcwd(), PROCESS)

    def take_effect(self) -> None:
        """In another process, before TensorFlow is imported there."""
        if self.process != PROCESS:
            os.environ[THREADS] = self.threads
            os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
            with contextlib.suppress(OSError):  # another machine, which may need none
                os.chdir(self.folder)


PROCESS = secrets.token_hex(8)  # a number would do on one machine
THREADS = "TF_NUM_INTRAOP_THREADS"
_building = threading.Lock()


def work(order: Order, job: Job) -> Receipt:
    """Do one job; whatever goes wrong with the photograph is in the receipt."""
    order.surroundings.take_effect()
    began = time.perf_counter()
    line, number, figures = None, None, dict[str, Any]()
    try:
        with _warnings_caught() as caught:
            figures = _figures(order, job)
        figures["warnings"] += [str(warning.message) for warning in caught]
    except Exception as error:
        line, number = _line(error, job.source), _errno(error)
    seconds = time.perf_counter() - began
    return Receipt(job.source, line, seconds, output=job.output, figures=figures, errno=number)


def transfer(
    opened: Opened,
    method: Method,
    target: Any,
    *,
    strength: float = 1.0,
    callbacks: Sequence[Any] = (),
) -> Edit:
    """Fit an edit to the first page, give it to all, and write them.

    Returns
    -------
    Edit
        Of the first page, at this strength.
    """
    image, *others = opened.pages
    edit = method.fit(image, target, callbacks=callbacks).weakened(image, strength)
    opened.save([edit.image, *_as_the_first(edit, others, strength)])
    return edit


def _as_the_first(edit: Edit, pages: list[Any], strength: float) -> list[Any]:
    """The other pages of a file, with the edit that was fitted to the first."""
    if not pages:
        return []
    if edit.transform is None:
        raise InputError("this method has no transform for the other pages; leave out --pages")
    if edit.target is not None:
        pages = [edit.target.photograph(page) for page in pages]
    return [edit.transform.apply(page, strength) for page in pages]


def _figures(order: Order, job: Job) -> dict[str, Any]:
    from ..colors import to_hex
    from ..images import as_canvas

    state = storage.state(job.source)  # before it is read: a later change counts as one
    opened = job.open(order.handling)
    target = asked = order.target if job.request is None else job.request
    with contextlib.ExitStack() as stack:
        if isinstance(asked, Request):
            here = stack.enter_context(asked.on_disk())
            states = tuple(map(storage.state, here.files))
            target = _target(here, order.spec.method, states)
        with _building:
            method = order.spec.build()
        edit = transfer(opened, method, target, strength=order.strength)
    height, width = edit.image.shape[:2]
    space = asked.mean_space if isinstance(asked, Request) else "srgb"
    return {
        "width": width,
        "height": height,
        "pages": len(opened.pages),
        "bytes": storage.state(job.output).size,
        "mean": to_hex(as_canvas(edit.image).mean_color(space)),
        "color_error": edit.color_error,
        "warnings": list(edit.warnings),
        **state._asdict(),
        "sha256": storage.digest(opened.source),
    }


# One for all photographs that ask for the same: a reference is read once, unless it changes.
@functools.lru_cache(maxsize=4)
def _target(request: Request, method: str, states: tuple[storage.State, ...]) -> Any:
    return request.target(method)


def _line(error: Exception, source: str) -> str:
    """Of an error, what the command line tells: one line that names the photograph."""
    text = " ".join(str(error).split())
    if isinstance(error, MemoryError) or type(error).__name__ == "ResourceExhaustedError":
        text = "not enough memory; reduce the photograph"
    elif not isinstance(error, ColorTransferError):
        text = f"unexpected {type(error).__name__}: {text}"
    return text if source in text else f"{source}: {text}"


def _errno(error: BaseException | None) -> int | None:
    while error is not None:
        number = getattr(error, "errno", None)
        if isinstance(number, int):
            return number
        error = error.__cause__
    return None


@contextlib.contextmanager
def _warnings_caught() -> Iterator[list[warnings.WarningMessage]]:
    """Our own warnings; beside other threads they cannot be told apart, and go their way."""
    if threading.current_thread() is not threading.main_thread():
        yield []
        return
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("ignore")
        warnings.simplefilter("always", ColorTransferWarning)
        yield caught
