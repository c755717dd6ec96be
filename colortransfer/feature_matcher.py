"""The first approach: an image whose mean colour is the target and whose features stay."""

from __future__ import annotations

import dataclasses
import functools
import math
import time
from collections.abc import Sequence
from typing import Any

import tensorflow as tf

from .core.forks import before_tensorflow
from .defaults import (
    content,
    default_losses,
    default_masked_losses,
    default_reference_losses,
    default_statistic_losses,
    default_table,
)
from .errors import InputError
from .feature_extractors import FeatureExtractor, InceptionV3
from .fit_result import FitResult
from .images.canvas import Canvas, as_canvas
from .images.working_copy import WorkingCopy, working_copy
from .losses import ChangeLoss, Loss, NeutralsLoss, Scene, as_loss
from .losses.base import LossFunction, LossSum
from .optimizers import LBFGS, Adam, Callback, Optimizer
from .parametrizations import BilateralGrid, Detail, Parametrization, Pixels, Several
from .problem import Problem, clipped, reached
from .published import paper_losses
from .targets import Target, as_target

__all__ = ["FeatureMatcher", "default_losses", "default_masked_losses", "default_table"]

# Pixels that the sides of working copies are multiples of: for each new size TensorFlow prepares
# every convolution, and keeps it.
MULTIPLE = 64
DIVERGED = "the fit met values that are not finite and ended early"
# Arguments of version 0.1 that have another place now.
MOVED = {
    "constraint": "constraint= is gone: losses with a ColorLoss() pull at the colour, all others "
    "have it as a constraint",
    "mean_space": "mean_space= is gone: give the target as targets.MeanColor(color, space=...)",
}


