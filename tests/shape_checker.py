"""Who checks, in the tests, that arguments and results have the types and shapes that they name."""

from __future__ import annotations

import functools
import sys
from collections.abc import Callable
from typing import Any

from beartype import BeartypeConf, beartype

# An int is a float, as type checkers have it.
checks = beartype(conf=BeartypeConf(is_pep484_tower=True))


def checked(function: Callable[..., Any]) -> Callable[..., Any]:
    """The function with its checks, which are made outside of graphs: in there sizes are unknown.

    Constructors go without: values such as transforms take lists where they keep arrays, and check
    them themselves.
    """
    if function.__name__ == "__init__":
        return function
    strict = checks(function)

    @functools.wraps(function)
    def either(*arguments: Any, **options: Any) -> Any:
        tensorflow = sys.modules.get("tensorflow")
        eager = tensorflow is None or tensorflow.executing_eagerly()
        return (strict if eager else function)(*arguments, **options)

    return either
