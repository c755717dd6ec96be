"""The seasons of docs/relatives.md: ``python -m docs.figures.seasons FOLDER/step-N.npz``.

The file is one that ``python -m benchmarks.relatives train cyclegan-unet FOLDER --task seasons``
kept. The photographs are scikit-image's ``chelsea``, ``coffee`` and ``rocket``, and the package's
own, Debian's lomiri wallpaper ``seeding``.
"""

from __future__ import annotations

import sys

import numpy as np
import skimage.data

from colortransfer import images
from colortransfer.cli.demo import bundled_photograph
from colortransfer.gan import Translation

from . import PICTURES, mosaic
from .translation import square

OUTPUT = PICTURES / "seasons.png"


def main(path: str) -> None:
    found = [getattr(skimage.data, name)() for name in ("rocket", "coffee", "chelsea")]
    photos = [square(photo) for photo in (np.asarray(bundled_photograph()), *found)]
    gan = Translation.load(path)
    rows = [photos, *([gan.translate(photo, to=to) for photo in photos] for to in ("b", "a"))]
    images.save(OUTPUT, mosaic(rows, zoom=3))
    print(f"wrote {OUTPUT}")


if __name__ == "__main__":
    main(sys.argv[1])
