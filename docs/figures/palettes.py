"""The pictures of docs/palettes.md, and that of sharpness in docs/statistics.md.

The photographs are scikit-image's ``coffee`` (by Rachel Michetti), ``chelsea`` (by Stefan van der
Walt) and ``rocket`` (by SpaceX), all CC0.
"""

from __future__ import annotations

from typing import Any, get_args

import numpy as np
import skimage.data

from colortransfer import FeatureMatcher, classical, images
from colortransfer.evaluation import contact_sheet
from colortransfer.targets import Palette, Reference, Sharpness
from colortransfer.targets.reference import What

from . import PICTURES


def main() -> None:
    matcher = FeatureMatcher()
    for name, make in (
        ("palette", palettes),
        ("reference", references),
        ("sharpness", sharpnesses),
    ):
        pictures, titles = make(matcher)
        output = PICTURES / f"target_{name}.jpg"
        sheet = contact_sheet(pictures, titles, columns=3, width=400)
        images.save(output, sheet, quality=88)
        print(f"wrote {output}, {output.stat().st_size // 1000} kB")


def palettes(matcher: FeatureMatcher) -> tuple[list[Any], list[str]]:
    coffee, chelsea = skimage.data.coffee(), skimage.data.chelsea()
    every = ["#141a10", "#42481f", "#626a2a", "#9a9a58", "#e2dcc6"]
    one = Palette.change({"#ac3312": "#7d4a1c"})
    cat = Palette(["#33302c", "#5d6a5c", "#6f6d6c", "#8b9a86", "#b4b2ae"])
    edits = [matcher.fit(coffee, one), matcher.fit(coffee, Palette(every))]
    edits.append(matcher.fit(chelsea, cat))
    print([(edit.errors, edit.warnings) for edit in edits])
    return [coffee, *(edit.image for edit in edits[:2]), chelsea, edits[2].image], [
        "photograph",
        "#ac3312 becomes #7d4a1c, the rest stays",
        "five other colours",
        "photograph",
        "five other colours",
    ]


def references(matcher: FeatureMatcher) -> tuple[list[Any], list[str]]:
    photo, other = skimage.data.chelsea(), skimage.data.coffee()
    kinds = get_args(What)
    edits = [matcher.fit(photo, Reference(other, what=what)) for what in kinds]
    print([(edit.errors, edit.warnings) for edit in edits])
    linear = classical.monge_kantorovich(photo, other)
    return [photo, other, linear, *(edit.image for edit in edits)], [
        "photograph",
        "reference",
        "linear map",
        *kinds,
    ]


def sharpnesses(matcher: FeatureMatcher) -> tuple[list[Any], list[str]]:
    photo = skimage.data.chelsea()
    edits = [matcher.fit(photo, Sharpness(value)) for value in (0.3, 2.5)]
    crop = (slice(40, 240), slice(90, 390))
    pictures = [np.asarray(x)[crop] for x in (photo, *(edit.image for edit in edits))]
    return pictures, ["photograph", "Sharpness(0.3)", "Sharpness(2.5)"]


if __name__ == "__main__":
    main()
