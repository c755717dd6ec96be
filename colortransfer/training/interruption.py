"""Signals that ask a training to stop: the step in hand is finished first."""

from __future__ import annotations

import signal
import threading
from types import FrameType, TracebackType
from typing import Any

SIGNALS = (signal.SIGINT, signal.SIGTERM)  # Ctrl-C; what a job scheduler sends before it kills


class Interruption:
    """Notes the first SIGINT or SIGTERM inside its ``with``; a second one acts at once.

    Outside of the main thread Python allows no handlers, and nothing is noted; nor is a signal that
    the process ignores, as one started in the background of a shell does with SIGINT.

    Parameters
    ----------
    active
        False leaves signals alone.

    Attributes
    ----------
    signal : int or None
        The signal that came.
    """

    def __init__(self, *, active: bool = True) -> None:
        self.signal: int | None = None
        self._active = active
        self._before: dict[int, Any] = {}

    def __enter__(self) -> Interruption:
        if self._active and threading.current_thread() is threading.main_thread():
            for number in SIGNALS:
                if signal.getsignal(number) is not signal.SIG_IGN:
                    self._before[number] = signal.signal(number, self._note)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._restore()
        if self.signal is not None and error is None:
            # Now it takes its course: KeyboardInterrupt, the end of the process, or whatever the
            # program that calls us has set up.
            signal.raise_signal(self.signal)

    def _note(self, number: int, frame: FrameType | None) -> None:
        self.signal = number
        self._restore()

    def _restore(self) -> None:
        for number, handler in self._before.items():
            signal.signal(number, handler if handler is not None else signal.SIG_DFL)
        self._before = {}
