"""What a method is, which ones there are, and how to name one with its options."""

from __future__ import annotations

import dataclasses
import functools
import inspect
import json
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, ClassVar, Literal, Protocol, TypeVar

from ..errors import InputError

if TYPE_CHECKING:
    from ..edit import Edit

# A mean colour; a photograph whose colours are taken; several of them, to choose from; None.
Takes = Literal["color", "reference", "references", "nothing"]


class Method(Protocol):
    """A way to edit an image; options are the keyword arguments of its class.

    Attributes
    ----------
    name : str
        What it is called in `METHODS`, on the command line and in tables.
    takes : str
        The target of `fit`: "color" is a mean colour ("#5b86b4", or three floats in [0, 1]),
        "reference" an image whose colours are taken, "references" one such image or a list,
        "nothing" None.
    has_transform : bool
        Whether the edit can be applied to other images: `Edit.transform` is not None.

    Examples
    --------
    >>> METHODS["shift"].takes, METHODS["shift"].has_transform
    ('color', True)
    >>> METHODS["shift"](space="oklab").fit(photo, "#5b86b4").image.shape
    (40, 56, 3)
    """

    name: ClassVar[str]
    takes: ClassVar[Takes]
    has_transform: ClassVar[bool]

    def fit(self, image: Any, target: Any, *, callbacks: Sequence[Any] = ()) -> Edit:
        """Edit one image.

        Parameters
        ----------
        image
            Array or tensor (H, W), (H, W, 1), (H, W, 3) or (H, W, 4), sRGB: uint8, uint16, or
            floats in [0, 1]. It is not changed.
        target
            What ``takes`` says.
        callbacks
            Methods that iterate call each of them after every step with an ``optimizers.Step``;
            one that returns True ends the fit. Others ignore them.

        Returns
        -------
        Edit
            The edited image, the transform if there is one, errors and warnings.

        Raises
        ------
        InputError
            If the image or the target cannot be used; the message names the remedy.
        """


METHODS: dict[str, type[Method]] = {}
"""Every method by its name; `register` adds to it."""

M = TypeVar("M", bound=type[Method])


def register(method: M) -> M:
    """Add a class of methods to `METHODS` under its ``name``; can be used as a decorator.

    Parameters
    ----------
    method
        A class as `Method` describes it. Its module should import what is heavy (TensorFlow) only
        when a method is made or used.

    Returns
    -------
    type
        The class itself.

    Raises
    ------
    InputError
        If the name is taken, or the class lacks what a method has.

    Examples
    --------
    >>> from colortransfer.methods import METHODS, register
    >>> from colortransfer.edit import Edit
    >>> @register
    ... class Identity:
    ...     name, takes, has_transform = "identity", "color", False
    ...
    ...     def fit(self, image, target, *, callbacks=()):
    ...         return Edit(image, None)
    >>> METHODS["identity"]().fit("any image", "#5b86b4").image
    'any image'
    """
    missing = [a for a in ("name", "takes", "has_transform", "fit") if not hasattr(method, a)]
    if missing:
        raise InputError(f"{method!r} is not a method: it has no {', '.join(missing)}")
    if method.name in METHODS:
        raise InputError(f"there is a method {method.name!r} already; choose another name")
    METHODS[method.name] = method
    return method


@dataclasses.dataclass(frozen=True)
class Spec:
    """A method and its options as plain data, to be pickled or sent in place of the method.

    Parameters
    ----------
    method
        A name in `METHODS`.
    options
        Keyword arguments of the method's class: numbers, strings, booleans, None, and lists of
        them.

    Raises
    ------
    InputError
        If there is no such method, or the options are not plain data.

    Examples
    --------
    >>> import numpy as np
    >>> from colortransfer.methods import Spec
    >>> image = np.linspace(0, 1, 300).reshape(10, 10, 3)
    >>> edit = Spec("shift", {"form": "midtone"}).build().fit(image, "#5b86b4")
    >>> edit.color_error < 1e-4
    True
    """

    method: str
    options: Mapping[str, Any] = dataclasses.field(default_factory=dict)

    def __post_init__(self) -> None:
        _class_of(self.method)
        object.__setattr__(self, "options", dict(self.options))
        _ = self._text

    def __hash__(self) -> int:
        return hash((self.method, self._text))

    @property
    def _text(self) -> str:
        try:
            return json.dumps(self.options, sort_keys=True)
        except (TypeError, ValueError) as error:
            raise InputError(f"options of {self.method} are not plain data: {error}") from error

    def build(self) -> Method:
        """The method. In one process every equal Spec gives the same one, built once."""
        return _built(self.method, self._text)


@functools.lru_cache(maxsize=16)  # a method may hold networks
def _built(name: str, text: str) -> Method:
    options = json.loads(text)
    method = _class_of(name)
    known = inspect.signature(method).parameters.values()
    if not any(parameter.kind is parameter.VAR_KEYWORD for parameter in known):
        check_options(name, method, options)  # others are a function's, which the method asks
    return method(**options)


def check_options(name: str, function: Callable[..., Any], options: Mapping[str, Any]) -> None:
    """InputError if ``function`` has no such options."""
    known = inspect.signature(function).parameters.values()
    names = [p.name for p in known if p.kind is p.KEYWORD_ONLY or p.default is not p.empty]
    unknown = [option for option in options if option not in names]
    if unknown:
        there = f"it has {', '.join(names)}" if names else "it has none"
        raise InputError(f"method {name!r} has no option {unknown[0]!r}; {there}")


def _class_of(name: str) -> type[Method]:
    if name not in METHODS:
        raise InputError(f"there is no method {name!r}; there are {', '.join(METHODS)}")
    return METHODS[name]
