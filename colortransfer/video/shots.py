"""Where a clip is cut: frames unlike the one before, much more so than those around them."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator
from typing import NamedTuple, TypeVar

import numpy as np

BLOCKS = (18, 32)  # of a frame, whose mean colours are compared
LEAST = 0.06  # difference of a cut, mean over blocks and channels, in [0, 1]
TIMES = 3.0  # as much as the frames around it differ
AROUND = 3  # frames before and after
SHORTEST = 8  # frames of a shot: what is shorter is a flash

Item = TypeVar("Item")


class Look(NamedTuple):
    """Colours (h, w, 3) of some of a frame's pixels, its number, and its time in seconds."""

    number: int
    time: float
    rgb: np.ndarray


def blocks_of(rgb: np.ndarray) -> np.ndarray:
    """Mean colours of blocks of an image (h, w, 3): at most (18, 32, 3).

    Examples
    --------
    >>> blocks_of(np.ones((40, 50, 3))).shape
    (18, 32, 3)
    """
    for axis, most in enumerate(BLOCKS):
        starts = np.linspace(0, rgb.shape[axis], min(most, rgb.shape[axis]), endpoint=False)
        edges = starts.astype(np.intp)
        sizes = np.diff(np.append(edges, rgb.shape[axis]))
        shape = [-1 if a == axis else 1 for a in range(3)]
        rgb = np.add.reduceat(rgb, edges, axis) / sizes.reshape(shape)
    return rgb


def shots(looks: Iterable[Look]) -> Iterator[tuple[Look, bool]]:
    """Each look, and whether a shot begins with it; the first one always does.

    Notes
    -----
    A difference d_n of frame n from the one before it is the mean of the absolute differences of
    the `blocks_of` both. Frame n begins a shot where d_n >= 0.06 and d_n >= 3 times the mean of the
    differences of the three frames before and the three after it, so that motion and fades are
    none (Lienhart 1999 reviews such tests), and at least eight frames after the last one.

    Examples
    --------
    >>> black, white = np.zeros((9, 16, 3)), np.ones((9, 16, 3))
    >>> looks = [Look(n, n / 25, white if n >= 10 else black) for n in range(20)]
    >>> [look.number for look, begins in shots(looks) if begins]
    [0, 10]
    """
    window: list[tuple[Look, float]] = []  # looks that wait for those after them, and some before
    before: np.ndarray | None = None
    waiting, last = 0, -SHORTEST
    for look in itertools.chain(looks, itertools.repeat(None, AROUND)):
        if look is not None:
            blocks = blocks_of(look.rgb)
            differs = 0.0 if before is None else float(np.abs(blocks - before).mean())
            before = blocks
            window.append((look, differs))
            waiting += 1
        if waiting > AROUND or (look is None and waiting):
            place = len(window) - waiting
            begins = _is_cut(window, place, last)
            last = window[place][0].number if begins else last
            yield window[place][0], begins
            waiting -= 1
            # The looks themselves are let go; differences stay for those to come.
            window[place] = (window[place][0]._replace(rgb=np.empty((0, 0, 3))), window[place][1])
            del window[: max(0, place - AROUND)]


def _is_cut(window: list[tuple[Look, float]], place: int, last: int) -> bool:
    look, differs = window[place]
    if look.number == 0:
        return True
    around = [d for _, d in window[max(0, place - AROUND) : place]]
    around += [d for _, d in window[place + 1 : place + 1 + AROUND]]
    usual = float(np.mean(around)) if around else 0.0
    return differs >= max(LEAST, TIMES * usual) and look.number - last >= SHORTEST
