"""DualGAN (Yi, Zhang, Tan and Gong 2017)."""

from __future__ import annotations

import dataclasses
from typing import Any, ClassVar, Literal

from ..adversarial import Adversarial, Deception, Discrimination, Player, Term, Wasserstein
from ..errors import InputError
from .translation import DOMAINS, Translation, cycle_terms
from .translation_networks import UNet, depth_of


@dataclasses.dataclass(kw_only=True, eq=False)
class DualGAN(Translation):
    """DualGAN as published: U-Nets with dropout as noise, Wasserstein critics that are clipped.

    Parameters
    ----------
    size
        Side of the crops in pixels, a power of two.
    width
        Channels of the first layer of generators and critics.
    reconstruction
        Weight of the L1 distances after the way back, of values in [-1, 1].
    loss
        "wasserstein": as published, RMSProp 5e-5, weights within ``clip``, three critic steps;
        "logistic": what its author later preferred, Adam 2e-4, one critic step.
    clip
        Bound of the critics' weights.
    residual
        Whether what a generator makes is added to its picture. Without, a negative whose way back
        is a negative too satisfies every term, and trainings find it.
    average
        Decay of the running average of the generators' weights, which is what is kept of a
        training; published without (None).
    seed
        Of weights, crops and noise.
    batch
        Pictures of each domain in a step; published with 1.

    Examples
    --------
    >>> images = np.random.default_rng(0).integers(0, 256, (2, 16, 16, 3), dtype=np.uint8)
    >>> gan = DualGAN(size=16, width=4)
    >>> gan.train(images, images, steps=1).rejected
    0
    >>> gan.translate(images[0], to="a").dtype
    dtype('uint8')
    """

    kind: ClassVar[str] = "dualgan"

    size: int = 256
    width: int = 64
    reconstruction: float = 20.0
    loss: Literal["wasserstein", "logistic"] = "wasserstein"
    clip: float = 0.01
    residual: bool = False
    average: float | None = None
    seed: int = 0
    batch: int = 1

    def __post_init__(self) -> None:
        if self.loss not in ("wasserstein", "logistic"):
            raise InputError(f'loss is "wasserstein" or "logistic", not {self.loss!r}')
        options: dict[str, Any] = {"width": self.width, "residual": self.residual}
        self._set(lambda seed: UNet(depth_of(self.size), seed=seed, **options))

    def _critics(self) -> Player:
        kind = Wasserstein if self.loss == "wasserstein" else Discrimination
        terms = tuple(
            kind(name=f"critic_{y}_error", critic=f"critic_{y}", real=y, fake=f"{x}{y}")
            for x, y in DOMAINS
        )
        return self._player("critics", ("critic_a", "critic_b"), terms, critic=True)

    def _generators(self) -> Player:
        kind = Adversarial if self.loss == "wasserstein" else Deception
        terms = tuple(
            kind(name=f"deception_{y}", critic=f"critic_{y}", fake=f"{x}{y}") for x, y in DOMAINS
        )
        return self._player("generators", ("ab", "ba"), (*terms, *cycle_terms(self.reconstruction)))

    def _player(
        self, name: str, networks: tuple[str, ...], terms: tuple[Term, ...], critic: bool = False
    ) -> Player:
        constants: dict[str, Any] = {"rate": 2e-4, "beta_1": 0.5, "beta_2": 0.999}
        if self.loss == "wasserstein":
            constants = {"rate": 5e-5, "optimizer": "rmsprop", "beta_2": 0.9}
            if critic:
                constants |= {"clip": self.clip, "steps": 3}
        return Player(name=name, networks=networks, terms=terms, **constants)
