"""The first approach: an image whose mean colour is the target and whose features stay."""

from __future__ import annotations

import dataclasses
import math
import time
from collections.abc import Sequence
from typing import Any, Literal

import numpy as np
import tensorflow as tf

from . import colors
from .errors import InputError
from .exactness import exact_shift
from .feature_extractors import FeatureExtractor, InceptionV1, InceptionV3, PlainNet, Several
from .images.canvas import Canvas, as_canvas
from .images.working_copy import WorkingCopy, working_copy
from .losses import (
    BlurLoss,
    ChangeLoss,
    ColorLoss,
    ColorVarianceLoss,
    FeatureMatchingLoss,
    Loss,
    NeutralsLoss,
    as_loss,
)
from .losses.base import LossFunction, LossSum
from .optimizers import LBFGS, Adam, Callback, Minimum, Optimizer
from .parametrizations import BilateralGrid, Parametrization, Pixels
from .parametrizations.exact_color import reach_color
from .transforms import Transform, apply_exactly

Constraint = Literal["exact", "loss"]

# Pixels that the sides of working copies are multiples of: for each new size TensorFlow prepares
# every convolution, and keeps it.
MULTIPLE = 64


@dataclasses.dataclass(frozen=True)
class FitResult:
    """What a fit has found.

    Attributes
    ----------
    image
        The recoloured image: same type, dtype and shape as the one given.
    transform : Transform
        The edit, to be applied to other images or sizes.
    history : dict of lists
        Value of each loss term at each step; ``loss`` is their sum.
    color_error : float
        Largest difference of a channel between the image's mean and the target, in [0, 1], after
        rounding to the image's dtype.
    color : ndarray
        The target, sRGB (3,). For a grey image the grey of the same luma.
    reason : str
        Why the fit ended: "steps", "converged", "callback" or "diverged".
    undone : list of int
        Steps that met values that were not finite and were taken back.
    remarks : list of str
        What the caller should know, such as octaves that were dropped.
    seconds : float
        How long it took.
    """

    image: Any
    transform: Transform
    history: dict[str, list[float]]
    color_error: float
    color: np.ndarray
    reason: str
    undone: list[int]
    remarks: list[str]
    seconds: float


