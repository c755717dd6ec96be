"""Where jobs are done: processes of this machine, or threads of this process."""

from __future__ import annotations

import functools
import multiprocessing
import os
import signal
import threading
from collections.abc import Callable
from concurrent.futures import Executor, ProcessPoolExecutor, ThreadPoolExecutor
from multiprocessing.connection import wait
from typing import Any

from ..core.threads import set_threads


def local(workers: int) -> Callable[[], Executor]:
    """What makes a pool of processes of this machine, for `transfer_many`.

    Each has its share of the processors to itself, where the system can do that, so that their
    threads do not fight; all ignore Ctrl-C, and end when the process that made them does.

    Parameters
    ----------
    workers
        How many processes.

    Examples
    --------
    >>> pool = local(2)()
    >>> pool.submit(abs, -3).result()
    3
    >>> pool.shutdown()
    """
    return functools.partial(_pool, workers)


def in_this_process() -> Executor:
    """A thread of this process: for files that no other sees (``memory://``).

    Examples
    --------
    >>> with in_this_process() as executor:
    ...     executor.submit(abs, -3).result()
    3
    """
    return ThreadPoolExecutor(1)


def _pool(workers: int) -> Executor:
    context = multiprocessing.get_context("spawn")  # a fork would inherit TensorFlow's locks
    number = context.Value("i", 0)
    return ProcessPoolExecutor(
        workers, mp_context=context, initializer=_begin, initargs=(number, workers)
    )


def _begin(number: Any, workers: int) -> None:
    """What a worker does first."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with_parent, daemon=True).start()
    with number.get_lock():
        index = number.value
        number.value += 1
    import numpy  # noqa: F401 - its libraries count processors when they are loaded

    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, share(sorted(os.sched_getaffinity(0)), index, workers))
    else:
        set_threads(max(1, (os.cpu_count() or 1) // workers))


def share(processors: list[int], index: int, workers: int) -> list[int]:
    """The processors of one worker: neighbours, none for two while there are enough.

    Examples
    --------
    >>> [share([0, 1, 2, 3, 4], index, 2) for index in range(2)]
    [[0, 1], [2, 3, 4]]
    >>> [share([0, 1], index, 3) for index in range(3)]
    [[0], [1], [0]]
    """
    count = len(processors)
    if workers >= count:
        return [processors[index % count]]
    index %= workers  # a pool may replace a worker
    return processors[index * count // workers : (index + 1) * count // workers]


def _end_with_parent() -> None:
    """A pool's process would wait for ever for a parent that was killed."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        wait([parent.sentinel])
        os._exit(1)
