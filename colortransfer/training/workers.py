"""Several machines that train together (`tf.distribute.MultiWorkerMirroredStrategy`)."""

from __future__ import annotations

from typing import Any

import tensorflow as tf


def count(strategy: tf.distribute.Strategy | None = None) -> int:
    """How many processes share the training; by default of the strategy in whose scope we are.

    Examples
    --------
    >>> count()
    1
    """
    resolver = _resolver(strategy)
    cluster = {} if resolver is None else resolver.cluster_spec().as_dict()
    return max(1, len(cluster.get("worker", ())))


def is_first(strategy: tf.distribute.Strategy | None = None) -> bool:
    """Whether this process writes the files of a training; the others read them.

    Examples
    --------
    >>> is_first()
    True
    """
    return count(strategy) == 1 or _resolver(strategy).task_id == 0


def _resolver(strategy: tf.distribute.Strategy | None) -> Any:
    """What knows the cluster; None where there is no other machine."""
    return (strategy or tf.distribute.get_strategy()).cluster_resolver
