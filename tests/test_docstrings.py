"""The examples in the docstrings run, and everything public has one."""

from __future__ import annotations

import doctest
import gc
import importlib
import inspect
import pkgutil
import re
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
import tensorflow as tf
from test_public_api import public_callables, public_objects

import colortransfer
from colortransfer.methods import METHODS
from colortransfer.transforms import Transform

MODULES = sorted(
    module.name
    for module in pkgutil.walk_packages(colortransfer.__path__, "colortransfer.")
    if not module.name.endswith("__main__")
)
OPTIONS = doctest.NORMALIZE_WHITESPACE | doctest.REPORT_NDIFF


def examples(name: str) -> list[doctest.DocTest]:
    """The docstrings of a module, and of what it defines, that have examples."""
    module = importlib.import_module(name)
    return [test for test in doctest.DocTestFinder().find(module, name) if test.examples]


@pytest.fixture
def _forgotten() -> Iterator[None]:
    """What examples define and register is gone afterwards: other tests count subclasses."""
    registries = (METHODS, Transform._kinds)
    before = [dict(registry) for registry in registries]
    yield
    for registry, known in zip(registries, before, strict=True):
        registry.clear()
        registry.update(known)
    gc.collect()


@pytest.mark.usefixtures("_forgotten")
@pytest.mark.parametrize("name", ["colortransfer", *MODULES])
def test_examples_run(name: str, photo: np.ndarray, tmp_path: Path) -> None:
    """Each sees its own module, and ``np``, ``tf``, ``photo`` (see conftest.py) and ``folder``."""
    runner = doctest.DocTestRunner(optionflags=OPTIONS)
    report: list[str] = []
    for number, test in enumerate(examples(name)):
        folder = tmp_path / str(number)
        folder.mkdir()
        test.globs |= {"np": np, "tf": tf, "photo": photo.copy(), "folder": folder}
        runner.run(test, out=report.append)
    assert not report, "".join(report)


def test_everything_public_has_an_example() -> None:
    silent = {
        name
        for name, member in public_objects()
        if (inspect.isclass(member) or inspect.isfunction(member))
        and ">>> " not in (member.__doc__ or "")
    }
    assert silent == set()


def test_no_example_is_skipped() -> None:
    skipped = [
        test.name
        for name in ["colortransfer", *MODULES]
        for test in examples(name)
        if any(example.options.get(doctest.SKIP) for example in test.examples)
    ]
    assert skipped == []


def test_descriptions_stand_alone() -> None:
    """No reader is sent elsewhere for what a parameter is."""
    elsewhere = re.compile(r"^ *(As (in|for|of) [`:]|Same as )|which see", re.MULTILINE)
    found = [
        name
        for name, member in public_callables()
        if elsewhere.search(inspect.getdoc(member) or "")
    ]
    assert found == []
