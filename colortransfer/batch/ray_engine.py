"""Ray as an `Executor`: its tasks, its retries, its cluster."""

from __future__ import annotations

import logging
import os
import re
import socket
from collections.abc import Callable
from concurrent.futures import Executor, Future
from typing import Any

from ..errors import FileError, MissingDependencyError
from .many import ATTEMPTS

SECONDS = 10  # in which somebody has to listen


class RayExecutor(Executor):
    """Each call is a task of a Ray cluster, which has it done again where a worker or node dies.

    A worker of Ray is a process that does one task after the other: what it built stays there.

    Parameters
    ----------
    address
        Of a cluster: "host:port", "ray://host:port" or "auto"; None starts one on this machine,
        which `shutdown` ends.
    workers
        Processors of a cluster that is started here; None is all.

    Attributes
    ----------
    processors : int
        How many the cluster has now.

    Raises
    ------
    MissingDependencyError
        If Ray is not installed.
    FileError
        If nobody listens at the address.

    Examples
    --------
    >>> with RayExecutor("127.0.0.1:1") as executor:
    ...     executor.submit(abs, -3).result()
    Traceback (most recent call last):
    colortransfer.errors.FileError: cannot reach a Ray cluster at 127.0.0.1:1: Connection refused
    """

    def __init__(self, address: str | None = None, *, workers: int | None = None) -> None:
        os.environ.setdefault("RAY_USAGE_STATS_ENABLED", "0")  # nothing is told to anyone
        os.environ.setdefault("RAY_ACCEL_ENV_VAR_OVERRIDE_ON_ZERO", "0")
        os.environ.setdefault("RAY_worker_niceness", "0")  # as the workers of `local` have it
        if address is not None:
            _knock(address)
        try:
            import ray
            from ray import is_initialized  # which a folder of that name would not have
        except ImportError as error:
            raise MissingDependencyError(
                "--engine ray needs ray; pip install 'colortransfer[batch]'"
            ) from error
        self._ray, self._began = ray, not is_initialized()
        here: dict[str, Any] = {"num_cpus": workers, "include_dashboard": False}
        if self._began:
            try:
                ray.init(
                    address=address or "local",
                    log_to_driver=False,
                    logging_level=logging.ERROR,
                    **(here if address is None else {}),
                )
            except Exception as error:  # of many kinds
                reason = " ".join(str(error).split())
                raise FileError(f"cannot use a Ray cluster at {address}: {reason}") from error
        self._remote = ray.remote(num_cpus=1, max_retries=ATTEMPTS)(_call)

    @property
    def processors(self) -> int:
        return max(1, int(self._ray.cluster_resources().get("CPU", 1)))

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        """A future of the call, which has to be picklable."""
        future: Future[Any] = self._remote.remote(fn, args, kwargs).future()
        return future

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        """Leave the cluster; one that was started here ends."""
        if self._began:
            self._ray.shutdown()


def _call(function: Callable[..., Any], arguments: Any, options: Any) -> Any:
    return function(*arguments, **options)


def _knock(address: str) -> None:
    """FileError where nobody listens: Ray would try for minutes, and write pages."""
    found = re.fullmatch(r"(?:ray://)?(?P<host>[^/]+):(?P<port>\d+)", address)
    if found is None:
        if address != "auto":
            raise FileError(f"{address!r} is no address of a Ray cluster; give HOST:PORT or auto")
        return
    try:
        socket.create_connection((found["host"], int(found["port"])), SECONDS).close()
    except (OSError, OverflowError) as error:
        reason = getattr(error, "strerror", None) or error
        raise FileError(f"cannot reach a Ray cluster at {address}: {reason}") from error
