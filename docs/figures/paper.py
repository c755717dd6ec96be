"""Original, mean shift, ``paper()`` and the default side by side: docs/images/paper.jpg.

``python -m docs.figures.paper WEIGHTS``, with the weights of Inception-v3 up to mixed3 (.npz).
"""

from __future__ import annotations

import sys

import numpy as np
from skimage import data

from colortransfer import FeatureMatcher, classical, evaluation, images

from . import PICTURES

COLOR = "#6f6a84"


def main() -> None:
    photograph = np.ascontiguousarray(data.coffee())
    pictures = {
        "original": photograph,
        "mean shift": classical.shift(photograph, COLOR),
        "paper()": FeatureMatcher.paper(sys.argv[1]).transfer(photograph, COLOR),
        "FeatureMatcher()": FeatureMatcher().transfer(photograph, COLOR),
    }
    sheet = evaluation.contact_sheet(
        list(pictures.values()), list(pictures), columns=2, width=photograph.shape[1]
    )
    images.save(PICTURES / "paper.jpg", sheet, quality=88)


if __name__ == "__main__":
    main()
