"""The pictures of docs/targets.md: masks, regions, luminance, tint.

The photographs are the package's own and scikit-image's ``coffee`` (by Rachel Michetti) and
``chelsea`` (by Stefan van der Walt), all CC0.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import skimage.data
from scipy import ndimage

from colortransfer import FeatureMatcher, classical, images
from colortransfer.cli.demo import bundled_photograph
from colortransfer.evaluation import contact_sheet
from colortransfer.targets import MeanColor, Regions

from . import PICTURES

PALETTE = np.array([[187, 187, 187], [68, 119, 170], [204, 187, 68]], np.uint8)  # Paul Tol's


def main() -> None:
    matcher = FeatureMatcher()
    for name, make in (("mask", mask), ("regions", regions), ("luminance", luminance)):
        pictures, titles = make(matcher)
        output = PICTURES / f"target_{name}.jpg"
        sheet = contact_sheet(pictures, titles, columns=3, width=400)
        images.save(output, sheet, quality=88)
        print(f"wrote {output}, {output.stat().st_size // 1000} kB")


def crockery(photo: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Of ``coffee``, drawn by hand: saucer and cup without coffee, rim and spoon; and the table."""
    y, x = np.mgrid[0 : photo.shape[0], 0 : photo.shape[1]]

    def ellipse(
        column: float, row: float, across: float, down: float, turned: float = 0.0
    ) -> np.ndarray:
        right, low = x - column, y - row
        along, away = (
            right * np.cos(turned) + low * np.sin(turned),
            low * np.cos(turned) - right * np.sin(turned),
        )
        return np.hypot(along / across, away / down) < 1

    opening = ellipse(291, 107, 120, 91)
    handle = (np.abs(x - (383 + (240 - y) * 0.19)) < 13) & (y > 62) & (y < 250)
    spoon = ellipse(366, 283, 41, 45) | handle
    saucer = ellipse(275, 225, 206, 166, 0.172)
    return saucer & ~opening & ~spoon, ~(saucer | opening | spoon)


def mask(matcher: FeatureMatcher) -> tuple[list[Any], list[str]]:
    photo, color = skimage.data.coffee(), "#2f5f78"
    soft = ndimage.gaussian_filter(crockery(photo)[0].astype(float), 1.2).clip(0, 1)
    shifted = classical.shift(photo, color, mask=soft)
    result = matcher.transfer(photo, MeanColor(color, mask=soft))
    return [photo, shifted, result], ["photograph", f"mean shift in a mask to {color}", "matcher"]


def regions(matcher: FeatureMatcher) -> tuple[list[Any], list[str]]:
    photo = skimage.data.coffee()
    cup, table = crockery(photo)
    labels = np.where(cup, 1, np.where(table, 2, 0))
    result = matcher.transfer(photo, Regions(labels, {1: "#4f6a4a", 2: "#6e5848"}, feather=3))
    shown = (0.4 * photo + 0.6 * PALETTE[labels]).astype(np.uint8)
    return [photo, shown, result], ["photograph", "labels 0, 1, 2", "1 #4f6a4a, 2 #6e5848"]


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
