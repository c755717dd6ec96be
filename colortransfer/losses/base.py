"""Loss terms: what they are, and how they add up.

A term compares the current image I with a `Scene`: the original I_0, the pixels that count, what is
asked. What depends on the scene alone is computed once per fit (``prepare``) and handed to every
step as tensors, so that one compiled graph serves all photographs. Terms are immutable:
``2 * term`` is a new one.
"""

from __future__ import annotations

import dataclasses
import inspect
from abc import ABC, abstractmethod
from collections.abc import Callable
from typing import Any, ClassVar

import tensorflow as tf

from ..errors import InputError
from ..names import numbered
from ..shapes import open_sizes
from ..targets import Target
from ..typing import ColorLike, ImageTensor, Scalar
from .scene import Scene

LossFunction = Callable[[tf.Tensor, tf.Tensor, tf.Tensor], tf.Tensor]
# The history keeps the sum, the parametrization's penalty, what a goal lacks, under these names.
RESERVED = {"loss", "penalty", "missed"}


class Loss(ABC):
    """One term of a loss, or a sum of terms. Combine with ``+`` and ``*``.

    Images are float32 tensors (height, width, 3), sRGB in [0, 1]. Only pixels with a weight count.

    Attributes
    ----------
    name : str
        Under which the history keeps the term's values.
    minimum_size : int
        Smallest side, in pixels, of an image that the term can compare.
    pulls : bool
        Whether the term pulls at the target, which then is not reached at every step.

    Examples
    --------
    >>> class Brightness(Loss):
    ...     name = "brightness"
    ...     def value(self, image, scene, prepared):
    ...         return scene.mean(image)
    >>> white, black = np.ones((4, 4, 3)), np.zeros((4, 4, 3))
    >>> float((2.0 * Brightness())(white, black, "white"))
    2.0
    """

    name: ClassVar[str]
    minimum_size: int = 1
    pulls: ClassVar[bool] = False

    def __init_subclass__(cls, **options: Any) -> None:
        """Tell who wrote a term for version 0.1 what has changed, before a graph is traced."""
        super().__init_subclass__(**options)
        for name, now in (("prepare", "scene"), ("value", "image, scene, prepared")):
            if "color" in inspect.signature(getattr(cls, name)).parameters:
                raise InputError(
                    f"{cls.__name__}.{name} is written for version 0.1; it is {name}({now}) now: "
                    "scene has the original, the colour and the weights of pixels"
                )

    def warnings(self, height: int, width: int) -> list[str]:
        """What a user should know about the term at this image size."""
        return []

    def prepare(self, scene: Scene) -> Any:
        """What the value needs beside the scene: any structure of tensors, once per fit."""
        return ()

    def signature(self, prepared: Any) -> Any:
        """Types of what `prepare` returned: `tf.TensorSpec`, what varies in size left open.

        By default `shapes.open_sizes`: height and width of maps and images. Terms that prepare
        other things, such as kernels or lists of indices, say themselves which axes are open.
        """
        return open_sizes(prepared)

    @abstractmethod
    def value(self, image: ImageTensor, scene: Scene, prepared: Any) -> Scalar:
        """The term's value, a scalar; runs inside the graph at every step."""

    def __call__(
        self, current: ImageTensor, original: ImageTensor, target: Target | ColorLike
    ) -> Scalar:
        """Value for one pair of images, of which all pixels count, outside a fit.

        Parameters
        ----------
        current, original
            Floats (H, W, 3), sRGB in [0, 1].
        target
            A colour or another target.
        """
        scene = Scene.whole(original, target)
        return self.value(tf.convert_to_tensor(current, tf.float32), scene, self.prepare(scene))

    def __add__(self, other: Loss | LossFunction) -> LossSum:
        return LossSum((*_terms(self), *_terms(as_loss(other))))

    def __radd__(self, other: Loss | LossFunction) -> LossSum:
        return as_loss(other) + self

    def __mul__(self, weight: float) -> LossSum:
        return LossSum(tuple(_Weighted(t.loss, t.weight * float(weight)) for t in _terms(self)))

    __rmul__ = __mul__


@dataclasses.dataclass(frozen=True)
class _Weighted:
    loss: Loss
    weight: float


def _terms(loss: Loss) -> tuple[_Weighted, ...]:
    return loss.terms if isinstance(loss, LossSum) else (_Weighted(loss, 1.0),)


