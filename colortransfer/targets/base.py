"""What an edit reaches: a statistic of the picture, and the value that it shall have.

A *target* is a plain value, good for any photograph: ``MeanColor("#5b86b4")``. Bound to one working
copy it becomes a *goal*: tensors, and what can be done with them inside a graph. Goals are named
tuples with methods, so that one compiled graph serves all goals of one type.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import TYPE_CHECKING, Any, ClassVar, Protocol

import tensorflow as tf

from ..edit import Edit
from ..images.canvas import Canvas
from ..images.working_copy import WorkingCopy
from ..transforms import Transform

if TYPE_CHECKING:
    from .both import Both


class Goal(Protocol):
    """A target bound to one working copy: a named tuple of tensors with these methods.

    Images are float32 (h, w, 3), sRGB; all but `baseline` runs inside the graph at every step. A
    goal that names a mean colour has it as ``color`` (3,).

    Examples
    --------
    >>> from colortransfer.losses import Scene
    >>> goal = Scene.whole(photo / 255.0, "#5b86b4").goal
    >>> goal.deviation(goal.baseline(tf.constant(photo / 255.0, tf.float32))).shape
    TensorShape([3])
    """

    def deviation(self, image: tf.Tensor) -> tf.Tensor:
        """What ``image`` has minus what is asked, (k,): 0 where reached; differentiable."""

    def project(self, image: tf.Tensor) -> tf.Tensor:
        """An image in [0, 1], near to ``image``, that reaches an exact target; differentiable."""

    def baseline(self, original: tf.Tensor) -> tf.Tensor:
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

    Examples
    --------
    >>> from colortransfer.targets import MeanColor
    >>> target = MeanColor("#ffffff")
    >>> target.exact, target.errors(np.full((4, 4, 3), 0.75))
    (True, {'color': 0.25})
    """

    exact: ClassVar[bool] = False

    def resolved(self, canvas: Canvas) -> Target:
        """The target for one picture: checked against it, and grey where the picture is grey.

        Raises
        ------
        InputError
            If it cannot be asked of this picture; the message names the remedy.
        """
        return self

    def warnings(self, canvas: Canvas) -> tuple[str, ...]:
        """What whoever asks this of a picture should know, a sentence each."""
        return ()

    @abstractmethod
    def bind(self, copy: WorkingCopy) -> Goal:
        """The goal of a fit to one working copy, of a resolved target: once per fit, in numpy."""

    def start(self, original: tf.Tensor, goal: Any) -> tf.Tensor:
        """The shift (3,), float32, of the original's colours that a fit starts from."""
        return tf.zeros([3])

    def finish(self, canvas: Canvas, transform: Transform) -> Edit:
        """The edit at full size; exact targets change the transform so that they are reached."""
        height = len(canvas.pixels)
        image = canvas.rebuild(
            lambda rows: transform.render_rows(canvas.rows(rows), rows.start, height)
        )
        return Edit(image=image, transform=transform, errors=self.errors(image))

    @abstractmethod
    def errors(self, image: Any) -> dict[str, float]:
        """How far an edited image is from a resolved target, after rounding, by name."""

    def __and__(self, other: Target) -> Both:
        from .both import Both

        return Both(self, other)
