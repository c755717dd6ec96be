"""Dominant colours that are reached: what a palette becomes for one picture."""

from __future__ import annotations

import dataclasses
from typing import ClassVar

import numpy as np
import tensorflow as tf

from .. import colors
from ..colors.dominant import FUZZINESS, cluster_shares, dominant_colors
from ..core.threads import in_threads
from ..edit import Edit
from ..evaluation import ciede2000
from ..images.canvas import Canvas, as_canvas
from ..images.strips import strips
from ..images.working_copy import WorkingCopy
from ..transforms import PaletteTransform, Transform
from ..typing import Centres, ColorList, ImageLike
from .base import Target
from .places_goal import PlacesGoal

SAMPLE = 8192  # pixels that are clustered
ROUNDS = 20
STEP = 0.7  # of a Newton step: clusters give way to each other
ENOUGH, FAR = 0.2, 2.0  # CIEDE2000 at the end of the search; what is told


@dataclasses.dataclass(frozen=True, eq=False)
class DominantColors(Target):
    """Soft clusters of the picture have other centres.

    What `Palette` becomes for one picture.

    Parameters
    ----------
    colors
        (k, 3), sRGB: what the centres become.
    centres
        (k, 3), CIELAB: what they are.

    Examples
    --------
    >>> centres = np.array([[20.0, 0.0, 0.0], [80.0, 0.0, 0.0]])
    >>> target = DominantColors(np.array([[0.2, 0.2, 0.2], [0.8, 0.8, 0.8]]), centres)
    >>> target.errors(np.repeat([[[0.2], [0.8]]], 3, 2))["palette"] < 0.1
    True
    """

    colors: Centres
    centres: Centres

    exact: ClassVar[bool] = True
    within = True

    def bind(self, copy: WorkingCopy) -> PlacesGoal:
        shares = self._shares(copy.image.reshape(-1, 3))
        shares = shares.reshape(*copy.image.shape[:2], -1).astype(np.float32)
        counts = copy.weights * shares**FUZZINESS
        return PlacesGoal(
            tf.constant(self.colors, tf.float32),
            tf.constant(copy.image),
            tf.constant(shares),
            tf.ones([*shares.shape[:2], 1]),
            tf.constant(counts / counts.sum((0, 1))),
        )

    def finish(self, canvas: Canvas, transform: Transform) -> Edit:
        moves = self._moves(canvas, transform)
        edit = PaletteTransform((transform,), self.centres, moves)
        image = edit.redraw(canvas)
        apart = self._apart(_lab(_sampled(as_canvas(image))))
        warnings = [
            f"the dominant colour {colors.to_hex(self.colors[k])} was missed by {apart[k]:.1f} "
            "(CIEDE2000); choose one that is farther from the others, or nearer to what is there"
            for k in np.flatnonzero(apart > FAR)
        ]
        return Edit(image, edit, errors={"palette": float(apart.max())}, warnings=tuple(warnings))

    def errors(self, image: ImageLike) -> dict[str, float]:
        return {"palette": float(self._apart(sampled_lab(as_canvas(image))).max())}

    def _moves(self, canvas: Canvas, transform: Transform) -> Centres:
        """The moves (k, 3) after which the sample's clusters have the centres asked for."""
        before, now = _sampled(canvas), _edited(canvas, transform)
        shares = self._shares(before)
        weights = shares**FUZZINESS
        # How the centres follow the moves, as long as every pixel stays in its clusters.
        follow = weights.T @ shares / weights.sum(0)[:, None]
        means = weights.T @ now / weights.sum(0)[:, None]
        moves = np.linalg.solve(follow, self.colors - means)
        best, least = moves, np.inf
        for _ in range(ROUNDS):
            edited = np.clip(now + shares @ moves, 0, 1)
            reached = dominant_colors(_lab(edited), len(moves), start=_lab(self.colors))
            apart = float(ciede2000(reached, _lab(self.colors)).max())
            if apart < least:
                best, least = moves, apart
            if apart < ENOUGH:
                break
            lacking = self.colors - np.clip(colors.lab_to_srgb(reached), 0, 1)
            moves = moves + STEP * np.linalg.solve(follow, lacking)
        return best

    def _apart(self, lab: ColorList) -> np.ndarray:
        """CIEDE2000 (k,) between each colour asked for and the centre that its cluster has."""
        asked = _lab(self.colors)
        return ciede2000(dominant_colors(lab, len(asked), start=asked), asked)

    def _shares(self, rgb: ColorList) -> np.ndarray:
        return cluster_shares(_lab(rgb), self.centres)


def sampled_lab(canvas: Canvas) -> ColorList:
    """CIELAB (n, 3) of pixels of a picture that count, evenly spread."""
    return _lab(_sampled(canvas))


def _sampled(canvas: Canvas) -> ColorList:
    """sRGB (n, 3) of the sample."""
    return canvas.planes(canvas.sample(SAMPLE)).T


def _edited(canvas: Canvas, transform: Transform) -> ColorList:
    """What becomes of the sample by an edit, (n, 3); it may leave [0, 1]."""
    index, width = canvas.sample(SAMPLE), canvas.size[1]

    def strip(rows: slice) -> np.ndarray:
        first, last = np.searchsorted(index, [rows.start * width, rows.stop * width])
        drawn = transform.draw(canvas.rows, rows, canvas.size)
        return drawn.reshape(-1, 3)[index[first:last] - rows.start * width]

    spans = strips(*canvas.size, margin=transform.margin(canvas.size))
    return np.concatenate(list(in_threads(strip, spans)))


def _lab(rgb: ColorList) -> ColorList:
    return colors.srgb_to_lab(np.asarray(rgb, np.float64))
