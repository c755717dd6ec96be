"""The page of a study in a browser: ``docs/images/study_page.png``.

Needs Playwright and a Chromium (see `browser`). The photographs are scikit-image's coffee, chelsea
and rocket (CC0), and the package's own.
"""

from __future__ import annotations

import tempfile
from pathlib import Path

import skimage.data

from colortransfer import images, study
from colortransfer.cli.demo import bundled_photograph
from colortransfer.methods import Spec

from . import PICTURES
from .browser import browser

TARGETS = {"seeding": "#4a5a80", "coffee": "#6f6a84", "chelsea": "#8a9a6c", "rocket": "#6b4b52"}
METHODS = {"default": Spec("feature-matching"), "shift": Spec("shift")}
WIDTHS = {"study_page": (1100, 480), "study_page_narrow": (400, 700)}


def main() -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        pairs = [_pair(folder / "pairs" / photograph) for photograph in TARGETS]
        study.make(pairs, folder / "study", seed=3)
        with browser() as chromium:
            for file, (width, height) in WIDTHS.items():
                page = chromium.new_page(viewport={"width": width, "height": height})
                page.goto((folder / "study" / "index.html").as_uri())
                page.get_by_role("button", name="I agree, begin").click()
                page.wait_for_load_state("networkidle")
                page.screenshot(path=PICTURES / f"{file}.png")
                print(f"docs/images/{file}.png")


def _pair(folder: Path) -> Path:
    folder.mkdir(parents=True)
    loaders = {name: getattr(skimage.data, name, None) for name in TARGETS}
    photo = (loaders[folder.name] or bundled_photograph)()
    images.save(folder / "original.png", photo)
    for name, spec in METHODS.items():
        edit = spec.build().fit(photo, TARGETS[folder.name])
        images.save(folder / f"{name}.png", edit.image)
    return folder


if __name__ == "__main__":
    main()
