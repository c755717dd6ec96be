"""The small copy of a photograph on which an edit is fitted."""

from __future__ import annotations

import dataclasses

import numpy as np
from PIL import Image

from ..core.threads import in_threads
from .canvas import Canvas
from .strips import strips


@dataclasses.dataclass(frozen=True, eq=False)
class WorkingCopy:
    """A reduced image.

    Attributes
    ----------
    image
        float32 (h, w, 3).
    weights
        float32 (h, w, 1): each pixel's share in the mean; they sum to 1.
    size
        Height and width without what was added at the bottom and the right.
    """

    image: np.ndarray
    weights: np.ndarray
    size: tuple[int, int]


def working_copy(canvas: Canvas, longest: float, minimum: int, multiple: int = 1) -> WorkingCopy:
    """Reduce an image by averages over areas.

    Images smaller than what the networks need are continued by reflection; what is added does not
    count in the mean. Pixels that are not visible take the mean colour of those that are.

    Parameters
    ----------
    canvas
        The image, from ``images.as_canvas``.
    longest
        Longest side of the copy, in pixels; smaller images keep their size.
    minimum
        Both sides are at least so long, in pixels.
    multiple
        Sides that are at least so long become the nearest multiple of it, so that the copies of
        many images have few sizes.
    """
    height, width = canvas.pixels.shape[:2]
    scale = min(1.0, longest / max(height, width))
    size = (_rounded(height * scale, multiple), _rounded(width * scale, multiple))
    narrow = np.empty((4, height, size[1]), np.float32)

    def fill(rows: slice) -> None:
        narrow[:, rows] = _narrowed(canvas, rows, size[1])

    for _ in in_threads(fill, strips(height, width)):
        pass
    planes = [_resized(plane, size) for plane in narrow]
    colors, share = np.stack(planes[:3], -1), planes[3][..., np.newaxis]
    if canvas.visible is not None:
        colors += (1 - share) * canvas.mean_color().astype(np.float32)
    added = [*([0, max(0, minimum - side)] for side in size), [0, 0]]
    weights = np.pad(share, added)
    return WorkingCopy(np.pad(colors, added, mode="symmetric"), weights / weights.sum(), size)


def _rounded(side: float, multiple: int) -> int:
    if side < multiple:
        return max(1, round(side))
    return multiple * round(side / multiple)


def _narrowed(canvas: Canvas, rows: slice, width: int) -> np.ndarray:
    """Means over pixels side by side (4, n, width), float32.

    Of the colours, black where they are not visible, and of the share that is visible.
    """
    colors = canvas.rows(rows)
    seen = np.ones(colors.shape[:2], np.float32)
    if canvas.visible is not None:
        seen = canvas.visible[rows].astype(np.float32)
        colors *= seen[..., np.newaxis]
    planes = [*np.moveaxis(colors, -1, 0), seen]
    return np.stack([_resized(plane, (len(plane), width)) for plane in planes])


def _resized(plane: np.ndarray, size: tuple[int, int]) -> np.ndarray:
    """Mean over areas: a float32 plane (H, W) at another size."""
    if plane.shape == size:
        return plane
    picture = Image.fromarray(np.ascontiguousarray(plane))
    return np.asarray(picture.resize(size[::-1], Image.Resampling.BOX))
