"""Work on all processors."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

Item = TypeVar("Item")
Result = TypeVar("Result")


def in_threads(function: Callable[[Item], Result], items: Sequence[Item]) -> Iterator[Result]:
    """``function`` of every item, in order; nothing is kept that has been taken."""
    if len(items) == 1:
        yield function(items[0])
        return
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        yield from pool.map(function, items)
