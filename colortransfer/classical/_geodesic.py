"""Distances along paths on a picture, a path being as long as the luminance changes along it."""

from __future__ import annotations

import os

import numpy as np

from ..core.threads import in_threads

STEP = np.float32(1e-3)  # length of a step between equal pixels: a quarter of an 8-bit level
PASSES = 20
SETTLED = 0.02  # relative change below which a distance counts as found
FAR = np.float32(1e6)


def geodesic_distances(
    luminance: np.ndarray, marked: np.ndarray, label: np.ndarray, colors: int
) -> np.ndarray:
    """Distance of every pixel to the nearest marked one of each label.

    Parameters
    ----------
    luminance
        float32 (T, H, W).
    marked
        bool (T, H, W): where paths may start.
    label
        (M,): the label, below ``colors``, of each marked pixel in reading order.

    Returns
    -------
    numpy.ndarray
        float32 (T, H, C, W): colours before columns, which is how they are computed.

    Notes
    -----
    A pass goes down and up the rows of each frame; in each row distances spread to both sides at
    once (a running minimum of distance less position), so a path is complete after as many passes
    as it turns back. Passes end when no distance falls by more than 2 in a hundred.
    """
    frames, height, width = luminance.shape
    distance = np.full((frames, height, colors, width), FAR, np.float32)
    t, y, x = np.nonzero(marked)
    distance[t, y, label, x] = 0

    def settle(some: np.ndarray) -> None:
        first = True
        for _ in range(PASSES):
            if not _pass(some, luminance, first):
                break
            first = False

    share = max(4, -(-colors // (os.cpu_count() or 1)))  # colours a thread
    list(in_threads(settle, [distance[:, :, c : c + share] for c in range(0, colors, share)]))
    return distance


def _pass(distance: np.ndarray, luminance: np.ndarray, first: bool) -> bool:
    """Sweep every frame, forwards and backwards in time; whether anything got nearer."""
    frames = len(distance)
    changed = False
    for t in range(frames):
        if t:
            changed |= _from_frame(distance, luminance, t - 1, t)
        changed |= _sweep(distance[t], luminance[t], first)
    for t in range(frames - 2, -1, -1):
        if _from_frame(distance, luminance, t + 1, t):
            changed |= _sweep(distance[t], luminance[t], True)
    return changed


def _from_frame(distance: np.ndarray, luminance: np.ndarray, start: int, end: int) -> bool:
    """Spread distances from one frame to the next, in place."""
    step = np.abs(luminance[start] - luminance[end]) + STEP
    return _nearer(distance[end], distance[start] + step[:, None])


def _sweep(distance: np.ndarray, luminance: np.ndarray, all_rows: bool) -> bool:
    """Spread distances (H, C, W) down and then up the rows, in place.

    Rows that nothing new reaches are left out, unless ``all_rows``.
    """
    down = np.abs(np.diff(luminance, axis=0)) + STEP
    aside = np.zeros_like(luminance)
    np.cumsum(np.abs(np.diff(luminance, axis=1)) + STEP, axis=1, out=aside[:, 1:])
    changed = all_rows
    if all_rows:
        _spread(distance[0], aside[0])
    for row in range(1, len(distance)):
        nearer = _nearer(distance[row], distance[row - 1] + down[row - 1])
        if nearer or all_rows:
            _spread(distance[row], aside[row])
        changed |= nearer
    for row in reversed(range(len(distance) - 1)):
        if _nearer(distance[row], distance[row + 1] + down[row]):
            _spread(distance[row], aside[row])
            changed = True
    return changed


def _nearer(distance: np.ndarray, candidate: np.ndarray) -> bool:
    """Take the smaller values, in place; whether any is smaller by more than what counts."""
    limit = distance * np.float32(1 - SETTLED)
    if not (candidate < limit).any():
        return False
    np.minimum(distance, candidate, out=distance)
    return True


def _spread(line: np.ndarray, position: np.ndarray) -> None:
    """Spread the distances (C, W) of one row to both sides, in place."""
    right = line - position
    np.minimum.accumulate(right, axis=1, out=right)
    right += position
    left = (line + position)[:, ::-1]
    np.minimum.accumulate(left, axis=1, out=left)
    left = left[:, ::-1] - position
    np.minimum(line, right, out=line)
    np.minimum(line, left, out=line)
