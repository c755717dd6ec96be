"""Several statistics, and a mean colour beside them, reached at once at full size."""

from __future__ import annotations

from typing import Any

import numpy as np
import tensorflow as tf
from scipy import optimize

from .. import colors
from ..core.threads import in_threads
from ..edit import Edit
from ..exactness import exact_shift
from ..images.canvas import Canvas, as_canvas
from ..images.strips import strips
from ..transforms import AdjustmentTransform, ChainTransform, Transform, apply_exactly
from ..transforms.adjustment import NEUTRAL

SAMPLE = 16_384  # pixels on which parameters are solved for
ROUNDS = 5  # corrections by what rounding and the other pixels did
ENOUGH, REACHED = 2e-4, 1e-3  # what is lacking at the end of the search; what counts as reached
MARGIN = 1e-6  # by which the search keeps away from the ends of a parameter
AT_END = 1e-3  # distance of a parameter from one of its ends
CLIPPED = "colours are at the ends of their range"
STRETCHED = "the edit is as strong as it may be"
BESIDE = "what else is asked allows no other"


def finish_jointly(
    canvas: Canvas, transform: Transform, parts: list[Any], mean: Any = None
) -> Edit:
    """The edit at full size after which every statistic has its value, and the mean its colour.

    Parameters
    ----------
    canvas
        The image that is edited.
    transform
        What the fit found.
    parts
        Resolved statistics, of different kinds.
    mean
        A mean colour of the whole picture that is held beside them.

    Returns
    -------
    Edit
        ``transform`` and then an `AdjustmentTransform`, without the former where nothing is asked;
        with a warning for each statistic that a limit kept from its value.

    Notes
    -----
    The parameters are solved for on a sample (`scipy.optimize.least_squares`). What the whole
    picture lacks after rounding is then added to what the sample is asked for, and so on.

    Examples
    --------
    >>> from colortransfer.targets import Saturation
    >>> canvas = as_canvas(photo)
    >>> identity = AdjustmentTransform([0.0, 1.0, 1.0, 0.0], 0.5, np.zeros(3))
    >>> edit = finish_jointly(canvas, identity, [Saturation(1.2).resolved(canvas)])
    >>> edit.errors["saturation"] < 1e-3
    True
    """
    if mean is None and all(part.value == part.neutral for part in parts):
        nothing = AdjustmentTransform(NEUTRAL, np.array(0.5), np.zeros(3))
        return Edit(
            canvas.rebuild(canvas.rows), nothing, errors=_errors(parts, np.zeros(len(parts)))
        )
    solver = _Solver(canvas, transform, parts, mean)
    asked, best = np.zeros(len(parts)), None
    for _ in range(ROUNDS):
        chain: Transform = ChainTransform((transform, solver.adjustment(asked)))
        image, chain, error = _applied(canvas, chain, mean)
        lacking = np.array([part.missing(as_canvas(image)) for part in parts])
        worst = float(np.abs(lacking).max())
        if best is None or worst < best[0]:
            best = (worst, image, chain, lacking, error)
        if worst < ENOUGH:
            break
        asked = asked + lacking
    assert best is not None
    _, image, chain, lacking, error = best
    errors = ({} if mean is None else {"color": error}) | _errors(parts, lacking)
    return Edit(image, chain, errors=errors, warnings=limits(parts, lacking, solver.limit()))


def _applied(canvas: Canvas, chain: Transform, mean: Any) -> Any:
    if mean is not None:
        return apply_exactly(canvas, chain, mean.color, space=mean.space)
    return chain.redraw(canvas), chain, 0.0


def _errors(parts: list[Any], lacking: np.ndarray) -> dict[str, float]:
    return {part.name: abs(float(x)) for part, x in zip(parts, lacking, strict=True)}


def limits(parts: list[Any], lacking: np.ndarray, limit: str) -> tuple[str, ...]:
    """A sentence for each part that lacks more than counts as reached, with the limit it met."""
    return tuple(
        f"{part.name} misses what is asked by {abs(x):.3f}: {limit}; "
        f"ask for {'less' if x > 0 else 'more'}"
        for part, x in zip(parts, lacking, strict=True)
        if abs(x) > REACHED
    )


class _Solver:
    """The parameters for which a sample of the edited picture has what is asked."""

    def __init__(
        self,
        canvas: Canvas,
        transform: Transform,
        parts: list[Any],
        mean: Any,
    ) -> None:
        self.parts, self.mean = parts, mean
        now, before = _sampled(canvas, transform)
        self.planes = np.ascontiguousarray(now.T, np.float64)
        self.before = tf.constant(before, tf.float64)
        self.pivot = np.array(parts[0].pivot)
        self.goals = []
        for part in parts:
            goal = part.goal(1.0)
            unit = float(part._scale(self._means(goal, self.before)))
            self.goals.append(part.goal(max(unit, 1e-4)))
        self.start = np.array([part.first_parameter for part in parts])
        alone = mean is None and len(parts) == 1
        self.ends = np.array([g.bounds() if alone else g.bounds_beside() for g in self.goals]).T

    def limit(self) -> str:
        """What keeps the parts from their values, if something does."""
        if self.mean is not None:
            return f"the mean {colors.to_hex(self.mean.color)} beside it allows no other"
        if len(self.parts) > 1:
            return BESIDE
        return STRETCHED if np.abs(self.start - self.ends).min() < AT_END else CLIPPED

    def adjustment(self, more: np.ndarray) -> AdjustmentTransform:
        """With what is asked for and ``more`` (k,) reached."""
        found = optimize.least_squares(
            lambda p: self._lacking(p) + more,
            np.clip(self.start, self.ends[0] + MARGIN, self.ends[1] - MARGIN),
            bounds=tuple(self.ends),
            diff_step=1e-4,
            xtol=1e-9,
            ftol=1e-12,
            gtol=1e-12,
            max_nfev=40,
        )
        self.start = found.x
        return self._of(found.x)

    def _of(self, parameters: np.ndarray) -> AdjustmentTransform:
        all_four = NEUTRAL.copy()
        all_four[[part.place for part in self.parts]] = parameters
        return AdjustmentTransform(all_four, self.pivot, np.zeros(3))

    def _lacking(self, parameters: np.ndarray) -> np.ndarray:
        values = self._of(parameters).map_planes(self.planes).T
        if self.mean is not None:
            values = values + exact_shift(values, self.mean.color, space=self.mean.space)
        now = tf.constant(np.clip(values, 0, 1))
        return np.array([float(g.lacking(self._means(g, now))) for g in self.goals])

    def _means(self, goal: Any, now: tf.Tensor) -> np.ndarray:
        terms = goal.terms(now, self.before, tf.reduce_mean(now, 0))
        return tf.reduce_mean(terms, 0).numpy()


def _sampled(canvas: Canvas, transform: Transform) -> tuple[np.ndarray, np.ndarray]:
    """Some visible pixels after an edit and before, (n, 3) each."""
    height, width = canvas.size
    step = max(1, height * width // SAMPLE)

    def strip(rows: slice) -> tuple[np.ndarray, np.ndarray]:
        before = canvas.rows(rows)
        now = np.clip(transform.draw(canvas.rows, rows, canvas.size), 0, 1)
        kept = np.zeros(before.shape[:2], bool)
        kept.ravel()[-rows.start * width % step :: step] = True
        if canvas.visible is not None:
            kept &= canvas.visible[rows]
        return now[kept], before[kept]

    margin = transform.margin(canvas.size)
    parts = list(in_threads(strip, strips(height, width, margin=margin)))
    return np.concatenate([now for now, _ in parts]), np.concatenate([was for _, was in parts])
