"""Reading ahead and writing behind, each in a thread of its own, with bounded queues."""

from __future__ import annotations

import contextlib
import queue
import threading
from collections.abc import Callable, Iterable, Iterator
from typing import Any, Generic, TypeVar

Item = TypeVar("Item")

DEPTH = 8  # items that wait at most: a few frames, and the packets between them
PATIENCE = 0.1  # seconds after which a thread looks whether the other side has ended
_END = object()


def ahead(items: Iterable[Item]) -> Iterator[Item]:
    """The items, made by another thread while the earlier ones are used.

    What goes wrong there is raised here. When this iterator is closed, the thread ends.

    Examples
    --------
    >>> list(ahead(range(3)))
    [0, 1, 2]
    """
    waiting: queue.Queue[Any] = queue.Queue(DEPTH)
    ended = threading.Event()
    failures: list[BaseException] = []

    def put(item: Any) -> None:
        while not ended.is_set():
            with contextlib.suppress(queue.Full):
                waiting.put(item, timeout=PATIENCE)
                return

    def produce() -> None:
        try:
            for item in items:
                put(item)
                if ended.is_set():
                    break
        except BaseException as error:
            failures.append(error)
        put(_END)

    thread = threading.Thread(target=produce, name="colortransfer-reader", daemon=True)
    thread.start()
    try:
        while (item := waiting.get()) is not _END:
            yield item
    finally:
        ended.set()
        thread.join()
    if failures:
        raise failures[0]


class Behind(Generic[Item]):
    """Hands items to a function in another thread.

    The end of the block waits until it has had all; after an error what still waits is dropped.

    Examples
    --------
    >>> found = []
    >>> with Behind(found.append) as behind:
    ...     behind.put(1)
    >>> found
    [1]
    """

    def __init__(self, function: Callable[[Item], Any]) -> None:
        self._function = function
        self._waiting: queue.Queue[Any] = queue.Queue(DEPTH)
        self._failures: list[BaseException] = []
        self._dropped = threading.Event()
        self._thread = threading.Thread(
            target=self._consume, name="colortransfer-writer", daemon=True
        )
        self._thread.start()

    def __enter__(self) -> Behind[Item]:
        return self

    def __exit__(self, kind: type[BaseException] | None, *error: object) -> None:
        if kind is None:
            self.close()
        else:
            self.drop()

    def put(self, item: Item) -> None:
        """Hand one over, once there is room; raises what went wrong with an earlier one."""
        while True:
            if self._failures:
                raise self._failures[0]
            with contextlib.suppress(queue.Full):
                self._waiting.put(item, timeout=PATIENCE)
                return

    def close(self) -> None:
        """Wait until all are done; raises what went wrong."""
        self._waiting.put(_END)
        self._thread.join()
        if self._failures:
            raise self._failures[0]

    def drop(self) -> None:
        """End without doing what still waits."""
        self._dropped.set()
        self._waiting.put(_END)
        self._thread.join()

    def _consume(self) -> None:
        while (item := self._waiting.get()) is not _END:
            if self._failures or self._dropped.is_set():
                continue
            try:
                self._function(item)
            except BaseException as error:
                self._failures.append(error)
