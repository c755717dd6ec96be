"""Curves and then a look-up table, each over a domain of its own."""

from __future__ import annotations

import numpy as np
import tensorflow as tf

from .curves import along_curves
from .precision import in_double
from .tables import table_corners, weigh_corners


@in_double
def render_shaped(
    images: tf.Tensor,
    curves: np.ndarray,
    curves_domain: np.ndarray,
    table: np.ndarray,
    table_domain: np.ndarray,
) -> tf.Tensor:
    """Each channel through its curve, and the colour that results through a table.

    Parameters
    ----------
    images
        float32 (N, H, W, 3).
    curves, curves_domain
        float64 (3, P), and the values (2, 3) of their first and last points.
    table, table_domain
        float64 (n, n, n, 3), indexed [red, green, blue], and the same of the table's points.

    Returns
    -------
    tf.Tensor
        float32 (N, H, W, 3).

    Examples
    --------
    >>> axis, unit = np.linspace(0, 1, 2), np.array([[0.0] * 3, [1.0] * 3])
    >>> identity = np.stack(np.meshgrid(axis, axis, axis, indexing="ij"), -1)
    >>> halves = np.array([[0.0, 0.5]] * 3)
    >>> drawn = render_shaped(tf.fill([1, 2, 2, 3], 0.5), halves, unit, identity, unit)
    >>> float(tf.reduce_max(drawn))
    0.25
    """
    shaped = along_curves(_within(images, curves_domain), tf.constant(curves))
    corners = table_corners(_within(shaped, table_domain), table.shape[0])
    return weigh_corners(tf.constant(table), *corners)


def _within(images: tf.Tensor, domain: np.ndarray) -> tf.Tensor:
    """Where values lie in a domain: 0 at its start, 1 at its end."""
    return (images - domain[0]) / (domain[1] - domain[0])
