"""Grey photographs as photographs in colours, whose channels are alike."""

from __future__ import annotations

import dataclasses
import sys
from typing import Any

import numpy as np

from .arrays import as_array
from .photograph import Photograph


def in_colors(image: Any) -> Any:
    """A grey image as one with three channels; any other image as it is.

    Parameters
    ----------
    image
        Array or tensor (H, W), (H, W, 1), (H, W, 3) or (H, W, 4), or a `Photograph`.

    Returns
    -------
    ndarray, Photograph or tensor
        (H, W, 3), of the image's dtype. A `Photograph` keeps its metadata, but for a colour profile
        of greys.

    Examples
    --------
    >>> in_colors(np.zeros((4, 6), np.uint8)).shape
    (4, 6, 3)
    """
    array, is_tensor = as_array(image)
    if array.ndim == 3 and array.shape[2] > 1:
        return image
    colored = np.repeat(array.reshape(*array.shape[:2], 1), 3, 2)
    if is_tensor:
        return sys.modules["tensorflow"].convert_to_tensor(colored)
    if not isinstance(image, Photograph):
        return colored
    profile = image.metadata.icc_profile
    if profile is not None and profile[16:20] == b"GRAY":
        profile = None
    return Photograph(colored, dataclasses.replace(image.metadata, icc_profile=profile))
