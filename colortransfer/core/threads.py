"""Work on all processors, through one pool of threads with a valve."""

from __future__ import annotations

import numbers
import os
import threading
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from ..errors import InputError

VARIABLE = "COLORTRANSFER_THREADS"

Item = TypeVar("Item")
Result = TypeVar("Result")


class _State:
    """What belongs to one process: the pool, its size, and who is inside."""

    def __init__(self, wanted: int | None = None) -> None:
        self.lock = threading.Lock()
        self.wanted = wanted  # by set_threads; None leaves the choice to the environment
        self.pool: ThreadPoolExecutor | None = None
        self.size = 0  # of the pool
        self.inside = threading.local()  # has the attribute "yes" in the pool's own threads


_state = _State()


def _forget_parent() -> None:
    """A forked child has none of its parent's threads, and a lock may have been taken."""
    global _state
    _state = _State(_state.wanted)


if hasattr(os, "register_at_fork"):  # not on Windows, which has no fork
    os.register_at_fork(after_in_child=_forget_parent)


def set_threads(count: int | None) -> None:
    """Set how many threads this library computes and reads files with, in this process.

    Results do not depend on it. TensorFlow has threads of its own.

    Parameters
    ----------
    count
        At least 1. None goes back to the environment variable ``COLORTRANSFER_THREADS``, and
        where that is not set, to the number of processors that the process may use.

    Raises
    ------
    InputError
        If the number is not a whole one of at least 1.

    Examples
    --------
    >>> import colortransfer
    >>> colortransfer.set_threads(1)
    >>> colortransfer.set_threads(None)
    """
    if count is not None and (not isinstance(count, numbers.Integral) or count < 1):
        raise InputError(f"the number of threads is {count!r}; use a whole number from 1, or None")
    _state.wanted = None if count is None else int(count)


def thread_count() -> int:
    """How many threads the next work is spread over."""
    if _state.wanted is not None:
        return _state.wanted
    text = os.environ.get(VARIABLE, "").strip()
    if text:
        if not text.isdecimal() or int(text) < 1:
            raise InputError(f"{VARIABLE} is {text!r}; use a whole number from 1")
        return int(text)
    return usable_processors()


def usable_processors() -> int:
    """How many processors this process may use."""
    if hasattr(os, "process_cpu_count"):  # Python 3.13
        return os.process_cpu_count() or 1
    if hasattr(os, "sched_getaffinity"):  # not on Windows and macOS
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def in_threads(function: Callable[[Item], Result], items: Sequence[Item]) -> Iterator[Result]:
    """``function`` of every item, in order; nothing is kept that has been taken.

    Work that is itself done in the pool goes on in its thread: were it to wait for others of the
    same pool, all could wait for each other.
    """
    state = _state
    count = thread_count()
    if len(items) <= 1 or count == 1 or hasattr(state.inside, "yes"):
        yield from map(function, items)
        return
    with state.lock:
        pool = _pool(state, count)
        waiting = deque(pool.submit(function, item) for item in items)
    try:
        while waiting:
            yield waiting.popleft().result()
    finally:  # after an error, nothing of this work goes on behind the caller's back
        for future in waiting:
            future.cancel()
        for future in waiting:
            if not future.cancelled():
                future.exception()


def _pool(state: _State, size: int) -> ThreadPoolExecutor:
    """The pool, made anew when its size has changed; a smaller one finishes what it has."""
    if state.pool is None or state.size != size:
        if state.pool is not None:
            state.pool.shutdown(wait=False)
        mark = lambda: setattr(state.inside, "yes", True)  # noqa: E731
        state.pool = ThreadPoolExecutor(size, "colortransfer", initializer=mark)
        state.size = size
    return state.pool
