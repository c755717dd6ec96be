"""Many photographs through any `concurrent.futures.Executor`: a receipt for each as it is done."""

from __future__ import annotations

import collections
import os
from collections.abc import Callable, Generator, Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, BrokenExecutor, Executor, Future, wait
from typing import Any

from ..core.threads import usable_processors
from ..errors import ColorTransferError, InputError
from ..methods import Spec
from .job import Handling, Job
from .work import Order, Receipt, Surroundings, work

ATTEMPTS = 3  # at a photograph with which a worker ends abruptly

Pairs = tuple[str | os.PathLike[str], str | os.PathLike[str]]


def transfer_many(
    jobs: Iterable[Job | Pairs],
    target: Any,
    spec: Spec,
    *,
    executor: Executor | Callable[[], Executor] | None = None,
    handling: Handling | None = None,
    strength: float = 1.0,
    in_flight: int | None = None,
) -> Generator[Receipt, None, None]:
    """Give many photographs another colour; results are those of ``colortransfer transfer``.

    Parameters
    ----------
    jobs
        Each a `Job`, or a pair of paths: the photograph, and the file to write. Any number: they
        are taken as workers become free.
    target
        What those jobs are to reach that say nothing themselves: a colour, a `Request`, or what
        else the method's ``fit`` takes and can be pickled.
    spec
        The method, built once in each worker.
    executor
        Any `concurrent.futures.Executor`; it is left open. Or a function that makes one: it is
        called again when workers ended abruptly, and what it made is shut down. None makes
        `local` workers, one for each processor.
    handling
        How files are read and written.
    strength
        How far to go, from 0 to 1.
    in_flight
        How many jobs are handed out at most, two for each processor unless given.

    Yields
    ------
    Receipt
        For each job one, as it ends, in no order. A photograph that cannot be done is a receipt
        with an ``error``. Where workers end abruptly, the jobs that were handed out are done again
        one by one; one with which that happens `ATTEMPTS` times gets an error, too.

    Raises
    ------
    InputError
        If an option cannot be used.

    Examples
    --------
    >>> from concurrent.futures import ThreadPoolExecutor
    >>> from colortransfer.images import save
    >>> save(folder / "a.png", photo)
    >>> jobs = [(folder / name, folder / "out" / name) for name in ("a.png", "b.png")]
    >>> with ThreadPoolExecutor(1) as pool:
    ...     receipts = list(transfer_many(jobs, "#5b86b4", Spec("shift"), executor=pool))
    >>> sorted((receipt.error or "it is done")[-12:] for receipt in receipts)
    ['it is done', 'no such file']
    """
    if in_flight is not None and in_flight < 1:
        raise InputError(f"in_flight is {in_flight}; use a whole number from 1")
    order = Order(target, spec, handling or Handling(), strength, Surroundings.of_this_process())
    if executor is None:
        from .engines import local

        executor = local(usable_processors())
    flight = _Flight(order, executor, in_flight or 2 * usable_processors())
    return flight.receipts(iter(map(_as_job, jobs)))


def _failure(job: Job, reason: str) -> Receipt:
    return Receipt(job.source, f"{job.source}: {reason}", 0.0, output=job.output)


def _as_job(job: Job | Pairs) -> Job:
    return job if isinstance(job, Job) else Job(os.fspath(job[0]), os.fspath(job[1]))


class _Flight:
    """The jobs that are handed out, and those that go alone because workers ended with them."""

    def __init__(self, order: Order, given: Executor | Callable[[], Executor], limit: int) -> None:
        self._order, self._given, self._limit = order, given, limit
        self._executor = given if isinstance(given, Executor) else given()
        self._running: dict[Future[Receipt], Job] = {}
        self._attempts: dict[Job, int] = {}  # of suspects: with one of them a worker ended
        self._alone: collections.deque[Job] = collections.deque()  # suspects that wait
        self._losses = 0  # in a row

    def receipts(self, jobs: Iterator[Job]) -> Generator[Receipt, None, None]:
        try:
            while self._hand_out(jobs):
                done, _ = wait(self._running, return_when=FIRST_COMPLETED)
                lost: list[Job] = []
                # In the order they were handed out: a set has none, and who reads may stop at one.
                for future in [one for one in self._running if one in done]:
                    yield from self._taken(future, lost)
                if lost:
                    yield from self._begin_again(lost)
        finally:
            for future in self._running:
                future.cancel()
            self._close()

    def _hand_out(self, jobs: Iterator[Job]) -> bool:
        """Fill the flight; False when nothing is left to wait for."""
        while len(self._running) < (1 if self._attempts else self._limit):
            job = self._alone.popleft() if self._alone else next(jobs, None)
            if job is None:
                break
            try:
                future = self._executor.submit(work, self._order, job)
            except BrokenExecutor as error:
                future = Future()
                future.set_exception(error)
            self._running[future] = job
        return bool(self._running)

    def _taken(self, future: Future[Receipt], lost: list[Job]) -> Iterator[Receipt]:
        """The receipt of a future that has ended, or its job among the lost."""
        job = self._running.pop(future)
        try:
            receipt = future.result()
        except BrokenExecutor:
            lost.append(job)
            return
        except Exception as error:  # the job, or what it gave, could not be sent
            receipt = _failure(job, " ".join(str(error).split()))
        self._losses = 0
        self._attempts.pop(job, None)
        yield receipt

    def _begin_again(self, lost: list[Job]) -> Iterator[Receipt]:
        """With new workers: the others of a broken executor are lost with the first."""
        wait(self._running)
        for future in list(self._running):
            yield from self._taken(future, lost)
        make = self._given
        if not isinstance(make, Executor):
            self._close()
            self._losses += 1
            if self._losses >= ATTEMPTS and len(lost) > 1:
                raise ColorTransferError(
                    "no worker outlives its start; in a program of your own, call transfer_many "
                    'below `if __name__ == "__main__":`'
                )
            self._executor = make()
        for job in lost:
            # Of several nobody knows which one it was.
            self._attempts[job] = self._attempts.get(job, 0) + (len(lost) == 1)
            if self._executor is not self._given and self._attempts[job] < ATTEMPTS:
                self._alone.append(job)
            else:
                del self._attempts[job]
                yield _failure(job, "its worker ended abruptly (out of memory, or killed)")

    def _close(self) -> None:
        if not isinstance(self._given, Executor):
            self._executor.shutdown(cancel_futures=True)
