"""Compiled kernels: the same bytes as numpy, whoever has how many threads, and safe to fork."""

import os
import subprocess
import sys
import textwrap

import numpy as np
import pytest

import colortransfer
from colortransfer._kernels import Kernel, compiling, count_values, draw_table
from colortransfer.exactness import Histogram
from colortransfer.images import as_canvas
from colortransfer.transforms import Lut3D, MaskedTransform, apply_exactly

RNG = np.random.default_rng(4)
EDIT = Lut3D(RNG.normal(0.5, 0.4, (9, 9, 9, 3)))  # leaves [0, 1] in places
KERNELS = (draw_table, count_values)


@pytest.fixture
def at_once(monkeypatch):
    """Kernels as if numpy had done enough already."""
    monkeypatch.setattr(compiling, "PATIENCE", 0)


@pytest.fixture
def never(monkeypatch):
    """A function after which there are no kernels, as where numba is missing."""

    def forget():
        for kernel in KERNELS:
            monkeypatch.setattr(kernel, "_compiled", dict.fromkeys(kernel._signatures))

    return forget


def pictures():
    picture = RNG.random((37, 41, 4))
    picture[0, :2] = [[0] * 4, [1] * 4]
    levels = {"uint8": 255, "uint16": 65535}
    for dtype in ("uint8", "uint16", "float32"):
        whole = (picture * levels.get(dtype, 1)).round(5).astype(dtype)
        yield whole[..., :3]  # not in one piece of memory
        yield whole
        yield np.ascontiguousarray(whole[::2, ::-1, :3])
        yield whole[..., 0]


@pytest.mark.parametrize("edit", [EDIT, MaskedTransform((EDIT,), np.array([[[0, 255]]], np.uint8))])
@pytest.mark.parametrize("strength", [1.0, 0.4])
def test_the_bytes_are_those_of_numpy(at_once, never, edit, strength):
    images = list(pictures())
    compiled = [edit.apply(image, strength) for image in images]
    assert all(draw_table._compiled.get(x) for x in ("uint8", "uint16", "float32"))
    never()
    for image, fast in zip(images, compiled, strict=True):
        np.testing.assert_array_equal(edit.apply(image, strength), fast)


@pytest.mark.parametrize("size", [2, 33])
def test_tables_of_every_size(at_once, never, size):
    edit, image = Lut3D(RNG.random((size, size, size, 3))), next(pictures())
    fast = edit.apply(image)
    never()
    np.testing.assert_array_equal(edit.apply(image), fast)


def test_exact_edits_are_the_same(at_once, never):
    color = np.array([0.3, 0.6, 0.45])
    images = list(pictures())
    compiled = [apply_exactly(as_canvas(image), EDIT, color) for image in images]
    never()
    for image, (fast, edit, error) in zip(images, compiled, strict=True):
        slow = apply_exactly(as_canvas(image), EDIT, color)
        np.testing.assert_array_equal(slow[0], fast)
        assert (slow[1], slow[2]) == (edit, error)


def test_parts_of_histograms_are_the_same(at_once, never):
    values = RNG.normal(0.5, 2.0, (50, 30, 3)).astype(np.float32)
    fast = Histogram.part(values)
    never()
    for (first, counts, sums), (begin, number, total) in zip(
        Histogram.part(values), fast, strict=True
    ):
        assert first == begin
        np.testing.assert_array_equal(counts, number)
        np.testing.assert_array_equal(sums, total)


def test_threads_do_not_matter(at_once):
    image = RNG.integers(0, 256, (400, 500, 3), np.uint8)
    found = []
    for count in (1, 2, 5):
        colortransfer.set_threads(count)
        found.append(EDIT.apply(image).tobytes())
    colortransfer.set_threads(None)
    assert len(set(found)) == 1


def test_little_work_does_not_load_numba():
    program = """
import sys, numpy, colortransfer
from colortransfer.transforms import Lut3D
Lut3D.sample(lambda x: x, 9).apply(numpy.zeros((500, 500, 3), numpy.uint8))
assert "numba" not in sys.modules
"""
    subprocess.run([sys.executable, "-c", program], check=True)


@pytest.mark.parametrize("obstacle", ["no cache", "no numba", "no compiler", "switched off"])
def test_a_kernel_never_costs_a_picture(tmp_path, obstacle):
    """Also where nothing can be written, and the home does not exist."""
    lines = {
        "no cache": "from numba.core.caching import CacheImpl; CacheImpl._locator_classes = []",
        "no numba": "sys.modules['numba'] = None",
        "no compiler": "numba.njit = lambda *_, **__: 1 / 0",
        "switched off": "numba.config.DISABLE_JIT = True",
    }
    program = f"""
import sys, numba, numpy
{lines[obstacle]}
from colortransfer._kernels import compiling, draw_table
from colortransfer.transforms import Lut3D
compiling.PATIENCE = 0
image = numpy.full((2, 2, 3), 51, numpy.uint8)
assert (Lut3D.sample(lambda x: 1 - x, 2).apply(image) == 204).all()
assert (draw_table.after("uint8", 1) is not None) == {obstacle == "no cache"}
"""
    environment = {**os.environ, "HOME": str(tmp_path / "none")}
    subprocess.run([sys.executable, "-c", program], check=True, env=environment)


def test_a_kernel_of_other_types_is_left_to_numpy(at_once):
    def nothing(values):
        pass

    assert Kernel(nothing, ints="void(int64[:])").after("floats", 1) is None


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")
def test_children_forked_while_a_kernel_is_compiled():
    program = """
        import os, threading, time
        import numpy
        from colortransfer._kernels import compiling
        from colortransfer.transforms import Lut3D

        compiling.PATIENCE = 0
        edit = Lut3D.sample(lambda colors: 1 - colors, 9)
        dtypes = ("uint8", "uint16", "float32")
        work = lambda dtype: edit.apply(numpy.zeros((300, 300, 3), dtype))
        threads = [threading.Thread(target=work, args=[dtype]) for dtype in dtypes]
        for thread in threads:
            thread.start()
        children = []
        for _ in range(5):
            time.sleep(0.05)
            child = os.fork()
            if not child:
                work("uint8")
                os._exit(0)
            children.append(child)
        for child in children:
            assert os.waitpid(child, 0)[1] == 0
        for thread in threads:
            thread.join()
        """
    subprocess.run([sys.executable, "-c", textwrap.dedent(program)], check=True, timeout=60)
