"""Curves and then a table, over any domain: what a ``.cube`` file of another program may hold."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import ClassVar

import numpy as np

from ..errors import InputError
from ..typing import Images
from .base import Transform
from .cube_reader import CubeFile, read_cube
from .curves import CurvesTransform, along
from .lut3d import Lut3D
from .pointwise import PointwiseTransform


@dataclasses.dataclass(frozen=True, eq=False)
class ShapedLut(PointwiseTransform):
    """Curves, and then a look-up table, each over a domain of its own.

    Attributes
    ----------
    curves
        (3, N) over ``curves_domain`` (2, 3), the values of the first and the last point; linear
        between the points, and constant beyond.
    table
        (n, n, n, 3), indexed [red, green, blue], over ``table_domain`` (2, 3); trilinear.

    Examples
    --------
    >>> axis = np.linspace(0, 1, 2)
    >>> identity = np.stack(np.meshgrid(axis, axis, axis, indexing="ij"), -1)
    >>> domain = np.array([[0.0] * 3, [1.0] * 3])
    >>> halves = ShapedLut(np.array([[0.0, 0.5]] * 3), domain, identity, domain)
    >>> halves.apply(np.full((1, 1, 3), 0.5))[0, 0]
    array([0.25, 0.25, 0.25])
    """

    kind: ClassVar[str] = "shaped_lut"
    dtype: ClassVar[type[np.floating]] = np.float64
    curves: np.ndarray
    curves_domain: np.ndarray
    table: np.ndarray
    table_domain: np.ndarray

    def _check(self) -> None:
        CurvesTransform(self.curves)
        Lut3D(self.table)
        for domain in (self.curves_domain, self.table_domain):
            if domain.shape != (2, 3) or (domain[0] >= domain[1]).any():
                raise InputError("a domain has the shape (2, 3), and ends above its start")

    @staticmethod
    def of(file: CubeFile) -> PointwiseTransform:
        """The plainest transform that does what the file says."""
        unit = np.array([[0.0] * 3, [1.0] * 3])
        if file.table is None and file.curves is not None:
            if np.array_equal(file.curves_domain, unit):
                return CurvesTransform(file.curves)
            low, high = min(0.0, file.curves.min()), max(1.0, file.curves.max())
            reach = np.array([[low] * 3, [high] * 3])
            return ShapedLut(file.curves, file.curves_domain, _identity(reach), reach)
        assert file.table is not None
        if file.curves is None:
            if np.array_equal(file.table_domain, unit):
                return Lut3D(file.table)
            domain = file.table_domain
            return ShapedLut(domain.T, domain, file.table, domain)
        return ShapedLut(file.curves, file.curves_domain, file.table, file.table_domain)

    @staticmethod
    def read(path: str | Path) -> PointwiseTransform:
        """The transform of a ``.cube`` file; FileError if it is none."""
        return ShapedLut.of(read_cube(path))

    def map_planes(self, planes: np.ndarray) -> np.ndarray:
        positions = _within(planes, self.curves_domain)
        shaped = np.stack([along(*pair) for pair in zip(self.curves, positions, strict=True)])
        return Lut3D(self.table).map_planes(_within(shaped, self.table_domain))

    def render_tensor(self, images: Images) -> Images:
        from ..rendering import render_shaped

        arrays = (self.curves, self.curves_domain, self.table, self.table_domain)
        return render_shaped(images, *arrays)

    def shifted(self, shift: np.ndarray) -> ShapedLut:
        return dataclasses.replace(self, table=self.table + np.asarray(shift))


Transform._readers[".cube"] = ShapedLut.read


def _within(planes: np.ndarray, domain: np.ndarray) -> np.ndarray:
    """Where values (3, n) lie in a domain: from 0 to 1."""
    low, high = (ends[:, None].astype(planes.dtype) for ends in domain)
    return np.clip((planes - low) / (high - low), 0, 1)


def _identity(domain: np.ndarray) -> np.ndarray:
    """The table of two points a side that changes nothing over a domain."""
    axes = np.meshgrid(*domain.T, indexing="ij")
    return np.stack(axes, -1)
