"""The README's picture, to be made anew after a change of the defaults.

All three photographs are in the public domain: scikit-image's ``astronaut`` (Eileen Collins, by
NASA) and ``rocket`` (by SpaceX, CC0), and the package's own.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
import skimage.data
from PIL import Image, ImageDraw, ImageFont

from colortransfer import images
from colortransfer.cli.demo import COLOR, bundled_photograph, comparison

from . import PICTURES

OUTPUT = PICTURES / "before_and_after.jpg"
WIDTH = 504  # of a photograph; twice what a page of 830 pixels shows
GAP = 14
SWATCH = 96
LINE = 52  # for the titles
TITLES = ("photograph", "mean shift", "colortransfer")


def rows() -> Iterator[tuple[str, list[Any]]]:
    """The target and the three pictures of each row."""
    head = skimage.data.astronaut()[16:440]  # a little less than all: rows of about one height
    for photo, color in (
        (head, "#80809a"),
        (bundled_photograph(), COLOR),
        (skimage.data.rocket(), "#705070"),
    ):
        pictures, titles, edit = comparison(photo, color)
        print(f"{titles[-1]}: colour error {edit.color_error:.5f}")
        yield color, pictures


def strip(color: str, pictures: Sequence[Any]) -> Image.Image:
    """One row: the photograph, the colour that is asked for, the two results."""
    shown = [Image.fromarray(picture) for picture in pictures]
    height = round(WIDTH * shown[0].height / shown[0].width)
    row = Image.new("RGB", (3 * WIDTH + SWATCH + 3 * GAP, height), "white")
    lefts = (0, WIDTH + SWATCH + 2 * GAP, 2 * WIDTH + SWATCH + 3 * GAP)
    for left, picture in zip(lefts, shown, strict=True):
        row.paste(picture.resize((WIDTH, height), Image.Resampling.LANCZOS), (left, 0))
    draw, x, y = ImageDraw.Draw(row), WIDTH + GAP, (height - SWATCH) // 2
    draw.rounded_rectangle((x, y, x + SWATCH - 1, y + SWATCH - 1), 14, fill=color)
    middle = x + SWATCH / 2
    draw.text((middle, y + SWATCH + 20), color, "black", font(23), anchor="mm")
    draw.text((middle, y - 22), "mean", "black", font(23), anchor="mm")
    return row


def font(size: int) -> Any:
    """Pillow's own, so that the picture is the same everywhere."""
    return ImageFont.load_default(size)


def main() -> None:
    strips = [strip(*row) for row in rows()]
    width = strips[0].width
    sheet = Image.new("RGB", (width, LINE + sum(s.height + GAP for s in strips)), "white")
    draw = ImageDraw.Draw(sheet)
    for place, title in enumerate(TITLES):
        left = place * (WIDTH + GAP) + (SWATCH + GAP) * (place > 0)
        draw.text((left + WIDTH / 2, LINE / 2), title, "black", font(30), anchor="mm")
    top = LINE
    for row in strips:
        sheet.paste(row, (0, top))
        top += row.height + GAP
    OUTPUT.parent.mkdir(exist_ok=True)
    images.save(OUTPUT, np.asarray(sheet), quality=82)
    print(f"wrote {OUTPUT}, {OUTPUT.stat().st_size // 1000} kB")
