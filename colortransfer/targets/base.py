"""What an edit reaches: a statistic of the picture, and the value that it shall have.

A *target* is a plain value, good for any photograph: ``MeanColor("#5b86b4")``. Bound to one working
copy it becomes a *goal*: tensors, and what can be done with them inside a graph. Goals are named
tuples with methods, so that one compiled graph serves all goals of one type.
"""

from __future__ import annotations

import dataclasses
import functools
from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from typing import Any, ClassVar, NamedTuple, Protocol, runtime_checkable

import numpy as np
import tensorflow as tf

from ..edit import Edit
from ..errors import InputError
from ..images.canvas import Canvas
from ..images.working_copy import WorkingCopy
from ..names import numbered
from ..transforms import Transform
from ..typing import ImageLike, ImageTensor, Scalar, Shifts, Vector

COLORS = frozenset({"colors"})


@runtime_checkable
class Goal(Protocol):
    """A target bound to one working copy: a named tuple of tensors with these methods.

    Images are float32 (h, w, 3), sRGB; all but `baseline` runs inside the graph at every step. A
    goal that names a mean colour has it as ``color`` (3,). One whose projection may end at a limit
    has ``missed(image)``, a scalar that the fit adds to its losses: 0 where the goal is reached.

    Examples
    --------
    >>> from colortransfer.losses import Scene
    >>> goal = Scene.whole(photo / 255.0, "#5b86b4").goal
    >>> goal.deviation(goal.baseline(tf.constant(photo / 255.0, tf.float32))).shape
    TensorShape([3])
    """

    def deviation(self, image: ImageTensor) -> Vector:
        """What ``image`` has minus what is asked, (k,): 0 where reached; differentiable."""

    def project(self, image: ImageTensor) -> ImageTensor:
        """An image in [0, 1], near to ``image``, that reaches an exact target; differentiable."""

    def baseline(self, original: ImageTensor) -> ImageTensor:
        """The plain edit of ``original`` that reaches the goal: what a fit is compared with."""


class Target(ABC):
    """A statistic of the picture, and the value that it shall have.

    Subclasses are immutable and can be pickled. ``a & b`` asks for both.

    Attributes
    ----------
    exact : bool
        Whether goals can be reached by projection. Others can only be pulled at: the loss then
        needs a `losses.TargetLoss`.
    color : ndarray
        The mean colour that is asked for, sRGB (3,); only of targets that name one.
    places : int
        How many edits a fit makes: one, unless parts of the picture have their own.
    within : bool
        Whether it is about a part of the picture.
    varies : frozenset of str
        What a fit may change: "colors", "detail" (`parametrizations.Detail`).
    working_size : int
        Longest side that a working copy needs to show what it is about; 0: any will do.
    numbers : bool
        Whether all that is asked are numbers, such as a saturation, and no colours.
    turn : int
        Of several targets, those with a later turn are reached beside those before.

    Examples
    --------
    >>> from colortransfer.targets import MeanColor
    >>> target = MeanColor("#ffffff")
    >>> target.exact, target.errors(np.full((4, 4, 3), 0.75))
    (True, {'color': 0.25})
    """

    exact: ClassVar[bool] = False
    places: int = 1
    within: bool = False
    varies: frozenset[str] = COLORS
    working_size: int = 0
    numbers: bool = False
    turn: ClassVar[int] = 0

    def photograph(self, image: Any) -> Any:
        """What is edited: the image itself, or a grey one in the colours that it is to get."""
        return image

    def resolved(self, canvas: Canvas) -> Target:
        """The target for one picture: checked against it, and grey where the picture is grey.

        Raises
        ------
        InputError
            If it cannot be asked of this picture; the message names the remedy.
        """
        return self

    def joined(self, other: Target) -> Target | None:
        """What asks for this and another resolved target at once, where the two can be one."""
        return None

    def warnings(self, canvas: Canvas) -> tuple[str, ...]:
        """What whoever asks this of a picture should know, a sentence each."""
        return ()

    @abstractmethod
    def bind(self, copy: WorkingCopy) -> Goal:
        """The goal of a fit to one working copy, of a resolved target: once per fit, in numpy."""

    def start(self, original: ImageTensor, goal: Any) -> Shifts:
        """The shift (3,), float32, of the original's colours that a fit starts from.

        (k, 3) for k ``places``.
        """
        return tf.zeros([3])

    def finish(self, canvas: Canvas, transform: Transform) -> Edit:
        """The edit at full size; exact targets change the transform so that they are reached."""
        image = transform.redraw(canvas)
        return Edit(image=image, transform=transform, errors=self.errors(image))

    def finish_beside(
        self, canvas: Canvas, transform: Transform, others: Sequence[Target]
    ) -> Edit | None:
        """As :meth:`finish` for this and others at once; None where there is no such way."""
        return None

    def contradicts(self, other: Target) -> str | None:
        """Why both cannot be asked for, with the remedy; None where they can."""
        return None

    @abstractmethod
    def errors(self, image: ImageLike) -> dict[str, float]:
        """How far an edited image is from a resolved target, after rounding, by name."""

    def __and__(self, other: Target) -> Both:
        return Both(self, other)


