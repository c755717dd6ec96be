"""Linear maps that carry one colour distribution's mean and covariance to another's."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from ..edit import Edit
from ..images import as_canvas
from ..transforms import AffineTransform
from ._checks import check_share
from ._moments import Moments, moments


def gaussian_transfer(
    solve: Callable[[np.ndarray, np.ndarray], np.ndarray],
    image: Any,
    reference: Any,
    mask: Any,
    reference_mask: Any,
    strength: float,
) -> Edit:
    """Apply the affine map that ``solve(source covariance, target covariance)`` gives."""
    strength = check_share(strength, "strength")
    target = moments(as_canvas(reference, mask=reference_mask, name="reference"))
    transform = AffineTransform(*affine_map(solve, moments(as_canvas(image, mask=mask)), target))
    return Edit(transform.apply(image, strength), transform)


def affine_map(
    solve: Callable[[np.ndarray, np.ndarray], np.ndarray], source: Moments, target: Moments
) -> tuple[np.ndarray, np.ndarray]:
    """Matrix (3, 3) and offset (3,), float64, that take the source's moments to the target's."""
    matrix = solve(source.unbiased, target.unbiased)
    return matrix, target.mean - matrix @ source.mean
