"""The README's picture, to be made anew after a change of the defaults.

Both photographs are in the public domain: the package's own, and scikit-image's ``coffee``
(CC0, by Rachel Michetti).
"""

from __future__ import annotations

import skimage.data

from colortransfer import images
from colortransfer.cli.demo import bundled_photograph, comparison
from colortransfer.evaluation import contact_sheet

from . import PICTURES

OUTPUT = PICTURES / "before_and_after.jpg"


def main() -> None:
    pictures, titles = [], []
    for photo, color in [(bundled_photograph(), "#4a5a80"), (skimage.data.coffee(), "#6f6a84")]:
        row, names, edit = comparison(photo, color)
        pictures += row
        titles += names
        print(f"{names[-1]}: colour error {edit.color_error:.5f}")
    OUTPUT.parent.mkdir(exist_ok=True)
    images.save(OUTPUT, contact_sheet(pictures, titles, columns=3, width=400), quality=88)
    print(f"wrote {OUTPUT}, {OUTPUT.stat().st_size // 1000} kB")
