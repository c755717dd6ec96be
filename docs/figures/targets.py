"""The pictures of docs/targets.md: masks, regions, luminance, tint.

The photographs are the package's own and scikit-image's ``coffee`` (by Rachel Michetti), ``rocket``
(NASA/SpaceX) and ``chelsea`` (by Stefan van der Walt), all CC0.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import skimage.data
from scipy import ndimage

from colortransfer import FeatureMatcher, classical, images
from colortransfer.cli.demo import bundled_photograph
from colortransfer.evaluation import contact_sheet
from colortransfer.targets import MeanColor, Regions, segment

from . import PICTURES

PALETTE = np.array(
    [
        [68, 119, 170],
        [204, 187, 68],
        [34, 136, 51],
        [238, 102, 119],
        [170, 51, 119],
        [187, 187, 187],
    ],
    np.uint8,
)  # Paul Tol's "bright"


def main() -> None:
    matcher = FeatureMatcher()
    for name, make in (("mask", mask), ("regions", regions), ("luminance", luminance)):
        pictures, titles = make(matcher)
        output = PICTURES / f"target_{name}.jpg"
        sheet = contact_sheet(pictures, titles, columns=3, width=400)
        images.save(output, sheet, quality=88)
        print(f"wrote {output}, {output.stat().st_size // 1000} kB")


def crockery(photo: np.ndarray) -> np.ndarray:
    """Saucer and cup of ``coffee`` without coffee, rim and spoon, drawn by hand: a soft mask."""
    y, x = np.mgrid[0 : photo.shape[0], 0 : photo.shape[1]]

    def ellipse(column: float, row: float, across: float, down: float) -> np.ndarray:
        return np.hypot((x - column) / across, (y - row) / down) < 1

    handle = np.abs(x - (382 + (240 - y) * 0.19)) < 12
    spoon = ellipse(366, 283, 41, 45) | (handle & (y < 245))
    drawn = ellipse(279, 231, 202, 160) & ~ellipse(291, 107, 120, 91) & ~spoon
    return ndimage.gaussian_filter(drawn.astype(float), 1.2).clip(0, 1)


def mask(matcher: FeatureMatcher) -> tuple[list[Any], list[str]]:
    photo = skimage.data.coffee()
    soft, color = crockery(photo), "#2f5f78"
    shifted = classical.shift(photo, color, mask=soft)
    result = matcher.transfer(photo, MeanColor(color, mask=soft))
    return [photo, shifted, result], ["photograph", f"mean shift in a mask to {color}", "matcher"]


def regions(matcher: FeatureMatcher) -> tuple[list[Any], list[str]]:
    photo = skimage.data.rocket()
    labels = segment(photo)
    result = matcher.transfer(photo, Regions(labels, {1: "#3b3550", 2: "#4a5a80"}, feather=12))
    shown = (0.5 * photo + 0.5 * PALETTE[(labels - 1) % len(PALETTE)]).astype(np.uint8)
    return [photo, shown, result], ["photograph", "segment(photograph)", "two regions"]


def luminance(matcher: FeatureMatcher) -> tuple[list[Any], list[str]]:
    photo, color = skimage.data.chelsea(), "#7f8fa8"
    kept = matcher.transfer(photo, MeanColor(color, luminance="keep"))
    free = matcher.transfer(photo, color)
    grey = np.asarray(bundled_photograph())[..., 1]
    tinted = matcher.transfer(grey, MeanColor("#6b6250", tint=True))
    still = matcher.transfer(grey, MeanColor("#6b6250", tint=True, luminance="keep"))
    names = ["photograph", f"mean {color}", "its luminance kept"]
    return [photo, free, kept, grey, tinted, still], [
        *names,
        "grey photograph",
        "tint=True, mean #6b6250",
        "its luminance kept",
    ]
