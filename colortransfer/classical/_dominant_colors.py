"""Dominant colours of the regions of a canvas, by clustering in CIELAB."""

from __future__ import annotations

import dataclasses

import numpy as np
from scipy.cluster import vq

from .. import colors
from ..colors.dominant import cluster_shares, clusters
from ..colors.dominant import dominant_colors as centres_of
from ..core.threads import in_threads
from ..errors import InputError
from ..images import Canvas
from ..images.strips import chunks, strips

SAMPLE = 8192  # pixels that are clustered
PLACE_WEIGHT = 30.0  # CIELAB units that the long side of the canvas counts in the segmentation


@dataclasses.dataclass(frozen=True, eq=False)
class Palette:
    """Dominant colours, CIELAB (N, 3), with the region and the share of pixels (N,) of each."""

    lab: np.ndarray
    region: np.ndarray
    share: np.ndarray


def segment(canvas: Canvas, regions: int, seed: int) -> np.ndarray:
    """A segmentation by clustering colours and places: labels (H, W), int."""
    height, width = canvas.size
    centres = clusters(_features(canvas, canvas.sample(SAMPLE)), regions, seed)
    labels = np.empty(height * width, np.intp)

    def strip(span: slice) -> None:
        for chunk in chunks(span):
            points = _features(canvas, np.arange(chunk.start, chunk.stop))
            labels[chunk] = _nearest(points, centres)

    for _ in in_threads(strip, strips(len(labels))):
        pass
    return labels.reshape(height, width)


def check_labels(labels: object, shape: tuple[int, ...], name: str) -> np.ndarray:
    """Labels as consecutive integers (H, W) from 0, or InputError."""
    array = np.asarray(labels)
    if array.dtype.kind not in "iub" or array.shape != tuple(shape):
        raise InputError(f"labels of {name} must be integers of shape {shape}, one a pixel")
    _, consecutive = np.unique(array, return_inverse=True)
    if consecutive.max() >= 256:
        raise InputError(f"labels of {name} name more than 256 regions; merge some")
    return consecutive.reshape(array.shape)


def dominant_colors(canvas: Canvas, labels: np.ndarray, each: int, seed: int) -> Palette:
    """At most ``each`` dominant colours of every region that has pixels that count."""
    index = canvas.sample(SAMPLE)
    region = labels.ravel()[index]
    lab = colors.srgb_to_lab(canvas.planes(index).T)
    found: list[tuple[np.ndarray, int, float]] = []
    for label in np.unique(region):
        points = lab[region == label]
        centres = centres_of(points, each, seed=seed)
        counts = cluster_shares(points, centres).sum(0)
        found += [
            (centre, int(label), count / len(index))
            for centre, count in zip(centres, counts, strict=True)
            if count
        ]
    centres, regions, shares = zip(*found, strict=True)
    return Palette(np.array(centres), np.array(regions), np.array(shares))


def _features(canvas: Canvas, index: np.ndarray) -> np.ndarray:
    """CIELAB and place of some pixels (N, 5)."""
    height, width = canvas.size
    place = np.stack(np.divmod(index, width), -1) * (PLACE_WEIGHT / max(height, width))
    return np.concatenate([colors.srgb_to_lab(canvas.planes(index).T), place], -1)


def _nearest(points: np.ndarray, centres: np.ndarray) -> np.ndarray:
    return vq.vq(points, centres)[0]
