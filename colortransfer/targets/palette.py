"""Which colours dominate a picture."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

import numpy as np
from scipy import optimize

from .. import colors
from ..colors.dominant import dominant_colors
from ..errors import InputError
from ..images.canvas import Canvas, as_canvas
from ..images.working_copy import WorkingCopy
from ..typing import Centres, ColorList, ImageLike
from .base import Target
from .dominant import DominantColors, sampled_lab

COUNT = 5  # dominant colours of a picture of which some are to change
FAR = 40.0  # CIELAB units from a colour to the dominant one that it is taken for


@dataclasses.dataclass(frozen=True, eq=False)
class Palette(Target):
    """The picture's dominant colours are these.

    Dominant colours are the centres of soft clusters: fuzzy c-means in CIELAB (Bezdek 1981, with
    m = 1.5), started from k-means; `colors.dominant.dominant_colors` has the formulas. The error is
    the largest CIEDE2000 between a colour and the centre that soft clusters of the result have when
    they start from the colours asked for.

    Parameters
    ----------
    asked
        Colours, at most 16.
    sources
        As many colours: the dominant colours of the picture that become them. The nearest ones are
        meant, each once. None: every dominant colour of the picture becomes one of ``asked``, such
        that they move least (the sum of squared distances in CIELAB).
    count
        Of the picture's dominant colours, with ``sources``; those that are not named stay.

    Raises
    ------
    InputError
        If an argument cannot be used, the picture has fewer colours, is grey, or has no dominant
        colour near a source.

    Examples
    --------
    >>> Palette(["#203040", "#a08060"]).asked.round(2).tolist()
    [[0.13, 0.19, 0.25], [0.63, 0.5, 0.38]]
    """

    asked: Any  # given as colours, kept as (k, 3)
    sources: Any = dataclasses.field(default=None, kw_only=True)
    count: int = dataclasses.field(default=COUNT, kw_only=True)

    exact: ClassVar[bool] = True

    def __post_init__(self) -> None:
        object.__setattr__(self, "asked", _parsed(self.asked))
        if not 1 <= self.count <= 16:
            raise InputError(f"count is a number of dominant colours from 1 to 16: {self.count!r}")
        if self.sources is None:
            object.__setattr__(self, "count", len(self.asked))
            return
        object.__setattr__(self, "sources", _parsed(self.sources))
        if len(self.sources) != len(self.asked):
            raise InputError("a palette has one source for each colour")
        if len(self.sources) > self.count:
            raise InputError(f"there are {self.count} dominant colours; give fewer, or count=")

    @classmethod
    def change(cls, colors: Mapping[Any, Any], *, count: int = COUNT) -> Palette:
        """Some dominant colours become others, and the rest stays.

        Parameters
        ----------
        colors
            From colours, of which the nearest dominant ones are meant, to what they become.
        count
            Of the picture's dominant colours.

        Examples
        --------
        >>> Palette.change({"#aa5533": "#3355aa"}).count
        5
        """
        if not isinstance(colors, Mapping) or not colors:
            raise InputError('a change of palette is a mapping such as {"#aa5533": "#3355aa"}')
        return cls(list(colors.values()), sources=list(colors), count=count)

    def resolved(self, canvas: Canvas) -> DominantColors:
        if canvas.grey:
            raise InputError("the picture is grey: leave out Palette, or tint it first")
        found = dominant_colors(sampled_lab(canvas), self.count)
        if len(found) < self.count:
            raise InputError(f"the picture has {len(found)} colours only; ask for so many at most")
        before = np.clip(colors.lab_to_srgb(found), 0, 1)
        wanted = before.copy()
        if self.sources is None:
            wanted[_assigned(self.asked, found)] = self.asked
        else:
            chosen = _assigned(self.sources, found)
            self._check_near(found[chosen], before)
            wanted[chosen] = self.asked
        return DominantColors(wanted, found)

    def _check_near(self, chosen: ColorList, before: Centres) -> None:
        away = np.linalg.norm(colors.srgb_to_lab(self.sources) - chosen, axis=1)
        if away.max() > FAR:
            name = colors.to_hex(self.sources[away.argmax()])
            there = ", ".join(colors.to_hex(color) for color in before)
            raise InputError(f"no dominant colour is near {name}; there are {there}")

    def contradicts(self, other: Target) -> str | None:
        return "Palette says what becomes of all colours; leave out what is asked beside it"

    def bind(self, copy: WorkingCopy) -> Any:
        raise InputError("a palette is bound to a picture by `resolved`")

    def errors(self, image: ImageLike) -> dict[str, float]:
        return self.resolved(as_canvas(image)).errors(image)


def _parsed(given: Any) -> ColorList:
    """Colours (k, 3), one at least."""
    many = isinstance(given, Sequence | np.ndarray) and not isinstance(given, str)
    if not many or not 1 <= len(given) <= 16:
        raise InputError(f"a palette is a list of 1 to 16 colours, not {given!r}")
    return np.stack([colors.parse_color(color) for color in given])


def _assigned(asked: ColorList, found: Centres) -> np.ndarray:
    """Which of the centres (n, 3), CIELAB, each colour (k, 3), sRGB, is paired with, k <= n."""
    away = np.square(colors.srgb_to_lab(asked)[:, None] - found).sum(-1)
    return np.asarray(optimize.linear_sum_assignment(away)[1])
