"""Linear maps that carry one colour distribution's mean and covariance to another's."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from ..transforms import AffineTransform
from .checks import check_share
from .moments import Moments, moments
from .picture import combine, open_picture

FLAT = 1e-5  # deviations (sRGB) below this are rounding, not variation: a sixth of a 16-bit level


def gaussian_transfer(
    solve: Callable[[np.ndarray, np.ndarray], np.ndarray],
    image: Any,
    reference: Any,
    mask: Any,
    reference_mask: Any,
    strength: float,
    return_transform: bool,
) -> Any:
    """Apply the affine map that ``solve(source covariance, target covariance)`` gives."""
    strength = check_share(strength, "strength")
    target = moments(open_picture(reference, reference_mask, name="reference"))
    source = open_picture(image, mask)
    matrix, offset = affine_map(solve, moments(source), target)
    result = source.recolor(lambda planes: combine(matrix, planes, offset), strength)
    return (result, AffineTransform(matrix, offset)) if return_transform else result


def affine_map(
    solve: Callable[[np.ndarray, np.ndarray], np.ndarray], source: Moments, target: Moments
) -> tuple[np.ndarray, np.ndarray]:
    """Matrix (3, 3) and offset (3,), float64, that take the source's moments to the target's."""
    matrix = solve(source.unbiased, target.unbiased)
    return matrix, target.mean - matrix @ source.mean
