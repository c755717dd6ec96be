"""The studio in a browser: ``docs/images/studio.jpg`` and ``studio_narrow.jpg``.

Needs Playwright, a Chromium and gradio. The photograph is scikit-image's coffee (CC0).
"""

from __future__ import annotations

import io
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

import numpy as np
import skimage.data
from PIL import Image

from colortransfer import images

from . import PICTURES
from .browser import browser

WIDTHS = {"studio": (1200, 900), "studio_narrow": (400, 900)}
COLOR = "#6f6a84"
WAIT = 120_000  # milliseconds


def main() -> None:
    command = [sys.executable, "-m", "colortransfer", "studio", "--port", "0", "--no-browser"]
    with (
        tempfile.TemporaryDirectory() as name,
        subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as server,
        browser() as chromium,
    ):
        assert server.stdout is not None
        address = server.stdout.readline().split()[0]
        photo = Path(name) / "coffee.jpg"
        images.save(photo, skimage.data.coffee())
        try:
            for file, size in WIDTHS.items():
                _shoot(chromium, address, photo, size, PICTURES / f"{file}.jpg")
                print(f"docs/images/{file}.jpg")
        finally:
            server.terminate()


def _shoot(chromium: Any, address: str, photo: Path, size: tuple[int, int], target: Path) -> None:
    """The page with a result, as a picture."""
    page = chromium.new_page(viewport={"width": size[0], "height": size[1]})
    page.goto(address)
    page.wait_for_selector("#recolour")
    page.set_input_files("#files input[type=file]", str(photo))
    page.wait_for_selector("#status >> text=choose a colour", timeout=WAIT)
    page.fill("#color textarea, #color input", COLOR)
    page.keyboard.press("Enter")
    page.wait_for_selector("#status >> text=quick preview", timeout=WAIT)
    page.click("#recolour")
    page.wait_for_selector("#status >> text=Done.", timeout=WAIT)
    page.mouse.move(0, 0)
    page.wait_for_timeout(500)
    with Image.open(io.BytesIO(page.screenshot(full_page=True))) as shot:
        images.save(target, np.asarray(shot.convert("RGB")), quality=88)


if __name__ == "__main__":
    main()
