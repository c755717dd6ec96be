"""The studio in a browser: ``docs/images/studio.jpg`` and ``studio_narrow.jpg``.

Needs Playwright, a Chromium and gradio. The photograph is scikit-image's coffee (CC0).
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path

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
        for file, (width, height) in WIDTHS.items():
            page = chromium.new_page(viewport={"width": width, "height": height})
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
            shot = Path(name) / "shot.png"
            page.screenshot(path=shot, full_page=True)
            pixels = np.asarray(Image.open(shot).convert("RGB"))
            images.save(PICTURES / f"{file}.jpg", pixels, quality=88)
            print(f"docs/images/{file}.jpg")
        server.terminate()


if __name__ == "__main__":
    main()
