"""Fixtures that several test files share."""

import os
from pathlib import Path

import numpy as np
import pytest
from jaxtyping import install_import_hook

ROOT = Path(__file__).resolve().parents[1]
# The parts whose shapes are in their types: every call in the tests is checked against them.
CHECKED = ("colors", "exactness", "losses", "pyramid", "rendering", "targets", "transforms")
install_import_hook([f"colortransfer.{part}" for part in CHECKED], "shape_checker.checked")
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")  # TensorFlow's greetings are not test output


@pytest.fixture(scope="session")
def shared():
    """The folder of networks and photographs beside the clone; not part of the project."""
    folder = ROOT.parent / "shared"
    if not folder.is_dir():
        pytest.skip("needs ../shared")
    return folder


@pytest.fixture(scope="session")
def tiny():
    """A feature extractor that takes milliseconds and no weight file."""
    from tiny_network import TinyNetwork

    return TinyNetwork()


@pytest.fixture(scope="session")
def photo():
    """A picture (40, 56, 3), uint8: a sky that turns into ground, a dark disc, some grain."""
    rng = np.random.default_rng(7)
    y, x = np.mgrid[0:40, 0:56]
    picture = np.stack([0.25 + y / 100, 0.45 + 0 * y, 0.8 - y / 80], -1)
    picture[(y - 22) ** 2 + (x - 30) ** 2 < 90] = [0.2, 0.12, 0.08]
    picture += rng.normal(0, 0.03, (*y.shape, 1))
    return np.rint(255 * picture.clip(0, 1)).astype(np.uint8)


@pytest.fixture
def pair():
    """Two unrelated images (24, 19, 3), float32: the current one and the original."""
    rng = np.random.default_rng(5)
    return rng.random((24, 19, 3), np.float32), rng.random((24, 19, 3), np.float32)
