"""How quick the studio is, and what it holds: a photograph of 12 megapixels in a real browser.

    python -m benchmarks.studio [--parts speed,tabs]

``speed``: seconds from the drop of the photograph to the first picture, and from a colour to its
preview, of a warm server; and the fit from click to result against ``colortransfer transfer`` of
the same file, by the seconds that the command tells (without its start).
``tabs``: five tabs at once, whether each got its own colour, and the most memory that
the server held. Needs the extras studio and browser, and a Chromium.
"""

from __future__ import annotations

import argparse
import contextlib
import os
import re
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from colortransfer import images
from colortransfer.cli.demo import bundled_photograph
from docs.figures.browser import browser

from . import common

SIZE = 4240, 2832  # 12 megapixels
COLORS = ("#5a5a80", "#6f6a84", "#507050", "#8a6a5a", "#606060")
ROUNDS = 2
WAIT = 120_000  # milliseconds


@contextlib.contextmanager
def server() -> Iterator[tuple[str, int]]:
    """The address of a studio, and its process."""
    command = [sys.executable, "-m", "colortransfer", "studio", "--port", "0", "--no-browser"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        try:
            yield process.stdout.readline().split()[0], process.pid
        finally:
            process.terminate()


def photograph(folder: Path) -> Path:
    """The bundled photograph, enlarged, with grain: a file of the size of a camera's."""
    large = Image.fromarray(np.asarray(bundled_photograph())).resize(SIZE)
    grain = np.random.default_rng(0).normal(0, 3, (SIZE[1], SIZE[0], 1))
    path = folder / "photo.jpg"
    images.save(path, (np.asarray(large) + grain).clip(0, 255).astype(np.uint8))
    return path


def opened(chromium: Any, address: str) -> Any:
    tab = chromium.new_context().new_page()
    tab.goto(address)
    tab.wait_for_selector("#recolour")
    return tab


def drop(tab: Any, path: Path) -> float:
    """Seconds until the photograph is shown."""
    began = time.perf_counter()
    tab.set_input_files("#files input[type=file]", str(path))
    tab.wait_for_selector("#status >> text=choose a colour", timeout=WAIT)
    tab.wait_for_function("document.querySelector('#slider img').naturalWidth > 0")
    return time.perf_counter() - began


def preview(tab: Any, color: str) -> float:
    """Seconds until the preview of a colour is there."""
    began = time.perf_counter()
    tab.fill("#color textarea, #color input", color)
    tab.keyboard.press("Enter")
    tab.wait_for_selector("#status >> text=quick preview", timeout=WAIT)
    return time.perf_counter() - began


def fit(tab: Any) -> float:
    """Seconds of a fit, from click to result."""
    began = time.perf_counter()
    tab.click("#recolour")
    tab.wait_for_selector("#status >> text=Fitting", timeout=WAIT)
    tab.wait_for_selector("#status >> text=Done.", timeout=WAIT)
    return time.perf_counter() - began


def command(path: Path, color: str) -> float:
    """Seconds that the command says it took: reading, fit and writing, without starting."""
    words = [sys.executable, "-m", "colortransfer", "transfer", str(path), "-c", color]
    words += ["-o", str(path.with_name("out.jpg"))]
    said = subprocess.run(words, capture_output=True, text=True, check=True).stdout
    found = re.search(r"([\d.]+) s$", said.strip())
    assert found is not None, said
    return float(found[1])


def speed(options: argparse.Namespace) -> dict[str, Any]:
    rows: dict[str, list[float]] = {"first_picture": [], "preview": [], "fit": [], "command": []}
    with tempfile.TemporaryDirectory() as name, server() as (address, _), browser() as chromium:
        path = photograph(Path(name))
        warm = opened(chromium, address)
        drop(warm, path)
        preview(warm, COLORS[0])
        first_fit = fit(warm)
        for color in COLORS[1 : 1 + ROUNDS]:  # in turn, so that others' load is the same for all
            tab = opened(chromium, address)
            rows["first_picture"].append(drop(tab, path))
            rows["preview"].append(preview(tab, color))
            rows["fit"].append(fit(tab))
            rows["command"].append(command(path, color))
            tab.context.close()
    medians = {name: statistics.median(values) for name, values in rows.items()}
    return {"seconds": medians, "first_fit": first_fit, "rounds": ROUNDS, "megapixels": 12}


def tabs(options: argparse.Namespace) -> dict[str, Any]:
    with tempfile.TemporaryDirectory() as name, server() as (address, pid), browser() as chromium:
        path, right = photograph(Path(name)), 0
        opened_tabs = [opened(chromium, address) for _ in COLORS]
        idle = memory(pid, "VmRSS")
        for tab, color in zip(opened_tabs, COLORS, strict=True):
            drop(tab, path)
            preview(tab, color)
        for tab in opened_tabs:
            tab.click("#recolour")
        for tab, color in zip(opened_tabs, COLORS, strict=True):
            tab.wait_for_selector("#status >> text=Done.", timeout=2 * WAIT)
            right += color in tab.inner_text("#figures")
        return {
            "tabs": len(COLORS),
            "right": right,
            "megapixels": 12,
            "idle_bytes": idle,
            "peak_bytes": memory(pid, "VmHWM"),
        }


def memory(pid: int, field: str) -> int:
    """Of another process, in bytes."""
    text = Path(f"/proc/{pid}/status").read_text()
    found = re.search(rf"{field}:\s+(\d+) kB", text)
    assert found is not None
    return int(found[1]) * 1024


if __name__ == "__main__":
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    common.main("studio", __doc__ or "", {"speed": speed, "tabs": tabs})
