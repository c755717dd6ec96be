"""Work in threads: in order, as many as wanted, safe when nested and after a fork."""

import os
import subprocess
import sys
import threading
import time

import numpy as np
import pytest

from colortransfer import set_threads
from colortransfer.core.threads import VARIABLE, in_threads, thread_count
from colortransfer.errors import InputError


@pytest.fixture(autouse=True)
def untouched():
    yield
    set_threads(None)


def names(items=8):
    return set(in_threads(lambda _: (time.sleep(0.01), threading.get_ident())[1], range(items)))


def test_results_come_in_order():
    set_threads(3)
    assert list(in_threads(lambda x: (time.sleep(0.01 * (x % 3)), x)[1], range(20))) == [*range(20)]


def test_the_number_of_threads_can_be_set(monkeypatch):
    monkeypatch.setenv(VARIABLE, "2")
    assert thread_count() == 2
    assert len(names()) == 2
    set_threads(np.int64(3))
    assert len(names(30)) == 3
    set_threads(1)
    assert names() == {threading.get_ident()}


@pytest.mark.skipif(not hasattr(os, "sched_setaffinity"), reason="needs Linux")
def test_no_more_threads_than_processors_that_may_be_used():
    program = (
        "import os; os.sched_setaffinity(0, [min(os.sched_getaffinity(0))]);"
        "from colortransfer.core.threads import thread_count; print(thread_count())"
    )
    environment = {k: v for k, v in os.environ.items() if k != VARIABLE}
    done = subprocess.run([sys.executable, "-c", program], env=environment, capture_output=True)
    assert done.stdout == b"1\n"


@pytest.mark.parametrize("count", [0, -1, 1.5, "2"])
def test_nonsense_is_refused(count, monkeypatch):
    with pytest.raises(InputError, match="whole number"):
        set_threads(count)
    monkeypatch.setenv(VARIABLE, str(count) if count != "2" else "two")
    with pytest.raises(InputError, match=VARIABLE):
        thread_count()


def test_work_may_hand_out_work():
    set_threads(2)
    inner = lambda x: sum(in_threads(lambda y: x * y, range(5)))  # noqa: E731
    assert list(in_threads(inner, range(20))) == [10 * x for x in range(20)]


def test_after_an_error_nothing_goes_on():
    set_threads(2)
    done = []

    def work(item):
        if item == 0:
            raise ValueError("the first")
        time.sleep(0.01)
        done.append(item)

    with pytest.raises(ValueError, match="the first"):
        list(in_threads(work, range(50)))
    count = len(done)
    time.sleep(0.1)
    assert len(done) == count < 49


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")
def test_a_forked_child_makes_its_own_pool():
    program = """
import os, signal
from colortransfer.core.threads import in_threads, set_threads
set_threads(2)
assert list(in_threads(abs, range(9))) == [*range(9)]
child = os.fork()
if not child:
    signal.alarm(30)
    os._exit(list(in_threads(abs, range(9))) != [*range(9)])
assert os.waitpid(child, 0)[1] == 0
"""
    subprocess.run([sys.executable, "-c", program], check=True, timeout=60)
