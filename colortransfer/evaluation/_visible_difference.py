"""By how much two edits of a picture can be told apart."""

from __future__ import annotations

from typing import Any

from ._ciede2000 import ciede2000
from ._measured import measured_pair


def visible_difference(first: Any, second: Any) -> float:
    """Mean CIEDE2000 over the pixels of two pictures, such as two edits of one photograph.

    Parameters
    ----------
    first, second
        Images of one size, in either order.

    Returns
    -------
    float
        From 0 to about 120; 0 for identical pictures. Neither end is better. Side by side,
        below 1 nobody and below 2 few can tell them apart.

    Notes
    -----
    For CIEDE2000 see `ciede2000`. It was made for patches of colour, each seen alone: pixels of
    fine grain differ more by it than the eye, which blurs them, can see.

    Examples
    --------
    >>> import numpy as np
    >>> from colortransfer import evaluation
    >>> evaluation.visible_difference(np.zeros((4, 4, 3)), np.ones((4, 4, 3)))
    100.0
    """
    one, other = measured_pair(first, second)
    return float(one.count(ciede2000(one.lab, other.lab)).mean())
