"""Rainbow noise: coloured speckles and fringes that an edit adds, or amplifies."""

from __future__ import annotations

from typing import Any

from scipy import ndimage

from ._measured import Measured, measured_pair

SIGMA = 2.0  # pixels; detail finer than about 2 pi sigma = 13 pixels counts
INVISIBLE = 0.1**2  # energy of a tenth of a just noticeable difference


def chroma_noise(original: Any, edited: Any) -> float:
    """High-frequency energy of chroma in the edited picture, as a multiple of the original's.

    (E(edited) + e) / (E(original) + e), where E is the mean over the pixels of |h|^2,
    h = (a*, b*) - G * (a*, b*), G a Gaussian of 2 pixels (edges mirrored). e = 0.01 is an energy
    nobody sees; it keeps the ratio finite where the original has no chroma.

    Parameters
    ----------
    original, edited
        Images of one size.

    Returns
    -------
    float
        From 0; 1 for identical pictures; lower is better, though less than 1 can also mean that
        coloured detail was lost. An edit that makes colours more vivid by k multiplies it by k^2.

    Notes
    -----
    The project's own: the usual measures look at luma, or at an average over the picture, and see
    nothing of it. Depends on the picture's size in pixels.

    Examples
    --------
    >>> chroma_noise(photo, photo)
    1.0
    >>> noise = np.random.default_rng(0).integers(-20, 20, photo.shape)
    >>> chroma_noise(photo, (photo + noise).clip(0, 255).astype(np.uint8)) > 10
    True
    """
    first, second = measured_pair(original, edited)
    return float((_energy(second) + INVISIBLE) / (_energy(first) + INVISIBLE))


def _energy(shown: Measured) -> float:
    chroma = shown.lab[..., 1:]
    detail = chroma - ndimage.gaussian_filter(chroma, (SIGMA, SIGMA, 0))
    return float((shown.count(detail) ** 2).sum(-1).mean())
