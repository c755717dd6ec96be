"""Saturation, brightness, contrast and hue: docs/images/statistics_*.jpg.

The photographs are in the public domain: the package's own, and scikit-image's ``coffee`` and
``chelsea`` (CC0).
"""

from __future__ import annotations

import skimage.data

from colortransfer import FeatureMatcher, images
from colortransfer.evaluation import contact_sheet
from colortransfer.targets import Brightness, Contrast, Hue, MeanColor, Saturation

from . import PICTURES

ROWS = {
    "statistics_coffee": (
        skimage.data.coffee,
        (Saturation(0.5), Saturation(1.4), Brightness(0.25), Brightness(0.55), Contrast(0.7)),
    ),
    "statistics_chelsea": (
        skimage.data.chelsea,
        (Saturation(1.4), Contrast(1.3), Hue(-25), Hue(60), MeanColor("#7c6a58") & Saturation(1.1)),
    ),
}


def main() -> None:
    matcher = FeatureMatcher()
    for name, (photograph, targets) in ROWS.items():
        photo = photograph()
        pictures, titles = [photo], ["original"]
        for target in targets:
            edit = matcher.fit(photo, target)
            pictures.append(edit.image)
            parts = getattr(target, "parts", [target])
            words = [
                f"{type(p).__name__}({p.value:g})" if hasattr(p, "value") else "MeanColor"
                for p in parts
            ]
            titles.append(" & ".join(words))
            print(titles[-1], edit.errors, *edit.warnings)
        sheet = contact_sheet(pictures, titles, columns=3, width=400)
        images.save(PICTURES / f"{name}.jpg", sheet)
        print(f"docs/images/{name}.jpg")


if __name__ == "__main__":
    main()
