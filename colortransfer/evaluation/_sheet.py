"""Contact sheets: pictures side by side under their titles."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from ..errors import InputError
from ..images import as_canvas

GAP = 6  # pixels between cells
LINE = 16  # pixels for a title


def contact_sheet(
    images: Sequence[Any], titles: Sequence[str], *, columns: int = 4, width: int = 320
) -> np.ndarray:
    """One picture that shows many, row by row, each with its title above it.

    Parameters
    ----------
    images
        Images of any kinds and sizes. Hidden pixels are shown white.
    titles
        A line of text for each; cut off where its cell ends.
    columns
        Pictures in a row.
    width
        To which every picture is scaled, in pixels; its height follows.

    Returns
    -------
    numpy.ndarray
        uint8 (height, width, 3), on white.

    Raises
    ------
    InputError
        If there are no images, not as many titles, or a number is not positive.

    Examples
    --------
    >>> contact_sheet([photo, photo], ["before", "after"], width=56).shape
    (68, 130, 3)
    """
    if len(images) == 0 or len(images) != len(titles):
        raise InputError(f"{len(images)} images and {len(titles)} titles; give one title per image")
    if columns < 1 or width < 1:
        raise InputError("columns and width must be at least 1")
    cells = [_cell(image, title, width) for image, title in zip(images, titles, strict=True)]
    rows = [cells[start : start + columns] for start in range(0, len(cells), columns)]
    heights = [max(cell.height for cell in row) + GAP for row in rows]
    across = min(columns, len(cells)) * (width + GAP) + GAP
    sheet = Image.new("RGB", (across, sum(heights) + GAP), "white")
    top = GAP
    for row, height in zip(rows, heights, strict=True):
        for column, cell in enumerate(row):
            sheet.paste(cell, (GAP + column * (width + GAP), top))
        top += height
    return np.asarray(sheet).copy()


def _cell(image: Any, title: str, width: int) -> Image.Image:
    """The picture at its new size below its title."""
    canvas = as_canvas(image)
    rgb = (
        canvas.rgb if canvas.visible is None else np.where(canvas.visible[..., None], canvas.rgb, 1)
    )
    shown = Image.fromarray(np.rint(rgb * 255).astype(np.uint8))
    height = max(1, round(shown.height * width / shown.width))
    cell = Image.new("RGB", (width, LINE + height), "white")
    font = ImageFont.load_default()
    ImageDraw.Draw(cell).text((0, 1), title.replace("\n", " "), fill="black", font=font)
    cell.paste(shown.resize((width, height), Image.Resampling.LANCZOS), (0, LINE))
    return cell
