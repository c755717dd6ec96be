"""Regions of a picture that go together by colour, for those who have drawn none."""

from __future__ import annotations

from typing import Any

import numpy as np

from .. import colors
from ..errors import InputError
from ..images.canvas import Canvas, as_canvas
from ..images.strips import strips
from ..images.working_copy import working_copy
from ..transforms.masked import stretched
from ..typing import ImageLike

LONGEST = 320  # pixels of the longer side of the copy on which regions are found
SCALE = 60.0  # of the pieces that are merged: the larger, the fewer
SMALLEST = 40  # pixels of a piece
COUNT = 6
ROUNDS = 12


def segment(image: ImageLike, *, count: int = COUNT) -> np.ndarray:
    """Divide a picture into a few regions of similar colour.

    It takes scikit-image: ``pip install 'colortransfer[regions]'``.

    Parameters
    ----------
    image
        Any image that ``FeatureMatcher.transfer`` accepts.
    count
        At most so many regions, at least 2.

    Returns
    -------
    ndarray
        int32 (H, W): labels from 1, the largest region first. The same call gives the same labels.

    Raises
    ------
    InputError
        If scikit-image is missing, or an argument cannot be used.

    Notes
    -----
    Pieces of a copy with at most 320 pixels a side that no border crosses (Felzenszwalb and
    Huttenlocher 2004) are merged with their neighbours until there are few enough, first those
    that thereby lose the least variance of CIELAB (Ward 1963).

    Examples
    --------
    >>> labels = segment(photo, count=3)
    >>> labels.shape, np.unique(labels).tolist()
    ((40, 56), [1, 2])
    """
    return segment_canvas(as_canvas(image), count=count)


def segment_canvas(canvas: Canvas, *, count: int = COUNT) -> np.ndarray:
    """`segment` of an image that is taken apart already."""
    if isinstance(count, bool) or not isinstance(count, int) or count < 2:
        raise InputError(f"count is a whole number from 2, not {count!r}")
    segmentation, graph = _library()
    small = working_copy(canvas, LONGEST, 1).image
    lab = colors.srgb_to_lab(small.astype(np.float64))
    pieces = segmentation.felzenszwalb(small, scale=SCALE, sigma=0.8, min_size=SMALLEST)
    labels = _merged(lab, pieces, graph, count)
    sizes = np.bincount(labels.ravel())
    rank = np.empty(len(sizes), int)
    rank[np.argsort(-sizes, kind="stable")] = np.arange(len(sizes))
    return _enlarged(rank[labels], canvas.size) + np.int32(1)


def _library() -> tuple[Any, Any]:
    try:
        from skimage import graph, segmentation
    except ImportError as error:
        raise InputError(
            "finding regions takes scikit-image: pip install 'colortransfer[regions]', or give "
            "labels of your own"
        ) from error
    return segmentation, graph


def _merged(lab: np.ndarray, pieces: np.ndarray, graph: Any, count: int) -> np.ndarray:
    """Pieces merged until there are at most ``count`` and, where possible, as many: from 0."""
    regions = graph.rag_mean_color(lab, pieces)
    for one, other, values in regions.edges(data=True):
        values["weight"] = _cost(regions, one, other)
    low, high = 0.0, 200.0 * np.sqrt(pieces.size)
    best = np.zeros_like(pieces)
    for _ in range(ROUNDS):
        middle = (low + high) / 2
        found = graph.merge_hierarchical(
            pieces,
            regions,
            thresh=middle,
            rag_copy=True,
            in_place_merge=True,
            merge_func=_merge,
            weight_func=_weight,
        )
        if found.max() < count:
            best, high = found, middle
        else:
            low = middle
    return best


def _cost(regions: Any, one: Any, other: Any) -> float:
    """The root of the variance, times the number of pixels, that is lost by merging two."""
    first, second = regions.nodes[one], regions.nodes[other]
    away = np.linalg.norm(first["mean color"] - second["mean color"])
    counts = first["pixel count"], second["pixel count"]
    return float(away * np.sqrt(counts[0] * counts[1] / sum(counts)))


def _weight(regions: Any, _: Any, other: Any, neighbour: Any) -> dict[str, float]:
    return {"weight": _cost(regions, other, neighbour)}


def _merge(regions: Any, one: Any, other: Any) -> None:
    """What is known of ``other`` when ``one`` has become a part of it."""
    kept, gone = regions.nodes[other], regions.nodes[one]
    # Not in place: copies of the graph share these arrays.
    kept["total color"] = kept["total color"] + gone["total color"]
    kept["pixel count"] = kept["pixel count"] + gone["pixel count"]
    kept["mean color"] = kept["total color"] / kept["pixel count"]


def _enlarged(labels: np.ndarray, size: tuple[int, int]) -> np.ndarray:
    """Labels of a copy at the picture's size, with smooth borders."""
    masks = np.stack([(labels == k).view(np.uint8) * 255 for k in range(labels.max() + 1)])
    result = np.empty(size, np.int32)
    for rows in strips(*size):
        result[rows] = stretched(masks, rows, size).argmax(0)
    return result
