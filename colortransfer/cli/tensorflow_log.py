"""TensorFlow without its greetings, in the command line; a library leaves them to its program.

TensorFlow writes to standard error when it is imported: which instructions the processor has, that
there is no graphics card. ``TF_CPP_MIN_LOG_LEVEL=3`` silences most of it, but not what it logs
before its logger is set up. Nobody who recolours a photograph wants to read either; whoever does
sets the variable (to 0, say), and then nothing here happens.
"""

from __future__ import annotations

import contextlib
import importlib.util
import os
import subprocess
import sys
from collections.abc import Iterator, Sequence
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec
from types import ModuleType

LEVEL = "TF_CPP_MIN_LOG_LEVEL"
STDERR = 2  # the file descriptor: TensorFlow's C++ does not know sys.stderr

# What passes standard error on, as a process of its own: a crash of ours does not take its words
# along. Held back are absl's information and warnings ("I0000 00:00:1700000000.000000 4711
# port.cc:153] ..."), and two lines that come without its prefix.
_FILTER = r"""
import os, re, signal, sys
signal.signal(signal.SIGINT, signal.SIG_IGN)
greeting = re.compile(
    rb"[IW]\d{4} \d\d:\d\d:[\d.]+ +\d+ [\w.]+:\d+\] .*"
    rb"|WARNING: All log messages before absl::InitializeLog.*"
    rb"|To enable the following instructions: .*"
)
for line in sys.stdin.buffer:
    if not greeting.fullmatch(line.rstrip(b"\r\n")):
        os.write(2, line)
"""


def silence() -> None:
    """Let the first import of TensorFlow, whoever makes it, print errors only."""
    if os.environ.setdefault(LEVEL, "3") != "3" or "tensorflow" in sys.modules:
        return
    sys.meta_path.insert(0, _TensorFlowFinder())


class _TensorFlowFinder(MetaPathFinder):
    """Finds TensorFlow as everyone else does, and wraps its loader; steps aside afterwards."""

    def find_spec(
        self, name: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        if name != "tensorflow":
            return None
        sys.meta_path.remove(self)
        spec = importlib.util.find_spec(name)
        if spec is not None and spec.loader is not None:
            spec.loader = _QuietLoader(spec.loader)
        return spec


class _QuietLoader(Loader):
    def __init__(self, loader: Loader) -> None:
        self._loader = loader

    def create_module(self, spec: ModuleSpec) -> ModuleType | None:
        return self._loader.create_module(spec)

    def exec_module(self, module: ModuleType) -> None:
        # From here on the module is its own loader's, as if this one had never been.
        module.__loader__ = self._loader
        if module.__spec__ is not None:
            module.__spec__.loader = self._loader
        with without_greetings():
            self._loader.exec_module(module)


@contextlib.contextmanager
def without_greetings() -> Iterator[None]:
    """Lead standard error through a process that passes on all but the greetings."""
    with contextlib.ExitStack() as stack:
        try:
            stderr = os.dup(STDERR)
            stack.callback(os.close, stderr)
            command = [sys.executable, "-I", "-S", "-c", _FILTER]
            held = stack.enter_context(subprocess.Popen(command, stdin=subprocess.PIPE))
        except OSError:  # no room, or no standard error: then nobody is disturbed either
            yield
            return
        assert held.stdin is not None
        os.dup2(held.stdin.fileno(), STDERR)
        try:
            yield
        finally:
            os.dup2(stderr, STDERR)
