"""Forks after TensorFlow has been used: the child lacks its threads, and would wait for ever."""

from __future__ import annotations

import os

from ..errors import InputError

_used_in: int | None = None  # the process that used TensorFlow first


def before_tensorflow() -> None:
    """To be called by whatever computes with TensorFlow.

    Raises
    ------
    InputError
        If a parent of this process used it before the fork.
    """
    global _used_in
    if _used_in is None:
        _used_in = os.getpid()
    elif _used_in != os.getpid():
        raise InputError(
            "this process was forked after TensorFlow had been used, and would hang; start "
            'processes by multiprocessing.get_context("spawn")'
        )