class BothGoals(NamedTuple):
    """Two goals; what reaches the second is done to what reaches the first."""

    first: Any
    second: Any

    @property
    def color(self) -> tf.Tensor | None:
        return _named(self, "color")

    @property
    def relative(self) -> tf.Tensor | None:
        """Of the one with several places, how much of each is in a pixel, (h, w, k)."""
        return _named(self, "relative")

    def deviation(self, image: ImageTensor) -> Vector:
        return tf.concat([self.first.deviation(image), self.second.deviation(image)], 0)

    def project(self, image: ImageTensor) -> ImageTensor:
        return self.project_then(image, tf.identity)

    def project_then(self, image: ImageTensor, then: Callable[[Any], Any]) -> ImageTensor:
        """One inside the other where a goal can look for what the other leaves of it."""
        if (inside := getattr(self.second, "project_then", None)) is not None:
            return inside(image, lambda x: then(self.first.project(x)))
        return then(self.second.project(self.first.project(image)))

    def baseline(self, original: ImageTensor) -> ImageTensor:
        return self.second.baseline(self.first.baseline(original))

    def missed(self, image: ImageTensor) -> Scalar:
        parts = [goal.missed(image) for goal in self if hasattr(goal, "missed")]
        return tf.add_n([tf.constant(0.0), *parts])


@dataclasses.dataclass(frozen=True, eq=False)
class Both(Target):
    """Two targets at once, written ``first & second``; also of more, as each may be a `Both`.

    Statistics (`Saturation` and its like), and a mean colour beside them, are reached together; of
    others the second is reached after the first, and ``errors`` says what that undid.

    Parameters
    ----------
    first, second
        Targets.

    Examples
    --------
    >>> from colortransfer.targets import MeanColor
    >>> upper = np.zeros((40, 56), bool)
    >>> upper[:20] = True
    >>> both = MeanColor("#5b86b4", mask=upper) & MeanColor("#806040", mask=~upper)
    >>> both.exact, both.errors(photo).keys()
    (True, dict_keys(['color', 'color_2']))
    """

    first: Target
    second: Target

    @property
    def exact(self) -> bool:  # type: ignore[override]
        return self.first.exact and self.second.exact

    @property
    def color(self) -> np.ndarray | None:
        return _named(self, "color")

    @property
    def places(self) -> int:  # type: ignore[override]
        return max(self.first.places, self.second.places)

    @property
    def varies(self) -> frozenset[str]:  # type: ignore[override]
        return self.first.varies | self.second.varies

    @property
    def numbers(self) -> bool:  # type: ignore[override]
        return self.first.numbers and self.second.numbers

    @property
    def working_size(self) -> int:  # type: ignore[override]
        return max(self.first.working_size, self.second.working_size)

    @property
    def parts(self) -> list[Target]:
        """The targets that are no `Both` themselves."""
        found = []
        for part in (self.first, self.second):
            found += part.parts if isinstance(part, Both) else [part]
        return found

    def photograph(self, image: Any) -> Any:
        return self.second.photograph(self.first.photograph(image))

    def resolved(self, canvas: Canvas) -> Target:
        parts = self.parts
        for i, part in enumerate(parts):
            for other in parts[:i]:
                reason = part.contradicts(other) or other.contradicts(part)
                if reason:
                    raise InputError(reason)
        parts.sort(key=lambda part: part.turn)
        return functools.reduce(_together, [part.resolved(canvas) for part in parts])

    def warnings(self, canvas: Canvas) -> tuple[str, ...]:
        return (*self.first.warnings(canvas), *self.second.warnings(canvas))

    def bind(self, copy: WorkingCopy) -> BothGoals:
        return BothGoals(self.first.bind(copy), self.second.bind(copy))

    def start(self, original: ImageTensor, goal: Any) -> Shifts:
        return self.first.start(original, goal.first) + self.second.start(original, goal.second)

    def finish(self, canvas: Canvas, transform: Transform) -> Edit:
        *others, last = self.parts
        if (edit := last.finish_beside(canvas, transform, others)) is not None:
            return edit
        edit = self.first.finish(canvas, transform)
        assert edit.transform is not None
        edit = self.second.finish(canvas, edit.transform)
        return dataclasses.replace(edit, errors=self.errors(edit.image))

    def errors(self, image: ImageLike) -> dict[str, float]:
        found = [*self.first.errors(image).items(), *self.second.errors(image).items()]
        names = numbered(name for name, _ in found)
        return dict(zip(names, (error for _, error in found), strict=True))


def _together(first: Target, second: Target) -> Target:
    """Two resolved targets as one."""
    return first.joined(second) or Both(first, second)


def _named(pair: Any, name: str) -> Any:
    """What the first of the two has that has it."""
    found = getattr(pair.first, name, None)
    return getattr(pair.second, name, None) if found is None else found
