"""What a fit has found."""

from __future__ import annotations

import base64
import dataclasses

import numpy as np

from . import colors
from .edit import Edit
from .images import encode
from .images.arrays import quantise
from .images.canvas import as_canvas
from .images.working_copy import working_copy

SHOWN = 480  # pixels of the longer side in a notebook


@dataclasses.dataclass(frozen=True, eq=False, kw_only=True, repr=False)
class FitResult(Edit):
    """What a fit has found: an `Edit` (image, transform, errors, warnings), and how it went.

    Attributes
    ----------
    history : dict of lists
        Value of each loss term at each step; ``loss`` is their sum.
    reason : str
        Why the fit ended: "steps", "converged", "callback" or "diverged".
    undone : list of int
        Steps that met values that were not finite and were taken back.
    seconds : float
        How long it took.

    Examples
    --------
    >>> result = FitResult(
    ...     image=photo,
    ...     transform=None,
    ...     errors={"color": 1e-5},
    ...     history={"loss": [2.0, 1.0]},
    ...     reason="converged",
    ...     undone=[],
    ...     seconds=0.25,
    ... )
    >>> result.reason, result.color_error
    ('converged', 1e-05)
    """

    errors: dict[str, float]
    warnings: tuple[str, ...] = ()
    history: dict[str, list[float]]
    reason: str
    undone: list[int]
    seconds: float

    def _figures(self) -> dict[str, str]:
        """The five that matter."""
        return {
            "color": "none" if self.color is None else colors.to_hex(self.color),
            "error": f"{max(self.errors.values(), default=0.0):.2g}",
            "steps": f"{len(self.history.get('loss', ()))} ({self.reason})",
            "loss": f"{min(self.history.get('loss', [np.nan])):.3g}",
            "seconds": f"{self.seconds:.1f}",
        }

    def __repr__(self) -> str:
        figures = ", ".join(f"{name} {value}" for name, value in self._figures().items())
        return f"<FitResult {tuple(self.image.shape)} {self.image.dtype}: {figures}>"

    def _repr_html_(self) -> str:
        """A small copy of the picture and the five figures, for notebooks."""
        small = quantise(working_copy(as_canvas(self.image), SHOWN, 1).image, np.dtype(np.uint8))
        png = base64.b64encode(encode(small, ".png")).decode("ascii")
        rows = "".join(f"<tr><th>{k}</th><td>{v}</td></tr>" for k, v in self._figures().items())
        return f'<img src="data:image/png;base64,{png}"><table>{rows}</table>'
