"""Methods that give an image a mean colour."""

from __future__ import annotations

import dataclasses
from abc import ABC, abstractmethod
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, ClassVar

from .registry import Takes, check_options, register

if TYPE_CHECKING:
    import numpy as np

    from ..colors import MeanSpace
    from ..edit import Edit


class ByColor(ABC):
    """A method that takes a mean colour: subclasses edit, errors and warnings are added here."""

    name: ClassVar[str]
    takes: ClassVar[Takes] = "color"
    has_transform: ClassVar[bool] = True
    mean_space: MeanSpace = "srgb"

    def fit(self, image: Any, target: Any, *, callbacks: Sequence[Any] = ()) -> Edit:
        """Give ``image`` the mean colour ``target``; see `Method.fit`."""
        from ..colors import goal_of
        from ..edit import asked_color, color_warnings, mean_error
        from ..images import as_canvas

        color, grey = asked_color(target, self.name), as_canvas(image).grey
        edit = self._edit(image, color, callbacks)
        goal = goal_of(color, grey=grey)
        error = edit.errors.get("color")
        if error is None:
            error = mean_error(edit.image, goal, self.mean_space)
        warnings = dict.fromkeys((*edit.warnings, *color_warnings(color, grey=grey)))
        return dataclasses.replace(
            edit,
            errors={**edit.errors, "color": error},
            warnings=tuple(warnings),
            color=goal,
            mean_space=self.mean_space,
        )

    @abstractmethod
    def _edit(self, image: Any, color: np.ndarray, callbacks: Sequence[Any]) -> Edit:
        """The edited image and its transform; an error where it is known already."""


@register
class FeatureMatching(ByColor):
    """`FeatureMatcher`: an edit after which a network sees what it saw before.

    Parameters
    ----------
    mean_space
        Where the mean is taken: "srgb" or "linear".
    **options
        Those of `FeatureMatcher`.
    """

    name = "feature-matching"

    def __init__(self, *, mean_space: MeanSpace = "srgb", **options: Any) -> None:
        from ..feature_matcher import FeatureMatcher

        check_options(self.name, FeatureMatcher, options)
        self.mean_space = mean_space
        self._matcher = FeatureMatcher(**options)

    def fit(self, image: Any, target: Any, *, callbacks: Sequence[Any] = ()) -> Edit:
        """Give ``image`` a mean colour, or what another target of `colortransfer.targets` asks."""
        from ..targets import Target

        if isinstance(target, Target):
            return self._matcher.fit(image, target, callbacks=callbacks)
        return super().fit(image, target, callbacks=callbacks)

    def _edit(self, image: Any, color: np.ndarray, callbacks: Sequence[Any]) -> Edit:
        from ..targets import MeanColor

        target = MeanColor(color, space=self.mean_space)
        return self._matcher.fit(image, target, callbacks=callbacks)


@register
class Shift(ByColor):
    """`classical.shift`: the same change of every pixel.

    Parameters
    ----------
    **options
        Those of `classical.shift`: ``form``, ``space``, ``midtone_weight``, ``mask``.
    """

    name = "shift"

    def __init__(self, **options: Any) -> None:
        from ..classical import shift

        check_options(self.name, shift, options)
        self._options = options

    def _edit(self, image: Any, color: np.ndarray, callbacks: Sequence[Any]) -> Edit:
        from ..classical import fit

        return fit("shift", image, color, **self._options)


@register
class Gan(ByColor):
    """`ColorGAN`: an edit that a generator predicts.

    Parameters
    ----------
    seed
        Seed of the generator's noise, from 0.
    weights
        A file that `ColorGAN.save` or ``colortransfer train-gan`` wrote; None takes the weights
        that come with the package.
    """

    name = "gan"

    def __init__(self, *, seed: int = 0, weights: str | None = None) -> None:
        from ..gan import ColorGAN

        self._seed = seed
        self._gan = ColorGAN.pretrained() if weights is None else ColorGAN.load(weights)

    def _edit(self, image: Any, color: np.ndarray, callbacks: Sequence[Any]) -> Edit:
        return self._gan.fit_edit(image, color, seed=self._seed)
