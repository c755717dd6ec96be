"""When a kernel is compiled, and where the machine code is kept."""

from __future__ import annotations

import contextlib
import functools
import os
import threading
from collections.abc import Callable
from typing import Any

# Pixels that are left to numpy first: loading numba takes as long as numpy takes for about as many.
PATIENCE = 1 << 20


class _State:
    """What belongs to one process: whether a thread compiles, and whether any may."""

    def __init__(self, usable: bool = True) -> None:
        self.lock = threading.Lock()
        self.usable = usable


_state = _State()


def _forget_parent() -> None:
    """A child forked while a thread compiled has the compiler's locks, and nobody to open them."""
    global _state
    _state = _State(_state.usable and not _state.lock.locked())


if hasattr(os, "register_at_fork"):  # not on Windows, which has no fork
    os.register_at_fork(after_in_child=_forget_parent)


class Kernel:
    """A function of arrays that is compiled for the types it is asked for.

    Parameters
    ----------
    function
        Of scalars and arrays, in the part of Python that numba compiles.
    *signatures
        Types as numba writes them, one text for each kind of arguments; the first that fits is
        compiled when it is wanted.

    Examples
    --------
    >>> def double(values):
    ...     for i in range(len(values)):
    ...         values[i] *= 2
    >>> kernel = Kernel(double, floats="void(float32[:])")
    >>> kernel.after("floats", 10) is None  # that is little work: numpy's
    True
    """

    def __init__(self, function: Callable[..., Any], **signatures: str) -> None:
        self.function = function
        self._signatures = signatures
        self._compiled: dict[str, Callable[..., Any] | None] = {}
        self._seen = 0

    def after(self, kind: str, pixels: int) -> Callable[..., Any] | None:
        """The compiled function for arguments of a kind; None: numpy is to do these ``pixels``.

        Kinds without a signature have no compiled function. Compiling takes about a second the
        first time on a machine, and a fifth of one in later processes. May be called in threads.
        """
        if kind in self._compiled:
            return self._compiled[kind]
        self._seen += pixels
        if self._seen < PATIENCE or kind not in self._signatures:
            return None
        state = _state
        with state.lock:
            if not state.usable:
                return None
            if kind not in self._compiled:
                self._compiled[kind] = _compile(self.function, self._signatures[kind])
        return self._compiled[kind]


def _compile(function: Callable[..., Any], signature: str) -> Callable[..., Any] | None:
    try:
        import numba
    except ImportError:
        return None
    if numba.config.DISABLE_JIT:  # type: ignore[attr-defined]  # read from the environment
        return None
    jit = functools.partial(numba.njit, signature, nogil=True, error_model="numpy")
    # Machine code is kept beside this file or, where that cannot be written, in the user's folder
    # for caches. Where there is neither, or no room, or the compiler itself fails, it is done
    # without: a picture is never lost for it.
    for cache in (True, False):
        with contextlib.suppress(Exception):
            return jit(cache=cache)(function)
    return None