class FeatureMatcher:
    """Feature matching (Soiffer and Zhang 2018, section 3.1), by default on a bilateral grid.

    Parameters
    ----------
    losses
        A loss term, a sum of terms, or a function ``(current, original, color) -> scalar``. By
        default :func:`default_losses`.
    parametrization
        What may vary; by default ``BilateralGrid()``.
    optimizer
        How to descend; by default ``LBFGS(steps=14)``.
    constraint
        "exact": every rendering is shifted so that its mean colour is the target; "loss": only the
        loss pulls the colour, as in the paper. The final image is exact in both cases.
    working_size
        Longest side, in pixels, of the reduced copy on which the edit is fitted, both sides rounded
        to multiples of 64 (the edit knows places as shares of a side); None: as it is.
    levels
        Coarse to fine: the fit starts on a copy reduced by another 2^(levels - 1), and each level
        starts from the result of the one before. For single pixels this saves most of the time.
    mean_space
        Where the mean is taken: "srgb" as in the paper, or "linear" light.

    Examples
    --------
    >>> matcher = FeatureMatcher()
    >>> recoloured = matcher.transfer(image, "#5b86b4")  # doctest: +SKIP
    """

    def __init__(
        self,
        *,
        losses: Loss | LossFunction | None = None,
        parametrization: Parametrization | None = None,
        optimizer: Optimizer | None = None,
        constraint: Constraint = "exact",
        working_size: int | None = 320,
        levels: int = 1,
        mean_space: colors.MeanSpace = "srgb",
    ) -> None:
        if constraint not in ("exact", "loss"):
            raise InputError(f"constraint is 'exact' or 'loss', not {constraint!r}")
        if mean_space not in ("srgb", "linear"):
            raise InputError(f"mean_space is 'srgb' or 'linear', not {mean_space!r}")
        if working_size is not None and working_size < 16:
            raise InputError("working_size must be at least 16 pixels")
        if levels < 1:
            raise InputError("levels must be at least 1")
        terms = default_losses() if losses is None else as_loss(losses)
        self.losses = terms if isinstance(terms, LossSum) else 1.0 * terms
        taken = {"loss", "penalty"} & set(self.losses.names)
        if taken:  # the history keeps the sum and the parametrization's penalty under these names
            raise InputError(f"a loss term cannot be called {taken.pop()!r}; give it another name")
        self.parametrization = BilateralGrid() if parametrization is None else parametrization
        self.optimizer = LBFGS(steps=14) if optimizer is None else optimizer
        self.constraint = constraint
        self.working_size, self.levels = working_size, levels
        self.mean_space = mean_space
        self._evaluate = tf.function(self._terms_and_gradients, reduce_retracing=True)

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
        """Feature matching as published; every constant is here, every decision in docs/paper.

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
        losses = (
            100.0 * ColorLoss(norm="l2")
            + 1.0
            * FeatureMatchingLoss(extractor, octaves=4, decay=0.9, normalisation="mean", tile=tile)
            + 1.0 * BlurLoss(relative=False)
        )
        if saturation:
            losses = losses + 1.0 * ColorVarianceLoss()
        return cls(
            losses=losses,
            parametrization=Pixels(),
            optimizer=optimizer or Adam(steps=100, learning_rate=0.003),
            constraint="loss",
            working_size=None,
            levels=levels,
        )

    def transfer(self, image: Any, color: Any, *, callbacks: Sequence[Callback] = ()) -> Any:
        """The photograph with another mean colour.

        Parameters
        ----------
        image
            Array or tensor: uint8, uint16, or float16/32/64 in [0, 1]; (H, W), (H, W, 1), (H, W, 3)
            or (H, W, 4). It is not changed. Pixels with alpha 0 do not count in the mean.
        color
            The target mean: "#5b86b4", "teal", "rgb(91, 134, 180)" or three floats in [0, 1]. A
            grey image takes the grey of the same luma.
        callbacks
            Called after each step with an ``optimizers.Step``; returning True ends the fit.

        Returns
        -------
        Same type, dtype and shape as ``image``.

        Raises
        ------
        InputError
            If the image or the colour cannot be used; the message names the remedy.
        """
        return self.fit(image, color, callbacks=callbacks).image

    def fit(self, image: Any, color: Any, *, callbacks: Sequence[Callback] = ()) -> FitResult:
        """Like :meth:`transfer`, with everything that was found. See :class:`FitResult`."""
        began = time.perf_counter()
        target = colors.parse_color(color)
        canvas = as_canvas(image)
        if canvas.grey:
            target = np.full(3, colors.LUMA @ target)
        minimum = None
        for level in reversed(range(self.levels)):
            copy = self._copy(canvas, level)
            original, weights, size = tf.constant(copy.image), tf.constant(copy.weights), copy.size
            del copy  # of single pixels there may be little room for two
            minimum = self._descend(original, weights, target, minimum, callbacks)
        assert minimum is not None
        result, transform, error = apply_exactly(
            # Named nowhere else, so that it can go as soon as there is the shifted one.
            canvas,
            self.parametrization.transform(minimum.variables, size),
            target,
            space=self.mean_space,
        )
        return FitResult(
            image=result,
            transform=transform,
            history=minimum.history,
            color_error=error,
            color=target,
            reason=minimum.reason,
            undone=minimum.undone,
            remarks=self.losses.remarks(*original.shape[:2]),
            seconds=time.perf_counter() - began,
        )

    def _copy(self, canvas: Canvas, level: int) -> WorkingCopy:
        """What is fitted at a level, 0 the last; without a working size the very pixels."""
        longest = min(self.working_size or math.inf, max(canvas.pixels.shape)) / 2**level
        multiple = MULTIPLE if self.working_size else 1
        return working_copy(canvas, longest, self.losses.minimum_size, multiple)

    def _descend(
        self,
        original: tf.Tensor,
        weights: tf.Tensor,
        target: np.ndarray,
        coarser: Minimum | None,
        callbacks: Sequence[Callback],
    ) -> Minimum:
        """Fit to one working copy, from the mean shift or from the result of a coarser copy."""
        color = tf.constant(target, tf.float32)
        if coarser is None:
            shift = exact_shift(original.numpy(), target, space=self.mean_space)
            variables = self.parametrization.initial(original, tf.constant(shift, tf.float32))
        else:
            variables = self.parametrization.enlarged(coarser.variables, original)
        fixed = (
            self.parametrization.prepare(original),
            self.losses.prepare(original, color),
            color,
            weights,
        )
        step = self._evaluate.get_concrete_function(
            *tf.nest.map_structure(_any_size, (variables, *fixed))
        )
        return self.optimizer.minimize(lambda v: step(v, *fixed), variables, callbacks)

    def _terms_and_gradients(
        self, variables: Any, prepared: Any, references: Any, color: tf.Tensor, weights: tf.Tensor
    ) -> tuple[dict[str, tf.Tensor], Any]:
        """One evaluation of the objective: this is the graph."""
        with tf.GradientTape() as tape:
            tape.watch(variables)
            image = self.parametrization.render(variables, prepared)
            if self.constraint == "exact":
                image = reach_color(image, color, weights, self.mean_space)
            else:  # what can be shown is seen; the gradient passes, so that pixels find back
                image += tf.stop_gradient(tf.clip_by_value(image, 0.0, 1.0) - image)
            terms = self.losses.values(image, references, color)
            penalty = self.parametrization.penalty(variables)
            if penalty is not None:
                terms["penalty"] = penalty
            loss = tf.add_n(list(terms.values()))
        gradients = tape.gradient(loss, variables)
        return terms, tf.nest.map_structure(tf.convert_to_tensor, gradients)


def default_losses() -> LossSum:
    """What ``FeatureMatcher()`` minimises.

    The bundled networks' feature distance to the original in units of the mean shift's, the
    rectified squared change of pixels, and a term that keeps whites and blacks neutral.
    """
    plain = PlainNet(layers=("conv1_2", "conv2_2", "conv4_2"))
    networks = Several([plain, InceptionV1(layers=("mixed3a", "mixed3b"))])
    features = FeatureMatchingLoss(networks, octaves=1, normalisation="shift")
    return features + ChangeLoss() + 0.2 * NeutralsLoss()


def _any_size(tensor: tf.Tensor) -> tf.TensorSpec:
    """The tensor's type with free height and width, so that one graph serves every image."""
    shape = tensor.shape.as_list()
    free = {2: (0, 1), 3: (0, 1), 4: (1, 2)}.get(len(shape), ())
    return tf.TensorSpec([None if i in free else n for i, n in enumerate(shape)], tensor.dtype)
