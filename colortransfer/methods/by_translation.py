"""Translations between two domains of photographs, of which nothing is asked but the domain."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, ClassVar, Literal

from ..errors import InputError
from .registry import Takes, register

if TYPE_CHECKING:
    from ..edit import Edit


@register
class Translation:
    """`gan.CycleGAN` or `gan.DualGAN`: the photograph as one of another domain.

    Parameters
    ----------
    weights
        A file that their ``save`` or ``colortransfer train-gan`` wrote.
    to
        The domain: "b" is that of the second set of photographs of the training.
    seed
        Of DualGAN's noise.
    """

    name: ClassVar[str] = "translation"
    takes: ClassVar[Takes] = "nothing"
    has_transform: ClassVar[bool] = False

    def __init__(
        self, *, weights: str | None = None, to: Literal["a", "b"] = "b", seed: int = 0
    ) -> None:
        from ..gan import Translation as Networks

        if weights is None:
            raise InputError("a translation needs weights: a file of a trained CycleGAN or DualGAN")
        self._networks, self._to, self._seed = Networks.load(weights), to, seed

    def fit(self, image: Any, target: Any, *, callbacks: Sequence[Any] = ()) -> Edit:
        """Translate ``image``; ``target`` is None. See `Method.fit`."""
        from ..edit import Edit

        if target is not None:
            raise InputError("a translation goes to its domain's colours; leave out the target")
        return Edit(self._networks.translate(image, to=self._to, seed=self._seed), None)
