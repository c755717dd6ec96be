"""Names that are told apart."""

from __future__ import annotations

from collections.abc import Iterable


def numbered(names: Iterable[str]) -> list[str]:
    """The names in order, each once: one that is taken gets the first free number.

    Examples
    --------
    >>> numbered(["blur", "blur_2", "blur"])
    ['blur', 'blur_2', 'blur_3']
    """
    found: list[str] = []
    for name in names:
        unique, number = name, 1
        while unique in found:
            number += 1
            unique = f"{name}_{number}"
        found.append(unique)
    return found
