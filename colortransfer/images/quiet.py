"""Decoding libraries made quiet: no warnings, one line for what they raise."""

from __future__ import annotations

import contextlib
import os
import sys
import threading
import warnings
from collections.abc import Iterator
from typing import Any

import PIL.Image

from .raster import MAX_PIXELS


class _WhileDecoding(threading.local):
    """Stands where a filter of warnings has the pattern of a module: matches in this thread only.

    ``warnings.catch_warnings`` changes the filters of all threads (before Python 3.14), so that
    only one file could be decoded at a time, and the warnings of other threads were lost.
    """

    depth = 0

    def match(self, module: str) -> bool:
        return self.depth > 0


_here = _WhileDecoding()
_IGNORE: Any = ("ignore", None, Warning, _here, 0)
_lock = threading.Lock()  # of the next line; never held while something is decoded
_active = 0


def _forget_parent() -> None:
    """A forked child decodes nothing yet, and the lock may have been taken."""
    global _lock, _active
    _lock, _active, _here.depth = threading.Lock(), 0, 0


if hasattr(os, "register_at_fork"):  # not on Windows, which has no fork
    os.register_at_fork(after_in_child=_forget_parent)


@contextlib.contextmanager
def quiet() -> Iterator[None]:
    """Without Python warnings of this thread inside the block."""
    if getattr(sys.flags, "context_aware_warnings", False):
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
        return
    _change(+1)
    _here.depth += 1
    try:
        yield
    finally:
        _here.depth -= 1
        _change(-1)


def _change(step: int) -> None:
    """Put the filter first when a thread begins, take it out when the last one has finished."""
    global _active
    filters: Any = warnings.filters
    with _lock:
        _active += step
        if step > 0 and filters[:1] != [_IGNORE]:
            filters.insert(0, _IGNORE)
        while _active == 0 and _IGNORE in filters:
            filters.remove(_IGNORE)


def reason(error: Exception) -> str:
    """What is wrong with a file whose decoder or encoder raised this: "it is damaged", say."""
    if isinstance(error, MemoryError):
        return "there is not enough memory"
    if isinstance(error, PIL.Image.DecompressionBombError):
        return f"it declares more than {MAX_PIXELS // 10**6} megapixels; reduce it first"
    text = " ".join(str(error).split())[:120]
    # Addresses of objects tell nobody anything, and differ from run to run.
    return f"it is damaged or unfinished ({text})" if text and "<" not in text else "it is damaged"
