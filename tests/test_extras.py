"""The extras of setup.cfg can be installed."""

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]


@pytest.mark.slow
def test_every_extra_resolves_alone_and_with_the_others():
    subprocess.run([ROOT / ".ci" / "extras", sys.executable], check=True)
