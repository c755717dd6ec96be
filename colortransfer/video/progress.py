"""How far the work on a clip is."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple


class Progress(NamedTuple):
    """The stage, "looking" or "writing"; the frames done; how many there are, where it is known.

    Examples
    --------
    >>> Progress("writing", 10, 300).done
    10
    """

    stage: str
    done: int
    total: int | None


Callback = Callable[[Progress], Any]


def counter(stage: str, total: int | None, callbacks: Sequence[Callback]) -> Callable[[], None]:
    """To be called after each frame.

    Examples
    --------
    >>> done = counter("looking", 2, [print])
    >>> done()
    Progress(stage='looking', done=1, total=2)
    """
    numbers = itertools.count(1)

    def done() -> None:
        progress = Progress(stage, next(numbers), total)
        for callback in callbacks:
            callback(progress)

    return done
