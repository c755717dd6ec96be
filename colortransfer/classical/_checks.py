"""Callers' arguments, checked: what is wrong becomes one `InputError` with the remedy."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from ..errors import InputError


def check_share(value: Any, name: str) -> float:
    """A strength or weight as a float in [0, 1], or InputError."""
    if not (_is_number(value) and 0 <= value <= 1):
        raise InputError(f"{name} must be between 0 and 1, not {value!r}")
    return float(value)


def check_positive(value: Any, name: str) -> float:
    """A finite float above 0, or InputError."""
    if not (_is_number(value) and 0 < value < math.inf):
        raise InputError(f"{name} must be positive and finite, not {value!r}")
    return float(value)


def check_count(value: Any, name: str, least: int = 1) -> int:
    """A whole number of at least ``least``, or InputError."""
    if isinstance(value, bool) or not isinstance(value, (int, np.integer)) or value < least:
        raise InputError(f"{name} must be a whole number of at least {least}, not {value!r}")
    return int(value)


def _is_number(value: Any) -> bool:
    return isinstance(value, (int, float, np.integer, np.floating))
