"""Loading in threads: at once, without taking other threads' warnings, safe when forked."""

import subprocess
import sys
import threading
import warnings

import numpy as np
import pytest
from image_samples import noise

from colortransfer.images import decoding, encode, load


def test_files_are_decoded_at_once(monkeypatch):
    """Two decoders wait for each other; behind one lock they would wait for ever."""
    both = threading.Barrier(2, timeout=20)
    read = decoding.pillow_formats.read

    def meet(content, kind):
        both.wait()
        return read(content, kind)

    monkeypatch.setattr(decoding.pillow_formats, "read", meet)
    content = encode(noise((9, 13, 3), "uint8"), ".png")
    results = []
    threads = [threading.Thread(target=lambda: results.append(load(content))) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(results) == 2


def test_warnings_of_other_threads_are_not_lost(monkeypatch):
    inside, warned = threading.Event(), threading.Event()
    read = decoding.pillow_formats.read

    def wait(content, kind):
        warnings.warn("the decoder's own", stacklevel=1)
        inside.set()
        assert warned.wait(20)
        return read(content, kind)

    monkeypatch.setattr(decoding.pillow_formats, "read", wait)
    content = encode(noise((9, 13, 3), "uint8"), ".png")
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        thread = threading.Thread(target=load, args=[content])
        thread.start()
        assert inside.wait(20)
        for _ in range(60):
            warnings.warn("mine", stacklevel=1)
        warned.set()
        thread.join()
    assert [str(entry.message) for entry in caught] == ["mine"] * 60


@pytest.mark.skipif(sys.platform == "win32", reason="needs fork")
def test_children_forked_while_threads_load_can_load():
    program = """
import os, signal, sys, threading, time
import numpy as np
from colortransfer import images

content = images.encode(np.random.default_rng(0).random((300, 400, 3)), ".jpg")
images.load(content)
stop = threading.Event()
def loop():
    while not stop.is_set():
        images.load(content)
threads = [threading.Thread(target=loop) for _ in range(4)]
for thread in threads:
    thread.start()
children = []
for _ in range(20):
    time.sleep(0.02)
    child = os.fork()
    if not child:
        signal.alarm(60)
        os._exit(images.load(content).shape != (300, 400, 3))
    children.append(child)
statuses = [os.waitpid(child, 0)[1] for child in children]
stop.set()
for thread in threads:
    thread.join()
assert statuses == [0] * 20, statuses
"""
    subprocess.run([sys.executable, "-c", program], check=True, timeout=120)


def test_too_little_memory_is_said_in_one_sentence(monkeypatch):
    def fail(content, kind):
        raise MemoryError

    monkeypatch.setattr(decoding.pillow_formats, "read", fail)
    with pytest.raises(OSError, match=r"^cannot read the data: there is not enough memory$"):
        load(encode(np.zeros((4, 4, 3)), ".png"))
