"""What every method returns: the edited image, and the edit as a value."""

from __future__ import annotations

import dataclasses
from typing import Any

from .transforms import Transform


@dataclasses.dataclass(frozen=True, eq=False)
class Edit:
    """An edited image with everything that its maker knows about it.

    Attributes
    ----------
    image
        The edited image: same type, dtype and shape as the one given.
    transform : Transform or None
        The edit, to be applied to other images or sizes; None where an edit has no such form.
    errors : dict of float
        For each part of the target how far the image is from it after rounding: ``"color"`` is the
        largest difference of a channel between the image's mean and the target, in [0, 1].
    warnings : tuple of str
        What the caller should know, a sentence each.
    """

    image: Any
    transform: Transform | None
    errors: dict[str, float] = dataclasses.field(default_factory=dict)
    warnings: tuple[str, ...] = ()

    @property
    def color_error(self) -> float:
        """``errors["color"]``; 0 where the edit had no mean colour to reach."""
        return self.errors.get("color", 0.0)