@dataclasses.dataclass(frozen=True, init=False, eq=False)
class FeatureMatcher:
    """Feature matching (Soiffer and Zhang 2018, section 3.1), by default on a table of colours.

    Parameters
    ----------
    losses
        A loss term, a sum of terms, or a function ``(current, original, color) -> scalar``. By
        default :func:`default_losses`. The target is a constraint that every rendering satisfies,
        unless there is a term that pulls at it, as the paper's `ColorLoss`. The final image is
        exact in both cases.
    masked_losses
        The same of targets within masks; by default ``losses`` where they are given, and otherwise
        :func:`default_masked_losses`.
    statistic_losses
        The same of targets that name numbers, as `targets.Contrast`; by default ``losses`` where
        they are given, and otherwise :func:`default_statistic_losses`.
    reference_losses
        The same of targets that can only be pulled at, as `targets.Distribution`; by default
        ``losses`` where they are given, and otherwise :func:`default_reference_losses`.
    parametrization
        What may vary; by default :func:`default_table`.
    optimizer
        How to descend; by default ``LBFGS(steps=13)``.
    working_size
        Longest side, in pixels, of the reduced copy on which the edit is fitted, both sides rounded
        to multiples of 64 (the edit knows places as shares of a side); None: as it is.
    levels
        Coarse to fine: the fit starts on a copy reduced by another 2^(levels - 1), and each level
        starts from the result of the one before. For single pixels this saves most of the time.

    Notes
    -----
    A matcher is immutable, can be pickled, and serves any number of photographs and targets.

    Examples
    --------
    >>> matcher = FeatureMatcher(losses=ChangeLoss(), optimizer=LBFGS(steps=3))  # a quick one
    >>> matcher.fit(photo, "#5b86b4").color_error < 0.002
    True
    """

    losses: LossSum
    masked_losses: LossSum
    statistic_losses: LossSum
    reference_losses: LossSum
    parametrization: Parametrization
    optimizer: Optimizer
    working_size: int | None
    levels: int

    def __init__(
        self,
        *,
        losses: Loss | LossFunction | None = None,
        masked_losses: Loss | LossFunction | None = None,
        statistic_losses: Loss | LossFunction | None = None,
        reference_losses: Loss | LossFunction | None = None,
        parametrization: Parametrization | None = None,
        optimizer: Optimizer | None = None,
        working_size: int | None = 192,
        levels: int = 1,
        **moved: Any,
    ) -> None:
        for name in moved:
            if name not in MOVED:
                raise TypeError(f"FeatureMatcher has no argument {name!r}")
            raise InputError(MOVED[name])
        if working_size is not None and working_size < 16:
            raise InputError("working_size must be at least 16 pixels")
        if levels < 1:
            raise InputError("levels must be at least 1")
        for part, kind in ((parametrization, Parametrization), (optimizer, Optimizer)):
            if part is not None and not isinstance(part, kind):
                what = f"the class {part.__name__}" if isinstance(part, type) else repr(part)
                raise InputError(f"{what} is no {kind.__name__}; give an object, as LBFGS()")
        if masked_losses is None:
            masked_losses = default_masked_losses() if losses is None else losses
        if statistic_losses is None:
            statistic_losses = default_statistic_losses() if losses is None else losses
        if reference_losses is None:
            reference_losses = default_reference_losses() if losses is None else losses
        values = {
            "losses": default_losses() if losses is None else 1.0 * as_loss(losses),
            "masked_losses": 1.0 * as_loss(masked_losses),
            "statistic_losses": 1.0 * as_loss(statistic_losses),
            "reference_losses": 1.0 * as_loss(reference_losses),
            "parametrization": default_table() if parametrization is None else parametrization,
            "optimizer": LBFGS(steps=13) if optimizer is None else optimizer,
            "working_size": working_size,
            "levels": levels,
        }
        for name, value in values.items():
            object.__setattr__(self, name, value)

    @classmethod
    def v01(cls) -> FeatureMatcher:
        """The default of version 0.1: content alone on a bilateral grid. It keeps its bytes."""
        return cls(
            losses=content() + ChangeLoss() + 0.2 * NeutralsLoss(),
            parametrization=BilateralGrid(),
            optimizer=LBFGS(steps=14),
            working_size=320,
            levels=1,
        )

    @classmethod
    def paper(
        cls,
        extractor: FeatureExtractor | str = "imagenet",
        *,
        saturation: bool = False,
        optimizer: Optimizer | None = None,
        levels: int = 1,
        tile: int | None = None,
    ) -> FeatureMatcher:
        """Feature matching as published; docs/paper says who chose which constant.

        Parameters
        ----------
        extractor
            An extractor, or the weights for Inception-v3's ``mixed3``: "imagenet" or a path.
        saturation
            With the optional term |V(I) - V(I_0)|^2.
        optimizer
            The paper says "gradient descent" and gives no constants; by default Adam.
        levels, tile
            1 and None as published; coarse-to-fine starts and tiles (see ``FeatureMatchingLoss``)
            are what lets it finish large photographs.
        """
        if not isinstance(extractor, FeatureExtractor):
            extractor = InceptionV3(extractor, layers=("mixed3",))
        return cls(
            losses=paper_losses(extractor, saturation=saturation, tile=tile),
            parametrization=Pixels(),
            optimizer=optimizer or Adam(steps=100, learning_rate=0.003),
            working_size=None,
            levels=levels,
        )

    def transfer(self, image: Any, target: Any, *, callbacks: Sequence[Callback] = ()) -> Any:
        """The image that :meth:`fit` finds, of the type, dtype and shape of ``image``."""
        return self.fit(image, target, callbacks=callbacks).image

    def fit(self, image: Any, target: Any, *, callbacks: Sequence[Callback] = ()) -> FitResult:
        """The photograph with another mean colour, or with what else the target asks for.

        Parameters
        ----------
        image
            Array or tensor: uint8, uint16, or float16/32/64 in [0, 1]; (H, W), (H, W, 1), (H, W, 3)
            or (H, W, 4). It is not changed. Pixels with alpha 0 do not count.
        target
            The target mean: "#5b86b4", "teal", "rgb(91, 134, 180)" or three floats in [0, 1]. A
            grey image takes the grey of the same luma. Or a target from `colortransfer.targets`.
        callbacks
            Called after each step with an ``optimizers.Step``; returning True ends the fit.

        Returns
        -------
        FitResult
            Image (of the type, dtype and shape given), transform, errors, warnings, history.

        Raises
        ------
        InputError
            If the image or the target cannot be used; the message names the remedy.
        """
        began = time.perf_counter()
        before_tensorflow()
        if not tf.executing_eagerly():
            raise InputError("a fit builds its own graphs; call it outside of tf.Graph")
        if callable(callbacks):
            raise InputError("callbacks is one function; give a list of it: [function]")
        asked = as_target(target)
        canvas = as_canvas(asked.photograph(image))
        warnings = asked.warnings(canvas)
        asked = asked.resolved(canvas)
        losses = self._losses(asked)
        if not (asked.exact or losses.pulls):
            name = type(asked).__name__
            raise InputError(f"{name} can only be pulled at; add a TargetLoss() to the losses")
        copy, problem = self._copy(canvas, asked, 0), self._problem(asked)
        minimum = problem.coarse_to_fine(
            self.optimizer,
            (
                Scene.of(self._copy(canvas, asked, level) if level else copy, asked)
                for level in reversed(range(self.levels))
            ),
            lambda scene: asked.start(scene.original, scene.goal),
            callbacks=callbacks,
        )
        family = problem.parametrization  # its edit can go as soon as there is the exact one
        edit = asked.finish(canvas, family.transform(minimum.variables, copy.size))
        return FitResult(
            image=edit.image,
            transform=edit.transform,
            errors=edit.errors,
            warnings=(
                *edit.warnings,
                *warnings,
                *losses.warnings(*copy.image.shape[:2]),
                *([DIVERGED] if minimum.reason == "diverged" else []),
            ),
            target=asked,
            mean_space=getattr(asked, "space", "srgb"),
            history=minimum.history,
            color=getattr(asked, "color", None),
            reason=minimum.reason,
            undone=minimum.undone,
            seconds=time.perf_counter() - began,
        )

    def _problem(self, target: Target) -> Problem:
        """The objective of a fit; one, and so one graph, for all targets of a kind."""
        kind = (target.places, target.within, target.varies, target.exact, target.numbers)
        if kind not in self._problems:
            family = self.parametrization
            family = family if target.places == 1 else Several(family, target.places)
            if "detail" in target.varies:
                family = Detail(family if target.varies > {"detail"} else None)
            losses = self._losses(target)
            self._problems[kind] = Problem(family, losses, clipped if losses.pulls else reached)
        return self._problems[kind]

    def _losses(self, target: Target) -> LossSum:
        """Those of a kind of targets."""
        if not target.exact and not self.losses.pulls:
            return self.reference_losses
        if target.numbers:
            return self.statistic_losses
        return self.masked_losses if target.within else self.losses

    @functools.cached_property
    def _problems(self) -> dict[tuple[Any, ...], Problem]:
        return {}

    def _copy(self, canvas: Canvas, target: Target, level: int) -> WorkingCopy:
        """The working copy of a level; without a working size the very pixels."""
        longest = max(self.working_size or math.inf, target.working_size)
        longest = min(longest, max(canvas.size)) / 2**level
        multiple = MULTIPLE if self.working_size else 1
        return working_copy(canvas, longest, self._losses(target).minimum_size, multiple)

    def __getstate__(self) -> dict[str, Any]:
        """Without the compiled objective, which belongs to this process."""
        return {field.name: getattr(self, field.name) for field in dataclasses.fields(self)}
