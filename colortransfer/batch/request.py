"""What is asked of a photograph, as plain data."""

from __future__ import annotations

import contextlib
import dataclasses
import functools
import operator
from collections.abc import Iterator
from typing import Any, Literal

from ..errors import InputError
from ..methods import METHODS
from . import storage

FILES = ("mask", "protect", "labels")


@dataclasses.dataclass(frozen=True, kw_only=True)
class Request:
    """What a photograph is to reach: plain data that is pickled, compared and written down.

    Attributes
    ----------
    color
        A colour as `colors.parse_color` takes it; kept as three floats.
    reference
        Files whose colours are taken: one, or several for methods that choose.
    reference_as
        What feature matching takes of it: its mean colour, or as `targets.Reference` has it.
    palette
        Pairs of the dominant colour that changes (None for all of them) and what it becomes.
    mask, protect, labels
        Files of the photograph's size; see `targets.MeanColor` and `targets.Regions`.
    regions
        Pairs of a label and its colour.
    keep_luminance, tint
        Those of `targets.MeanColor`.
    statistics
        Pairs of a class of `targets` and its value: ``(("Saturation", 1.2),)``.
    mean_space
        Where the mean is taken.

    Raises
    ------
    InputError
        If a colour cannot be read.

    Examples
    --------
    >>> Request(color="#ff0000").color
    (1.0, 0.0, 0.0)
    """

    color: Any = None
    reference: tuple[str, ...] = ()
    reference_as: Literal["mean", "moments", "palette", "distribution"] = "mean"
    palette: tuple[tuple[Any, Any], ...] = ()
    mask: str | None = None
    protect: str | None = None
    labels: str | None = None
    regions: tuple[tuple[int, Any], ...] = ()
    keep_luminance: bool = False
    tint: bool = False
    statistics: tuple[tuple[str, float], ...] = ()
    mean_space: Literal["srgb", "linear"] = "srgb"

    def __post_init__(self) -> None:
        set_field = functools.partial(object.__setattr__, self)
        if self.color is not None:
            set_field("color", _plain(self.color))
        set_field("reference", tuple(self.reference))
        set_field("regions", tuple((label, _plain(color)) for label, color in self.regions))
        pairs = ((None if old is None else _plain(old), _plain(new)) for old, new in self.palette)
        set_field("palette", tuple(pairs))

    @property
    def files(self) -> tuple[str, ...]:
        """Those that are read beside the photograph."""
        named = (getattr(self, name) for name in FILES)
        return (*self.reference, *(name for name in named if name is not None))

    @property
    def has_places(self) -> bool:
        """Whether it asks for more of a mean colour than the colour."""
        return bool(
            self.mask
            or self.protect
            or self.labels
            or self.regions
            or self.keep_luminance
            or self.tint
        )

    def check(self, method: str) -> None:
        """InputError if the method cannot do it, or nothing is asked for."""
        takes = METHODS[method].takes
        asked = self.color or self.reference or self.regions or self.palette or self.statistics
        if takes == "nothing":
            if asked or self.has_places:
                raise InputError(f"method {method} takes no colour; leave out what is asked for")
            return
        if takes != "color" and not self.reference:
            raise InputError(f"method {method} takes a reference; add one")
        if takes != "references" and len(self.reference) > 1:
            raise InputError(f"method {method} takes one reference")
        if (self.has_places or self.statistics) and method != "feature-matching":
            raise InputError("masks and statistics are for the method feature-matching")
        if self.palette and method != "feature-matching":
            raise InputError("palettes are for the method feature-matching")
        if not asked:
            raise InputError("no colour is asked for: add -c COLOR, or a column color or reference")

    @contextlib.contextmanager
    def on_disk(self) -> Iterator[Request]:
        """The same with every file on this machine's disks."""
        with contextlib.ExitStack() as stack:

            def here(name: str) -> str:
                return stack.enter_context(storage.local(name))

            given = {name: getattr(self, name) for name in FILES}
            found: dict[str, Any] = {k: here(v) for k, v in given.items() if v is not None}
            yield dataclasses.replace(self, reference=tuple(map(here, self.reference)), **found)

    def target(self, method: str) -> Any:
        """What the method's ``fit`` takes.

        Raises
        ------
        InputError, FileError
            If files cannot be used, or what is asked contradicts itself.

        Examples
        --------
        >>> Request(color="#ff0000").target("shift")
        (1.0, 0.0, 0.0)
        >>> Request(color="teal", tint=True).target("feature-matching").tint
        True
        """
        color = self.color
        if self.reference:
            from .. import images

            references = [images.load(name) for name in self.reference]
            takes = METHODS[method].takes
            if self.reference_as != "mean":
                from ..targets import Reference

                return Reference(references[0], what=self.reference_as)
            if takes == "references":
                return references
            if takes == "reference":
                return references[0]
            canvas = images.as_canvas(references[0], name="the reference")
            color = canvas.mean_color(self.mean_space)
        if self.palette:
            return self._of_palette()
        if self.statistics:
            return self._of_statistics(color)
        return self._of_places(color) if self.has_places else color

    def _of_places(self, color: Any) -> Any:
        from ..targets import MeanColor, Regions

        if self.regions:
            return Regions(self.labels, dict(self.regions), space=self.mean_space)
        return MeanColor(
            color,
            mask=self.mask,
            protect=self.protect,
            space=self.mean_space,
            luminance="keep" if self.keep_luminance else "free",
            tint=self.tint,
        )

    def _of_palette(self) -> Any:
        from ..targets import Palette

        sources, asked = zip(*self.palette, strict=True)
        return Palette(asked) if sources[0] is None else Palette(asked, sources=sources)

    def _of_statistics(self, color: Any) -> Any:
        """All that is asked for, and the colour beside it unless it is None."""
        from .. import targets

        parts = [] if color is None else [targets.MeanColor(color, space=self.mean_space)]
        parts += [getattr(targets, kind)(value) for kind, value in self.statistics]
        return functools.reduce(operator.and_, parts)


def _plain(color: Any) -> tuple[float, ...]:
    from ..colors import parse_color

    return tuple(parse_color(color).tolist())
