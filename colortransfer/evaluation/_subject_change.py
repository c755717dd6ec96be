"""Whether an edit changed what the picture is of, or what is around it."""

from __future__ import annotations

from typing import Any

import numpy as np
from scipy import ndimage

from ..errors import InputError
from ._ciede2000 import ciede2000
from ._measured import Measured, measured_pair

DETAIL = 1.2  # pixels; what is finer than this is sharp
REACH = 1 / 48  # how far around detail its thing extends, as a share of the longer side
SHARP = 85.0  # the percentile of sharpness from which on a place is wholly the subject
INVISIBLE = 0.1  # CIEDE2000 that nobody sees; keeps the ratio finite where nothing changed
FEW = 1e-3  # a smaller share of the picture is no subject, or no background


def subject_change(original: Any, edited: Any, *, subject: Any = None) -> float:
    """Mean CIEDE2000 of the subject's pixels over that of the background's.

    (sum s d / sum s + e) / (sum (1 - s) d / sum (1 - s) + e), where d is CIEDE2000 between
    original and edited, s the subject's mask, and e = 0.1, which nobody sees.

    Parameters
    ----------
    original, edited
        Images of one size.
    subject
        Mask (H, W) of what the picture is of: bool, or floats in [0, 1] for soft edges. None
        derives one, from what is in focus: |l - G_1.2 l| of the original's luma l, blurred by 1/48
        of the longer side, as a share of its 85th percentile, at most 1.

    Returns
    -------
    float
        From 0; 1 where both change alike and for identical pictures; lower is better: a subject
        that keeps its colours before a changed background is preferred. NaN where subject or
        background is less than 0.1 % of the picture.

    Raises
    ------
    InputError
        If the mask has another shape than the images, or values outside [0, 1].

    Notes
    -----
    The project's own. What is in focus is a guess: a picture sharp all over has its textures for
    a subject and its sky for a background. Give a mask where there is one.

    Examples
    --------
    >>> import numpy as np
    >>> from colortransfer import evaluation
    >>> image = np.full((4, 8, 3), 0.5)
    >>> edited, mask = image.copy(), np.zeros((4, 8), bool)
    >>> edited[:, 4:] += 0.2
    >>> mask[:, :4] = True
    >>> evaluation.subject_change(image, edited, subject=mask) < 0.01
    True
    """
    first, second = measured_pair(original, edited)
    mask = _in_focus(first) if subject is None else _checked(subject, first)
    change, share = first.count(ciede2000(first.lab, second.lab)), first.count(mask)
    parts = (share, 1 - share)
    if min(part.mean() for part in parts) < FEW:
        return float("nan")
    inside, outside = ((part * change).sum() / part.sum() + INVISIBLE for part in parts)
    return float(inside / outside)


def _checked(subject: Any, shown: Measured) -> np.ndarray:
    mask = np.asarray(subject)
    known = mask.dtype.kind in "bf" and mask.shape == shown.mask.shape
    if not known or not ((mask >= 0) & (mask <= 1)).all():
        raise InputError(f"the subject is a mask of shape {shown.mask.shape}, in [0, 1]")
    return mask.astype(np.float64)


def _in_focus(shown: Measured) -> np.ndarray:
    """Mask (H, W) in [0, 1] of what is sharp; zero where nothing is."""
    luma = shown.luma.astype(np.float64)
    detail = np.abs(luma - ndimage.gaussian_filter(luma, DETAIL))
    sharpness = ndimage.gaussian_filter(detail, REACH * max(luma.shape))
    most = np.percentile(shown.count(sharpness), SHARP)
    # Rounding leaves a trace of detail in a flat picture.
    return np.minimum(sharpness / most, 1) if most > 1e-6 else np.zeros(luma.shape)
