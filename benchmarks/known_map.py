"""An unpaired task whose answer is known, and what does it without a network."""

from __future__ import annotations

import numpy as np

from colortransfer import classical


def known_map(images: np.ndarray, task: str) -> np.ndarray:
    """What nobody shows the networks: a curve for each channel and a matrix; or by place.

    Parameters
    ----------
    images
        uint8 (N, H, W, 3).
    task
        "curves": the same map everywhere. "places": its strength rises from 0 at the top to 2 at
        the bottom, which a map of colours alone cannot do.
    """
    x = images.astype(np.float32) / 255
    curved = np.stack([x[..., 0] ** 0.7, x[..., 1] ** 0.95, 0.1 + 0.75 * x[..., 2]], -1)
    matrix = np.array([[0.85, 0.2, -0.05], [0.1, 0.85, 0.0], [-0.1, 0.15, 0.9]], np.float32)
    change = curved @ matrix.T - x
    if task == "places":
        change *= np.linspace(0.0, 2.0, images.shape[1], dtype=np.float32)[:, None, None]
    return np.rint(255 * np.clip(x + change, 0, 1)).astype(np.uint8)


def error(images: np.ndarray, truth: np.ndarray) -> float:
    """Mean absolute difference, of values in [0, 1]."""
    return float(np.abs(images.astype(np.float32) - truth).mean() / 255)


def inverted(before: np.ndarray, after: np.ndarray) -> bool:
    """Whether light has become dark: the luma of the two is anti-correlated."""
    lumas = [x.astype(np.float64).mean(-1).ravel() for x in (before, after)]
    return bool(np.corrcoef(*lumas)[0, 1] < 0)


def pooled_matching(originals: np.ndarray, references: np.ndarray) -> np.ndarray:
    """Each channel's histogram of the one set brought to that of the other, for all at once."""
    flat = [x.reshape(1, -1, 3)[:, ::8] for x in (originals, references)]
    matched = classical.match_histograms(*flat)
    result = np.empty_like(originals)
    for channel in range(3):
        table = np.zeros(256)
        for level in range(256):
            at = flat[0][0, :, channel] == level
            table[level] = matched[0, at, channel].mean() if at.any() else np.nan
        known = np.flatnonzero(np.isfinite(table))
        table = np.interp(np.arange(256), known, table[known])
        result[..., channel] = np.rint(table)[originals[..., channel]]
    return result


def mean_shifted(originals: np.ndarray, references: np.ndarray) -> np.ndarray:
    """Moved by the difference of the two sets' mean colours."""
    shift = references.mean((0, 1, 2)) - originals.mean((0, 1, 2))
    return np.rint(np.clip(originals + shift, 0, 255)).astype(np.uint8)


def of_one_mean(images: np.ndarray) -> np.ndarray:
    """Each with the mean colour of all: what is left of a right answer where means are hidden."""
    means = images.mean((1, 2), keepdims=True)
    return np.rint(np.clip(images - means + means.mean(0), 0, 255)).astype(np.uint8)
