"""The known map of docs/relatives.md: ``python -m docs.figures.translation FOLDER/step-N.npz``.

The file is one that ``python -m benchmarks.relatives train dualgan-residual FOLDER --task places``
kept. The photographs are scikit-image's ``coffee``, ``chelsea`` and ``rocket`` (CC0).
"""

from __future__ import annotations

import sys

import numpy as np
import skimage.data
from PIL import Image

from benchmarks.known_map import known_map
from colortransfer import images
from colortransfer.gan import Translation

from . import PICTURES, mosaic

OUTPUT = PICTURES / "translation.png"


def square(photograph: np.ndarray) -> np.ndarray:
    """The middle of a photograph at 64 pixels, the size of the training."""
    photo = Image.fromarray(photograph)
    side = min(photo.size)
    left, top = ((length - side) // 2 for length in photo.size)
    box = (left, top, left + side, top + side)
    return np.asarray(photo.resize((64, 64), Image.Resampling.BOX, box=box))


def main(path: str) -> None:
    found = [getattr(skimage.data, name)() for name in ("coffee", "chelsea", "rocket")]
    photos = np.stack([square(photo) for photo in found])
    gan = Translation.load(path)
    edited = [gan.translate(photo, to="b") for photo in photos]
    images.save(OUTPUT, mosaic((photos, edited, known_map(photos, "places")), zoom=3))
    print(f"wrote {OUTPUT}")


if __name__ == "__main__":
    main(sys.argv[1])
