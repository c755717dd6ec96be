"""The small copy of a photograph on which an edit is fitted."""

from __future__ import annotations

import dataclasses

import numpy as np
from PIL import Image


@dataclasses.dataclass(frozen=True)
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


def working_copy(
    rgb: np.ndarray, visible: np.ndarray | None, longest: float, minimum: int
) -> WorkingCopy:
    """Reduce an image by averages over areas.

    Images smaller than what the networks need are continued by reflection; what is added does not
    count in the mean.

    Parameters
    ----------
    rgb, visible
        float32 (H, W, 3), and which pixels count: bool (H, W) or None for all.
    longest
        Longest side of the copy, in pixels; smaller images keep their size.
    minimum
        Both sides are at least so long, in pixels.
    """
    height, width = rgb.shape[:2]
    scale = min(1.0, longest / max(height, width))
    size = (max(1, round(height * scale)), max(1, round(width * scale)))
    share = np.ones((height, width), np.float32) if visible is None else visible
    planes = [*np.moveaxis(rgb, -1, 0), share.astype(np.float32)]
    both = np.stack([_reduced(plane, size) for plane in planes], -1)
    added = [[0, max(0, minimum - side)] for side in size]
    image = np.pad(both[..., :3], [*added, [0, 0]], mode="symmetric")
    weights = np.pad(both[..., 3:], [*added, [0, 0]])
    return WorkingCopy(image, weights / weights.sum(), size)


def _reduced(plane: np.ndarray, size: tuple[int, int]) -> np.ndarray:
    """Mean over areas: a float32 plane (H, W) at another size."""
    if plane.shape == size:
        return plane
    picture = Image.fromarray(np.ascontiguousarray(plane))
    return np.asarray(picture.resize(size[::-1], Image.Resampling.BOX))
