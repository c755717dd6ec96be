"""The edits of a clip: one a shot, or several that change into each other."""

from __future__ import annotations

import bisect
import dataclasses
from collections.abc import Sequence

import numpy as np

from ..exactness import exact_shift
from ..transforms import Lut3D, Transform

TABLE = 33  # points a side of tables that stand for other transforms where these are mixed


@dataclasses.dataclass(frozen=True, eq=False)
class ShotGrade:
    """The edit of a shot: transforms at times in seconds, mixed linearly between them.

    Before the first and after the last time they are used as they are.

    Examples
    --------
    >>> black, white = (Lut3D(np.full((2, 2, 2, 3), value)) for value in (0.0, 1.0))
    >>> grade = ShotGrade(0, (0.0, 10.0), (black, white))
    >>> grade.at(2.5).table[0, 0, 0].tolist()
    [0.25, 0.25, 0.25]
    """

    first: int  # number of its first frame
    times: tuple[float, ...]
    transforms: tuple[Transform, ...]

    def at(self, time: float) -> Transform:
        """The transform at a time in seconds."""
        after = bisect.bisect_right(self.times, time)
        if after == 0 or after == len(self.times):
            return self.transforms[min(after, len(self.times) - 1)]
        start, end = self.times[after - 1 : after + 1]
        share = (time - start) / (end - start)
        one, other = self.transforms[after - 1 : after + 1]
        assert isinstance(one, Lut3D)
        assert isinstance(other, Lut3D)
        return Lut3D((1 - share) * one.table + share * other.table)


@dataclasses.dataclass(frozen=True, eq=False)
class Grade:
    """The edits of all shots of a clip, in their order.

    Examples
    --------
    >>> black, white = (Lut3D(np.full((2, 2, 2, 3), value)) for value in (0.0, 1.0))
    >>> grade = Grade((ShotGrade(0, (0.0,), (black,)), ShotGrade(25, (1.0,), (white,))))
    >>> grade.at(30, 1.2) == white
    True
    """

    shots: tuple[ShotGrade, ...]

    def at(self, number: int, time: float) -> Transform:
        """The transform of the frame with this number, from 0, at a time in seconds."""
        starts = [shot.first for shot in self.shots]
        return self.shots[max(0, bisect.bisect_right(starts, number) - 1)].at(time)


def mixable(transforms: Sequence[Transform]) -> tuple[Transform, ...]:
    """The transforms as tables of one size, unless there is only one.

    Examples
    --------
    >>> one, other = mixable([Lut3D.sample(lambda x: x, 2), Lut3D.sample(lambda x: x, 5)])
    >>> one.table.shape == other.table.shape
    True
    """
    if len(transforms) == 1:
        return tuple(transforms)
    sizes = {t.table.shape[0] if isinstance(t, Lut3D) else 0 for t in transforms}
    if len(sizes) == 1 and 0 not in sizes:
        return tuple(transforms)
    return tuple(Lut3D.sample(t.map_colors, TABLE) for t in transforms)


def missing(
    pairs: Sequence[tuple[Transform, tuple[np.ndarray, np.ndarray]]], color: np.ndarray
) -> np.ndarray:
    """The shift (3,) of all transforms that makes ``color`` the mean of what they edit.

    Each has what it is made for: colours (n, 3) and counts (n,).

    Examples
    --------
    >>> same = Lut3D.sample(lambda x: x, 2)
    >>> missing([(same, (np.full((1, 3), 0.5), np.ones(1)))], np.full(3, 0.25)).round(3).tolist()
    [-0.25, -0.25, -0.25]
    """
    values = [t.map_colors(found.astype(np.float32)) for t, (found, _) in pairs]
    counts = np.concatenate([counts for _, (_, counts) in pairs])
    return exact_shift(np.concatenate(values), color, weights=counts, tolerance=1e-6)
