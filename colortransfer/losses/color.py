"""|C - C_T|^2: how far the mean colour is from the target."""

from __future__ import annotations

import dataclasses
from typing import ClassVar

from .target import TargetLoss


@dataclasses.dataclass(frozen=True, kw_only=True)
class ColorLoss(TargetLoss):
    """Colour term (section 3.1): |C - C_T|^2, C the mean colour of the current image.

    The paper's name for `TargetLoss`, of a mean colour; there the norm is "l2" for feature matching
    and "l1" for the generator.

    Examples
    --------
    >>> image = np.full((8, 8, 3), 0.5, np.float32)
    >>> round(float(ColorLoss(norm="l1")(image, image, (0.5, 0.6, 0.7))), 3)
    0.3
    """

    name: ClassVar[str] = "color"
