"""What someone asks for: the method, what it is to reach, and the Python lines for the same."""

from __future__ import annotations

import dataclasses
import functools
import operator
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from .. import images
from ..colors import parse_color, to_hex
from ..errors import InputError
from ..methods import METHODS, Spec

STATISTICS = {  # of `targets`, by the names of Wish's attributes
    "saturation": "Saturation",
    "brightness": "Brightness",
    "contrast": "Contrast",
    "hue": "Hue",
}


@dataclasses.dataclass(frozen=True, kw_only=True)
class Choice:
    """A method as people choose it.

    Attributes
    ----------
    title : str
        What it is called.
    build : callable
        Makes it.
    code : str
        The Python expression that makes it.
    targets : bool
        Whether it takes masks and statistics, too.
    reference : bool
        Whether it takes a photograph in place of a colour.

    Examples
    --------
    >>> CHOICES["shift"].build().fit(photo, "#5b86b4").color_error < 0.002
    True
    """

    title: str
    build: Callable[[], Any]
    code: str
    targets: bool = False
    reference: bool = False


def _matcher(name: str) -> Any:
    from ..feature_extractors import InceptionV1
    from ..feature_matcher import FeatureMatcher

    if name == "paper":  # the paper's network is not part of the package
        return FeatureMatcher.paper(InceptionV1())
    return FeatureMatcher.v01() if name == "v01" else FeatureMatcher()


def _by_reference(name: str) -> Choice:
    title = (METHODS[name].__doc__ or name).partition(":")[0]
    code = f'METHODS["{name}"]()'
    return Choice(title=title, build=Spec(name).build, code=code, reference=True)


CHOICES: dict[str, Choice] = {
    "default": Choice(
        title="Feature matching, natural (default)",
        build=functools.partial(_matcher, "default"),
        code="FeatureMatcher()",
        targets=True,
    ),
    "v01": Choice(
        title="Feature matching, content alone",
        build=functools.partial(_matcher, "v01"),
        code="FeatureMatcher.v01()",
        targets=True,
    ),
    "paper": Choice(
        title="Feature matching as published",
        build=functools.partial(_matcher, "paper"),
        code="FeatureMatcher.paper(InceptionV1())",
    ),
    "gan": Choice(title="ColorGAN", build=Spec("gan").build, code='METHODS["gan"]()'),
    "shift": Choice(title="Mean shift", build=Spec("shift").build, code='METHODS["shift"]()'),
    "midtone": Choice(
        title="Shift of the mid-tones",
        build=Spec("shift", {"form": "midtone"}).build,
        code='METHODS["shift"](form="midtone")',
    ),
    **{
        name: _by_reference(name) for name, method in METHODS.items() if "reference" in method.takes
    },
}
PAPER_PIXELS = 1 << 20  # every pixel is a variable of the paper's fit: minutes and memory


@functools.lru_cache(maxsize=len(CHOICES))
def built(name: str) -> Any:
    """The method, once in a process: it holds networks and compiled graphs."""
    return CHOICES[name].build()


