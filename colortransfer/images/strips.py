"""How a picture is divided for the work on it: one system for everything that passes over pixels.

A *strip* is what a thread takes at a time, whole rows of the picture. Work without places may take
a run of pixels in reading order instead: such a picture is one pixel wide. Where every share of the
work has a table of its own to fill, shares are *blocks*, large enough for the tables to cost
little. Inside of either, *chunks* are small enough for floats of them to stay in the processor's
cache.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

STRIP = 1 << 16  # pixels
CHUNK = 1 << 14
BLOCK = 1 << 19


def strips(height: int, width: int = 1, *, margin: int = 0) -> list[slice]:
    """The rows of a picture, at most ``STRIP`` pixels at a time (but a row at least).

    Work that sees ``margin`` rows above and below its own takes strips of four margins at least.
    """
    return _parts(height, max(1, STRIP // width, 4 * margin))


def blocks(pixels: int) -> list[slice]:
    """The pixels of a picture in reading order, ``BLOCK`` at a time."""
    return _parts(pixels, BLOCK)


def chunks(span: slice) -> Iterator[slice]:
    """The pixels of a strip or a block, ``CHUNK`` at a time."""
    for start in range(span.start, span.stop, CHUNK):
        yield slice(start, min(start + CHUNK, span.stop))


def _parts(length: int, size: int) -> list[slice]:
    return [slice(start, min(start + size, length)) for start in range(0, length, size)]


def mirrored(start: int, stop: int, size: int) -> np.ndarray:
    """Indices from ``start`` to ``stop`` of ``size`` things, mirrored at both ends.

    Examples
    --------
    >>> mirrored(-2, 5, 3).tolist()
    [1, 0, 0, 1, 2, 2, 1]
    """
    places = np.arange(start, stop) % (2 * size)
    return np.minimum(places, 2 * size - 1 - places)
