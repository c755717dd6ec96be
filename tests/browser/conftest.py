"""A real browser: Playwright with the Chromium that is installed; without them, tests are skipped.

``COLORTRANSFER_AXE`` names a file axe.min.js (npm's axe-core) for the tests of accessibility.
"""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="session")
def chromium():
    """The browser."""
    pytest.importorskip("playwright")
    sys.path.insert(0, str(ROOT))
    try:
        from docs.figures.browser import browser, chromium_path
    finally:
        sys.path.remove(str(ROOT))
    if chromium_path() is None:
        pytest.skip("needs a Chromium (Debian's package chromium)")
    with browser() as found:
        yield found


@pytest.fixture
def tab(chromium):
    """A page of its own; its ``asked`` are the addresses of all requests. Its errors fail."""
    context = chromium.new_context(viewport={"width": 1280, "height": 900})
    page, failed = context.new_page(), []
    page.asked = []
    page.on("pageerror", lambda error: failed.append(str(error)))
    context.on("request", lambda request: page.asked.append(request.url))
    yield page
    context.close()
    assert failed == []


@pytest.fixture(scope="session")
def axe():
    """The program of axe-core."""
    path = os.environ.get("COLORTRANSFER_AXE")
    if not path:
        pytest.skip("needs COLORTRANSFER_AXE, a file axe.min.js")
    return Path(path).read_text("utf-8")


def serious(page, axe):
    """Findings of axe-core that are serious or worse, with what they are about."""
    page.evaluate(axe)
    found = page.evaluate("async () => (await axe.run()).violations")
    return [
        (finding["id"], [node["html"][:120] for node in finding["nodes"]])
        for finding in found
        if finding["impact"] in ("serious", "critical")
    ]


@pytest.fixture(scope="session")
def findings():
    return serious


class Studio:
    """A server of its own process: its address, its process, and its temporary folder."""

    def __init__(self, temporary):
        self.temporary = temporary
        command = [sys.executable, "-m", "colortransfer", "studio", "--port", "0", "--no-browser"]
        environment = {**os.environ, "TMPDIR": str(temporary), "PYTHONPATH": str(ROOT)}
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment)
        self.address = self.process.stdout.readline().split()[0]

    def sessions(self):
        return list(self.temporary.glob("colortransfer-studio-*/session-*"))


@pytest.fixture(scope="session")
def studio(chromium, tmp_path_factory):
    pytest.importorskip("gradio")
    found = Studio(tmp_path_factory.mktemp("server"))
    yield found
    assert found.process.poll() is None, "the server lived to the end"
    found.process.terminate()
    found.process.wait(20)
    found.process.stdout.close()
