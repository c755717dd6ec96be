"""How a method gives its edit: the function returns the image, `fit` the whole edit."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any, ParamSpec

from ..edit import Edit
from ..errors import InputError

Arguments = ParamSpec("Arguments")
METHODS: dict[str, Callable[..., Edit]] = {}


def gives_image(method: Callable[Arguments, Edit]) -> Callable[Arguments, Any]:
    """Make a method that returns an `Edit` return its image; the edit is what `fit` returns."""
    METHODS[method.__name__] = method

    @functools.wraps(method)
    def image_of(*args: Arguments.args, **options: Arguments.kwargs) -> Any:
        return method(*args, **options).image

    return image_of


def fit(name: str, image: Any, target: Any, **options: Any) -> Edit:
    """The edit that a method of this module makes, as a value.

    Parameters
    ----------
    name
        Name of the method: "shift", "reinhard", ...: one of the colour transfers.
    image, target, **options
        The arguments of the method. The second one is the colour for "shift", the reference for
        the others.

    Returns
    -------
    Edit
        ``image`` is what the method itself returns. ``transform`` is the edit at full strength:
        applied to the image that it was found for, it gives that image again. It is None where an
        edit depends on more than a pixel's colour ("distribution_transfer", "zeng").

    Raises
    ------
    InputError
        If there is no method of that name, or as the method does.

    Examples
    --------
    >>> import numpy as np
    >>> from colortransfer import classical
    >>> photo = np.random.default_rng(0).random((20, 30, 3))
    >>> edit = classical.fit("reinhard", photo, photo**2, space="lab")
    >>> bool((edit.transform.apply(photo) == edit.image).all())
    True
    >>> round(classical.fit("shift", photo, "#808080").errors["color"], 4)
    0.0
    """
    if name not in METHODS:
        raise InputError(f"unknown method {name!r}; use one of {', '.join(sorted(METHODS))}")
    return METHODS[name](image, target, **options)
