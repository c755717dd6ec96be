"""What a checkpoint holds: variables by name, and whose they are."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Any

import numpy as np
import tensorflow as tf

from ..errors import InputError


def assign_variables(variables: Mapping[str, tf.Variable], arrays: Mapping[str, Any]) -> None:
    """Set variables from arrays, all or none.

    Raises
    ------
    InputError
        If names or shapes differ, or floats are not finite.

    Examples
    --------
    >>> weight = tf.Variable([0.0, 0.0])
    >>> assign_variables({"weight": weight}, {"weight": np.array([1.0, 2.0])})
    >>> weight.numpy()
    array([1., 2.], dtype=float32)
    """
    if set(variables) != set(arrays):
        odd = sorted(set(variables) ^ set(arrays))[0]
        raise InputError(f"these arrays belong to another network: {odd!r} is not in both")
    for name, variable in variables.items():
        value = np.asarray(arrays[name])
        if value.shape != tuple(variable.shape):
            raise InputError(
                f"these arrays belong to another network: {name!r} has shape {value.shape}, "
                f"not {tuple(variable.shape)}"
            )
        if value.dtype.kind not in "fiu" or not np.isfinite(value).all():
            raise InputError(f"array {name!r} holds values that are not finite numbers")
    for name, variable in variables.items():
        variable.assign(tf.cast(arrays[name], variable.dtype))


def array_digest(array: np.ndarray) -> str:
    """A short name for this very array: SHA-256 of its shape and of 1,000 of its rows.

    Examples
    --------
    >>> array_digest(np.zeros((10, 3))) == array_digest(np.ones((10, 3)))
    False
    """
    step = max(1, len(array) // 1000)
    content = np.ascontiguousarray(array[::step])
    return hashlib.sha256(repr(array.shape).encode() + content.tobytes()).hexdigest()[:16]
