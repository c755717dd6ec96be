"""What an edit of colours changes of luma and chroma, as a table: frames never become colours."""

from __future__ import annotations

import numpy as np

from .._kernels import add_changes
from .._kernels.luma_chroma import SIDE
from ..transforms import Transform
from ..transforms.lut3d import within
from ..transforms.pointwise import PointwiseTransform
from .coding import Coding, Planes


class Changes:
    """The changes of luma and both chromas, in levels, at 65 nodes of each.

    A node every 4 levels of 8 bits: between them edits are all but linear.

    Parameters
    ----------
    transform
        The edit, of colours alone.
    strength
        How much of it.
    coding
        Of the frames.

    Examples
    --------
    >>> from colortransfer.transforms import Lut3D
    >>> coding = Coding.of(bits=8, matrix=1, full=True, steps=(2, 2))
    >>> changes = Changes(Lut3D.sample(lambda colors: colors / 2, 2), 1.0, coding)
    >>> old = tuple(np.full(shape, 128, np.uint8) for shape in ((2, 2), (1, 1), (1, 1)))
    >>> new = tuple(map(np.empty_like, old))
    >>> changes.add(old, new)
    >>> new[0].tolist(), new[1].tolist()
    ([[64, 64], [64, 64]], [[128]])
    """

    def __init__(self, transform: PointwiseTransform, strength: float, coding: Coding) -> None:
        self._coding = coding
        self._shift = coding.bits - (SIDE - 2).bit_length()
        axis = np.arange(SIDE, dtype=np.int32) << self._shift  # its end is no level
        luma, red, blue = np.meshgrid(axis, axis, axis, indexing="ij")
        square = (SIDE * SIDE, SIDE)
        before = coding.unshared.colors(tuple(x.reshape(square) for x in (luma, blue, red)))
        after = rendered(transform, before, strength, 0, len(before))
        self._table = np.stack([x.ravel() for x in coding.differences(before, after)])

    def add(self, old: Planes, new: Planes) -> None:
        """Write the planes ``old`` with their changes into ``new``; blue and red at mean lumas."""
        kernel = add_changes.after(old[0].dtype.name, old[0].size)
        if kernel is not None:
            top = int(self._coding.levels[4])
            kernel(old, new, self._table, self._coding.steps, self._shift, top)
            return
        luma = old[0].astype(np.float32)
        mean = self._coding.gathered(luma, old[1].shape)
        blue, red = (self._coding.spread(plane, luma.shape) for plane in old[1:])
        changes = [self._at(0, luma, blue, red)]
        changes += [self._at(number, mean, *old[1:]) for number in (1, 2)]
        self._coding.written(old, changes, new)

    def _at(self, number: int, luma: np.ndarray, blue: np.ndarray, red: np.ndarray) -> np.ndarray:
        """The change of a plane; the very arithmetic of the kernel, in its order."""
        unit = np.float32(1) / np.float32(1 << self._shift)
        light, rest = luma * unit, (1 << self._shift) - 1
        cell = np.minimum(light.astype(np.int32), SIDE - 2)
        shares = [light - cell.astype(np.float32)]
        shares += [(plane & rest).astype(np.float32) * unit for plane in (red, blue)]
        corner = cell * SIDE + (red >> self._shift).astype(np.int32)
        corner = corner * SIDE + (blue >> self._shift).astype(np.int32)
        return within(self._table[number], corner, shares, SIDE)


def rendered(
    transform: Transform, before: np.ndarray, strength: float, top: int, height: int
) -> np.ndarray:
    """Colours after so much of an edit; arguments as ``Transform.render_rows`` has them."""
    after = transform.render_rows(before, top, height)
    return after if strength == 1 else before + np.float32(strength) * (after - before)