@dataclasses.dataclass(frozen=True)
class LossSum(Loss):
    """A weighted sum of terms; keeps the value of each under its name.

    Examples
    --------
    >>> from colortransfer.losses import BlurLoss, ChangeLoss
    >>> (BlurLoss() + 0.5 * ChangeLoss()).names
    ['blur', 'change']
    """

    name: ClassVar[str] = "sum"
    terms: tuple[_Weighted, ...]

    def __post_init__(self) -> None:
        taken = RESERVED & set(self.names)
        if taken:
            raise InputError(f"a loss term cannot be called {taken.pop()!r}; give it another name")

    @property
    def minimum_size(self) -> int:  # type: ignore[override]
        return max(term.loss.minimum_size for term in self.terms)

    @property
    def pulls(self) -> bool:  # type: ignore[override]
        return any(term.loss.pulls for term in self.terms)

    @property
    def names(self) -> list[str]:
        """The terms' names in order; a repeated name gets a number: blur, blur_2, ..."""
        return numbered(term.loss.name for term in self.terms)

    def without(self, *names: str) -> LossSum:
        """The sum of the other terms.

        Raises
        ------
        InputError
            If there is no term of that name, or none is left.

        Examples
        --------
        >>> from colortransfer.losses import BlurLoss, ChangeLoss
        >>> (BlurLoss() + 0.5 * ChangeLoss()).without("blur").names
        ['change']
        """
        unknown = sorted(set(names) - set(self.names))
        if unknown:
            raise InputError(f"no term is called {unknown[0]!r}; there are {', '.join(self.names)}")
        kept = [t for t, name in zip(self.terms, self.names, strict=True) if name not in names]
        if not kept:
            raise InputError("no term would be left")
        return LossSum(tuple(kept))

    def warnings(self, height: int, width: int) -> list[str]:
        return [text for term in self.terms for text in term.loss.warnings(height, width)]

    def prepare(self, scene: Scene) -> Any:
        return [term.loss.prepare(scene) for term in self.terms]

    def signature(self, prepared: Any) -> Any:
        return [t.loss.signature(p) for t, p in zip(self.terms, prepared, strict=True)]

    def values(self, image: ImageTensor, scene: Scene, prepared: Any) -> dict[str, Scalar]:
        """Each term's value times its weight, by name."""
        return {
            name: tf.cast(term.weight * term.loss.value(image, scene, p), tf.float32)
            for name, term, p in zip(self.names, self.terms, prepared, strict=True)
        }

    def value(self, image: ImageTensor, scene: Scene, prepared: Any) -> Scalar:
        return tf.add_n(list(self.values(image, scene, prepared).values()))


@dataclasses.dataclass(frozen=True)
class FunctionLoss(Loss):
    """A plain function ``(current, original, color) -> scalar`` as a term.

    Examples
    --------
    >>> def brightness(current, original, color):
    ...     return tf.reduce_mean(current)
    >>> term = FunctionLoss(brightness)
    >>> term.name, float(term(np.ones((4, 4, 3)), np.zeros((4, 4, 3)), "white"))
    ('brightness', 1.0)
    """

    function: LossFunction

    @property
    def name(self) -> str:  # type: ignore[override]
        return getattr(self.function, "__name__", type(self.function).__name__)

    def value(self, image: ImageTensor, scene: Scene, prepared: Any) -> Scalar:
        # In the graph of a fit, which is traced without AutoGraph, it may still branch on tensors.
        function = self.function if tf.executing_eagerly() else tf.function(self.function)
        value = tf.convert_to_tensor(function(image, scene.original, scene.color))
        if value.shape.rank != 0:
            raise InputError(f"the loss {self.name!r} must return a scalar; use tf.reduce_mean")
        return value


def as_loss(loss: Any) -> Loss:
    """``loss`` itself, or a function as a term: ``2.0 * as_loss(my_term)``. Also a decorator.

    Examples
    --------
    >>> @as_loss
    ... def brightness(current, original, color):
    ...     return tf.reduce_mean(current)
    >>> (2.0 * brightness).names
    ['brightness']
    """
    if isinstance(loss, Loss):
        return loss
    if callable(loss):
        return FunctionLoss(loss)
    raise InputError(f"not a loss: {loss!r}; give a Loss or a function (current, original, color)")
