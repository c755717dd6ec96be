"""Regraining: new colours with the gradients of the original (Pitié, Kokaram, Dahyot 2007).

The result J minimises, for each channel::

    sum  phi |grad J - grad I|^2 + psi (J - T)^2,
    phi = 30 / (1 + 10 |grad I|),    psi = min(1, 256 |grad I| / 5)

with the original I and the recoloured T: where the original is smooth its gradient rules, where
it has edges the new colours do. The normal equations are solved by conjugate gradients, started
from the solution at half the size.
"""

from __future__ import annotations

import numpy as np

from ..core.threads import in_threads

SMALLEST = 16  # pixels a side below which a picture is not halved again
STEPS = 12  # of conjugate gradients at every size


def regrained(original: np.ndarray, recolored: np.ndarray) -> np.ndarray:
    """The recoloured image with the original's gradients where those are weak.

    Parameters
    ----------
    original, recolored
        Planes, float32 (3, H, W), sRGB in [0, 1].

    Returns
    -------
    numpy.ndarray
        float32 (3, H, W); may leave [0, 1] a little.
    """
    steep = _steepness(original)
    levels = [_weights(steep)]
    while min(steep.shape) >= 2 * SMALLEST:
        steep = _halved(steep)
        levels.append(_weights(steep, scale=4.0 ** -len(levels)))
    result = np.empty_like(original)

    def channel(c: int) -> None:
        change = recolored[c] - original[c]
        result[c] = original[c] + _smooth_change(change, levels)

    list(in_threads(channel, range(3)))
    return result


Weights = tuple[np.ndarray, np.ndarray, np.ndarray]


def _smooth_change(change: np.ndarray, levels: list[Weights]) -> np.ndarray:
    """The field u = J - I that minimises ``sum phi |grad u|^2 + psi (u - change)^2``."""
    if len(levels) == 1:
        return _descend(change, change, *levels[0])
    start = _enlarged(_smooth_change(_halved(change), levels[1:]), change.shape)
    return _descend(start, change, *levels[0])


def _steepness(original: np.ndarray) -> np.ndarray:
    """Length (H, W) of the gradient over all channels, of differences two pixels apart."""
    steep = np.zeros(original.shape[1:], np.float32)
    for channel in original:
        plane = np.pad(channel, 1, mode="edge")
        steep += (plane[2:, 1:-1] - plane[:-2, 1:-1]) ** 2
        steep += (plane[1:-1, 2:] - plane[1:-1, :-2]) ** 2
    return np.sqrt(steep)


def _weights(steep: np.ndarray, scale: float = 1.0) -> Weights:
    """psi (H, W), and phi between rows (H-1, W) and between columns (H, W-1)."""
    psi = np.minimum(1, 256 / 5 * steep)
    phi = (30 * scale / (1 + 10 * steep)).astype(np.float32)
    return psi, (phi[1:] + phi[:-1]) / 2, (phi[:, 1:] + phi[:, :-1]) / 2


def _descend(
    start: np.ndarray, change: np.ndarray, psi: np.ndarray, down: np.ndarray, right: np.ndarray
) -> np.ndarray:
    """Conjugate gradients, preconditioned by the diagonal."""
    diagonal = psi + np.float32(1e-6)
    for weights, low, high in _neighbours(diagonal, down, right):
        low += weights
        high += weights
    u = start.copy()
    residual = psi * change - _normal(u, psi, down, right)
    direction = residual / diagonal
    product = _dot(residual, direction)
    for _ in range(STEPS):
        if product < 1e-12:  # the residual is rounding
            break
        image = _normal(direction, psi, down, right)
        length = product / _dot(direction, image)
        image *= length
        residual -= image
        u += length * direction
        step = residual / diagonal
        previous, product = product, _dot(residual, step)
        direction *= product / previous
        direction += step
    return u


def _normal(v: np.ndarray, psi: np.ndarray, down: np.ndarray, right: np.ndarray) -> np.ndarray:
    """The matrix of the normal equations times ``v``."""
    result = psi * v
    flows = (down * (v[1:] - v[:-1]), right * (v[:, 1:] - v[:, :-1]))
    for flow, low, high in _neighbours(result, *flows):
        low -= flow
        high += flow
    return result


def _neighbours(
    plane: np.ndarray, down: np.ndarray, right: np.ndarray
) -> list[tuple[np.ndarray, np.ndarray, np.ndarray]]:
    """What lies between neighbours, with views of the first and the second of them."""
    return [(down, plane[:-1], plane[1:]), (right, plane[:, :-1], plane[:, 1:])]


def _dot(a: np.ndarray, b: np.ndarray) -> np.float32:
    # Row by row: float32 sums of rows are exact enough, their float64 sum is quick.
    return np.float32(np.einsum("hw,hw->h", a, b).sum(dtype=np.float64))


def _halved(plane: np.ndarray) -> np.ndarray:
    """Means of 2x2 pixels; an odd last row or column is repeated."""
    height, width = plane.shape
    if height % 2 or width % 2:
        plane = np.pad(plane, [(0, height % 2), (0, width % 2)], mode="edge")
    return (plane[::2, ::2] + plane[1::2, ::2] + plane[::2, 1::2] + plane[1::2, 1::2]) / 4


def _enlarged(plane: np.ndarray, shape: tuple[int, ...]) -> np.ndarray:
    """Bilinear enlargement by two, cut to ``shape``."""
    for axis in (0, 1):
        lines = np.pad(np.moveaxis(plane, axis, 0), [(1, 1), (0, 0)], mode="edge")
        doubled = np.empty((2 * (len(lines) - 2), lines.shape[1]), plane.dtype)
        doubled[::2] = 0.75 * lines[1:-1] + 0.25 * lines[:-2]
        doubled[1::2] = 0.75 * lines[1:-1] + 0.25 * lines[2:]
        plane = np.moveaxis(doubled[: shape[axis]], 0, axis)
    return np.ascontiguousarray(plane)
