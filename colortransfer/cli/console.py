"""Standard input, output and error: lines, pictures, progress, and how a failure is told."""

from __future__ import annotations

import contextlib
import os
import sys
import traceback
import warnings
from collections.abc import Callable, Iterator
from typing import Any, TextIO

from ..errors import ColorTransferError, ColorTransferWarning, FileError

SUCCESS, FAILURE, WRONG_USAGE, INTERRUPTED = 0, 1, 2, 130


class UsageError(Exception):
    """The command line cannot be carried out as it is; nothing was done."""


def say(text: str, *, to_stderr: bool = False) -> None:
    """Print lines, on standard output unless that carries a picture."""
    stream = sys.stderr if to_stderr else sys.stdout
    if stream is None:  # closed by whoever started us
        return
    encoding = stream.encoding or "utf-8"
    with _told_as_file_error() if stream is sys.stdout else contextlib.suppress(OSError):
        stream.write(text.encode(encoding, "backslashreplace").decode(encoding) + "\n")
        stream.flush()


def complain(message: str) -> None:
    """One line of error on standard error."""
    say(f"colortransfer: error: {one_line(message)}", to_stderr=True)


def one_line(text: str) -> str:
    """The text with line breaks and other control characters (of file names) made visible."""
    return "".join(c if c.isprintable() else repr(c)[1:-1] for c in text)


def explain(error: BaseException, *, about: str = "") -> int:
    """Tell the user about an error, and return the exit status that belongs to it.

    ``about`` is the photograph that it came up with, named where the message does not.
    """
    if isinstance(error, SystemExit):  # --help and --version
        return _status(error)
    if isinstance(error, UsageError):
        complain(str(error))
        return WRONG_USAGE
    if interrupted(error):
        say("colortransfer: interrupted", to_stderr=True)
        # CPython remembers a KeyboardInterrupt that passed through code compiled from a string
        # (dataclasses are), and would end the process by a signal. Such code clears the memory.
        exec("")
        return INTERRUPTED
    if isinstance(error, BrokenPipeError):
        _abandon(sys.stdout)  # whoever read our output has seen enough
        return FAILURE
    if isinstance(error, ColorTransferError):
        text = str(error)
        complain(text if about in text else f"{about}: {text}")
    elif isinstance(error, MemoryError) or _tensorflow_lacks_memory(error):
        complain("not enough memory; reduce the photograph")
    else:
        traceback.print_exception(error)
        complain(f"unexpected {type(error).__name__}; please report it with the lines above")
    return FAILURE


def interrupted(error: BaseException) -> bool:
    """Whether it is Ctrl-C, or what someone made of Ctrl-C.

    An import that is interrupted may raise an ImportError from the KeyboardInterrupt.
    """
    seen: BaseException | None = error
    while seen is not None:
        if isinstance(seen, KeyboardInterrupt):
            return True
        seen = seen.__cause__ or seen.__context__
    return False


@contextlib.contextmanager
def telling_warnings() -> Iterator[None]:
    """Our own warnings become one line each; others are nothing for whoever runs a command."""

    def show(message: Any, category: Any, *_: Any, **__: Any) -> None:
        if issubclass(category, ColorTransferWarning):
            say(f"colortransfer: {one_line(str(message))}", to_stderr=True)

    with warnings.catch_warnings():
        warnings.simplefilter("always", ColorTransferWarning)
        warnings.showwarning = show
        yield


def _tensorflow_lacks_memory(error: BaseException) -> bool:
    # Without an import: it takes seconds, and what raised this error has made it.
    errors = getattr(sys.modules.get("tensorflow"), "errors", None)
    return errors is not None and isinstance(error, errors.ResourceExhaustedError)


def _status(error: SystemExit) -> int:
    try:
        flush()
    except (OSError, ColorTransferError) as failure:
        return explain(failure)
    return error.code if isinstance(error.code, int) else SUCCESS


def flush() -> None:
    """Write what standard output still holds, while there is someone to tell of a failure."""
    if sys.stdout is not None:
        with _told_as_file_error():
            sys.stdout.flush()


def read_input() -> bytes:
    """Everything from standard input."""
    if sys.stdin is None:
        raise FileError("standard input is closed; give a file name instead of -")
    return sys.stdin.buffer.read()


def refuse_terminal() -> None:
    """Raise UsageError if a picture would be printed on a terminal."""
    if sys.stdout is None or sys.stdout.isatty():
        raise UsageError("standard output is a terminal or closed; use -o FILE, or > FILE")


def write_output(content: bytes) -> None:
    """A picture to standard output."""
    with _told_as_file_error():
        sys.stdout.buffer.write(content)
        sys.stdout.buffer.flush()


@contextlib.contextmanager
def _told_as_file_error() -> Iterator[None]:
    try:
        yield
    except BrokenPipeError:
        raise
    except OSError as error:
        _abandon(sys.stdout)
        reason = error.strerror or error
        raise FileError(f"cannot write to standard output: {reason}") from error


def _abandon(stream: TextIO) -> None:
    """Lead a stream nowhere, so that Python does not fail once more when it flushes at the end."""
    with contextlib.suppress(OSError, ValueError):
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, stream.fileno())
        os.close(nowhere)


@contextlib.contextmanager
def progress(title: str) -> Iterator[Callable[[Any], None]]:
    """A callback for fits that moves a bar on standard error, where that is a terminal."""
    from tqdm import tqdm

    if sys.stderr is None or not sys.stderr.isatty():
        yield lambda step: None
        return
    with tqdm(desc=one_line(title), unit="step", leave=False, file=sys.stderr) as bar:

        def show(step: Any) -> None:
            bar.total = step.total
            bar.set_postfix(loss=f"{step.loss:.4f}", refresh=False)
            bar.update(step.number - bar.n)

        yield show
