"""The grade of a clip: what is seen of its frames, and the fit of each shot."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any

import numpy as np

from ..errors import InputError
from ..transforms import Transform
from ..transforms.pointwise import PointwiseTransform
from .color_counts import ColorCounts
from .grade import Grade, ShotGrade, missing, mixable
from .shots import Look, shots

PIXELS = 1 << 16  # of a frame that are looked at
TILES = 4  # frames of a mosaic


def grid_of(number: int, height: int, width: int) -> tuple[int, tuple[int, int]]:
    """Which pixels of a frame are looked at: every how many, and from which row and column on.

    The grid moves from frame to frame, so that no pattern hides between its lines.

    Examples
    --------
    >>> grid_of(0, 480, 640), grid_of(1, 1080, 1920)
    ((2, (0, 0)), (6, (3, 2)))
    """
    step = max(1, round((width * height / PIXELS) ** 0.5))
    # Multiples of the golden ratio and of the square root of 2 fill [0, 1) evenly.
    return step, (int(number * 0.618034 % 1 * step), int(number * 0.414214 % 1 * step))


class Fit:
    """From a mosaic of frames (H, W, 3) to its edit, by a method; None is `FeatureMatcher`.

    Parameters
    ----------
    method
        What has ``fit(image, target)``.
    color
        (3,), sRGB in [0, 1].
    """

    def __init__(self, method: Any, color: np.ndarray) -> None:
        self._method, self.color = method, color

    def load(self, mosaic: np.ndarray) -> None:
        """Load and compile what fits of the default need; any mosaic will do."""
        if self._method is None:
            self(mosaic)

    def __call__(self, mosaic: np.ndarray) -> Transform:
        """The edit; InputError where those of the method know places."""
        if self._method is None:
            from ..feature_matcher import FeatureMatcher

            self._method = FeatureMatcher()
        transform = self._method.fit(mosaic, tuple(self.color)).transform
        if not isinstance(transform, PointwiseTransform):
            raise InputError(
                "this method's edits depend on the place, and a clip needs one of colours alone; "
                "use FeatureMatcher()"
            )
        found: Transform = transform
        return found


class _Key:
    """What belongs to a key frame: the colours near it in time, and some frames for the fit."""

    def __init__(self, time: float) -> None:
        self.time = time
        self.seen = ColorCounts()
        self._tiles: list[np.ndarray] = []
        self._every, self._seen = 1, 0

    def add(self, look: Look, weight: float) -> None:
        self.seen.add(look.rgb, weight)
        if self._seen % self._every == 0:
            self._tiles.append(_reduced(look.rgb))
        self._seen += 1
        if len(self._tiles) >= 4 * TILES:  # evenly spread ones stay, however long it goes on
            self._tiles = self._tiles[::2]
            self._every *= 2

    @property
    def empty(self) -> bool:
        """Whether no frame is near it."""
        return not self._tiles

    def mosaic(self) -> np.ndarray:
        """Frames of its time in a square, float32 (H, W, 3)."""
        places = (np.arange(TILES) + 0.5) / TILES * len(self._tiles)
        chosen = [self._tiles[int(place)] for place in places]
        lines = [np.concatenate(chosen[i : i + 2], 1) for i in range(0, TILES, 2)]
        return np.concatenate(lines)


def _reduced(rgb: np.ndarray) -> np.ndarray:
    """An image (h, w, 3) of at most about 128 pixels a side, by means of blocks."""
    factor = -(-max(rgb.shape) // 128)
    height, width = (max(1, side // factor) for side in rgb.shape[:2])
    if factor == 1:
        return rgb
    cut = rgb[: height * factor, : width * factor]
    return cut.reshape(height, -1, width, factor, 3)[:, :factor].mean((1, 3), dtype=np.float32)


class _Shot:
    """A shot as its frames come by."""

    def __init__(self, look: Look, spacing: float) -> None:
        self.first, self._start, self._spacing = look.number, look.time, spacing
        self._keys: list[_Key] = []
        self._last = look.time

    def add(self, look: Look) -> None:
        place = max(0.0, (look.time - self._start) / self._spacing)
        left, self._last = int(place), look.time
        for number, share in ((left, 1 - (place - left)), (left + 1, place - left)):
            while len(self._keys) <= number:
                self._keys.append(_Key(self._start + len(self._keys) * self._spacing))
            if share > 0:
                self._keys[number].add(look, share)

    def grade(self, fit: Fit) -> ShotGrade:
        # A key frame after the end of the shot was for frames that did not come: those before it
        # have the edit of the last one within.
        within = [key for key in self._keys if key.time <= self._last and not key.empty]
        transforms = mixable([fit(key.mosaic()) for key in within])
        pairs = [(t, key.seen.colors()) for t, key in zip(transforms, within, strict=True)]
        pairs += [
            (transforms[-1], key.seen.colors())
            for key in self._keys
            if key.time > self._last and not key.empty
        ]
        shift = missing(pairs, fit.color)
        shifted = tuple(transform.shifted(shift) for transform in transforms)
        return ShotGrade(self.first, tuple(key.time for key in within), shifted)


def fitted(looks: Iterable[Look], fit: Fit, *, cut: bool, spacing: float) -> Grade:
    """The grade whose mean over each shot is the fit's color; the next shot is read meanwhile.

    Parameters
    ----------
    looks
        What is seen of the frames, in their order.
    fit
        From a mosaic of frames to a transform of colours.
    cut
        Whether shots are told from each other; otherwise the clip is one.
    spacing
        Seconds between key frames.
    """
    grades: list[Future[ShotGrade]] = []
    shot: _Shot | None = None
    with ThreadPoolExecutor(1, "colortransfer-fit") as thread:
        try:
            for look, begins in shots(looks) if cut else _uncut(looks):
                if shot is None:
                    thread.submit(fit.load, _reduced(look.rgb))
                elif begins:
                    for grade in grades[-1:]:  # one shot waits at most, and an error is soon told
                        grade.result()
                    grades.append(thread.submit(shot.grade, fit))
                if begins:
                    shot = _Shot(look, spacing)
                assert shot is not None
                shot.add(look)
        except BaseException:
            thread.shutdown(cancel_futures=True)
            raise
        if shot is None:
            raise InputError("the clip has no frames; give one that has")
        grades.append(thread.submit(shot.grade, fit))
    return Grade(tuple(grade.result() for grade in grades))


def _uncut(looks: Iterable[Look]) -> Iterator[tuple[Look, bool]]:
    return zip(looks, itertools.chain([True], itertools.repeat(False)), strict=False)