@dataclasses.dataclass(frozen=True, eq=False, kw_only=True)
class Wish:
    """An edit that is asked for.

    Attributes
    ----------
    color : str
        The mean colour: "#5b86b4", "teal"; empty where only statistics are asked for.
    method : str
        A key of `CHOICES`.
    reference : pathlib.Path or None
        The photograph whose colours are taken, of methods that take one.
    strength : float
        From 0 to 1.
    mask : ndarray or None
        uint8 (h, w), what may change; it is scaled to the photograph.
    keep_luminance, tint : bool
        See `targets.MeanColor`.
    saturation, brightness, contrast, hue : float or None
        See `colortransfer.targets`.

    Examples
    --------
    >>> wish = Wish(color="#5b86b4", method="shift", strength=0.5)
    >>> print(wish.lines("sea.jpg", "blue.jpg"))
    from colortransfer import images
    from colortransfer.methods import METHODS
    <BLANKLINE>
    photo = images.load("sea.jpg")
    edit = METHODS["shift"]().fit(photo, "#5b86b4").weakened(photo, 0.5)
    images.save("blue.jpg", edit.image)
    """

    color: str = ""
    method: str = "default"
    reference: Path | None = None
    strength: float = 1.0
    mask: np.ndarray | None = None
    keep_luminance: bool = False
    tint: bool = False
    saturation: float | None = None
    brightness: float | None = None
    contrast: float | None = None
    hue: float | None = None

    def check(self) -> None:
        """Raise InputError if it contradicts itself; the message names the remedy."""
        if self.method not in CHOICES:
            raise InputError(f"there is no method {self.method!r}; choose one of the list")
        choice = CHOICES[self.method]
        if choice.reference:
            if self.reference is None:
                raise InputError(f"{choice.title}: add another photograph, whose colours it takes")
        elif self.color:
            parse_color(self.color)
        elif not self.statistics:
            raise InputError("choose a colour first")
        if (self.statistics or self._placed) and not choice.targets:
            raise InputError("masks and statistics are for feature matching; choose another method")
        if self.statistics and self._placed:
            raise InputError("statistics are of the whole photograph; leave them or the mask out")
        if self._placed and not self.color:
            raise InputError("a mask needs a colour; choose one")

    @property
    def statistics(self) -> dict[str, float]:
        """Those that are asked for."""
        found = {name: getattr(self, name) for name in STATISTICS}
        return {name: float(value) for name, value in found.items() if value is not None}

    @property
    def _placed(self) -> bool:
        return self.mask is not None or self.keep_luminance or self.tint

    @property
    def suffix(self) -> str:
        """What is added to a photograph's name, of letters and digits."""
        by_color = self.color and not CHOICES[self.method].reference
        return to_hex(parse_color(self.color))[1:] if by_color else self.method.replace("-", "")

    def fit(self, photo: Any, *, callbacks: Sequence[Any] = ()) -> Any:
        """The `Edit` of a photograph, at the strength that is asked for."""
        self.check()
        if self.method == "paper" and photo.shape[0] * photo.shape[1] > PAPER_PIXELS:
            raise InputError("the published method is for up to 1 megapixel; reduce the photograph")
        edit = built(self.method).fit(photo, self.target(photo), callbacks=callbacks)
        return edit.weakened(photo, self.strength)

    def target(self, photo: Any) -> Any:
        """What the method is given."""
        if CHOICES[self.method].reference:
            return images.load(self.reference or "")
        if not self._placed and not self.statistics:
            return self.color
        from .. import targets

        if self._placed:
            mask = None if self.mask is None else fitted(self.mask, photo.shape[:2])
            return targets.MeanColor(
                self.color,
                mask=mask,
                luminance="keep" if self.keep_luminance else "free",
                tint=self.tint,
            )
        parts = [targets.MeanColor(self.color)] if self.color else []
        parts += [getattr(targets, STATISTICS[n])(v) for n, v in self.statistics.items()]
        return functools.reduce(operator.and_, parts)

    def lines(self, source: str, result: str, *, mask: str = "mask.png") -> str:
        """The Python lines that make ``result`` of ``source``; the files lie where they run."""
        choice = CHOICES[self.method]
        names, target = self._target_lines(mask)
        known = {
            "FeatureMatcher": "from colortransfer import FeatureMatcher, images",
            "InceptionV1": "from colortransfer.feature_extractors import InceptionV1",
            "METHODS": "from colortransfer.methods import METHODS",
        }
        imports = [line for name, line in known.items() if name in choice.code]
        if "METHODS" in choice.code:
            imports.insert(0, "from colortransfer import images")
        if names:
            imports.append(f"from colortransfer.targets import {', '.join(names)}")
        weaker = "" if self.strength == 1 else f".weakened(photo, {self.strength:g})"
        body = [
            f"photo = images.load({_quoted(source)})",
            f"edit = {choice.code}.fit(photo, {target}){weaker}",
            f"images.save({_quoted(result)}, edit.image)",
        ]
        return "\n".join([*imports, "", *body])

    def _target_lines(self, mask: str) -> tuple[list[str], str]:
        """The names of `targets` that are used, and the expression of the target."""
        if CHOICES[self.method].reference:
            name = "reference.jpg" if self.reference is None else self.reference.name
            return [], f"images.load({_quoted(name)})"
        color = _quoted(self.color)
        if self._placed:
            options = f", mask={_quoted(mask)}" if self.mask is not None else ""
            options += ', luminance="keep"' if self.keep_luminance else ""
            options += ", tint=True" if self.tint else ""
            return ["MeanColor"], f"MeanColor({color}{options})"
        if not self.statistics:
            return [], color
        parts = [f"MeanColor({color})"] if self.color else []
        parts += [f"{STATISTICS[name]}({value:g})" for name, value in self.statistics.items()]
        return sorted({part.partition("(")[0] for part in parts}), " & ".join(parts)


def fitted(mask: np.ndarray, size: tuple[int, int]) -> np.ndarray:
    """A mask, uint8, scaled to (height, width)."""
    from PIL import Image

    if mask.shape == size:
        return mask
    scaled = Image.fromarray(mask).resize(size[::-1], Image.Resampling.BILINEAR)
    return np.asarray(scaled)


def _quoted(text: str) -> str:
    import json

    return json.dumps(text, ensure_ascii=False)
