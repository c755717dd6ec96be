"""CycleGAN (Zhu, Park, Isola and Efros 2017)."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Sequence
from typing import Any, ClassVar, Literal

from ..adversarial import Deception, Difference, Discrimination, Player, Term
from ..errors import InputError
from ..training import Schedule
from .translation import DOMAINS, Translation, cycle_terms, made
from .translation_networks import Pool, ResNet, UNet, depth_of


@dataclasses.dataclass(kw_only=True, eq=False)
class CycleGAN(Translation):
    """CycleGAN as published: least squares, cycle 10, a pool of 50, Adam 2e-4 with beta1 0.5.

    Parameters
    ----------
    size
        Side of the crops in pixels, a multiple of 4. Below 128 the critics see patches of 34
        pixels instead of 70.
    width
        Channels of the first layer of generators and critics.
    generator
        "resnet", as published. The norm behind its first layer takes a picture's mean colour and
        contrast away: it cannot see them. "unet", as in the authors' code, has none there.
    blocks
        Residual blocks of a ResNet: by default 9 from 256 pixels on, 6 below.
    residual
        Whether what a generator makes is added to its picture.
    average
        Decay of the running average of the generators' weights, which is what is kept of a
        training; published without (None).
    cycle, identity
        Weights of |F(G(x)) - x|, and of |G(y) - y| (the paper has 5 where colour is to stay).
    rate
        Adam's, constant over the first half of the steps.
    seed
        Of weights, crops and pool.
    batch
        Pictures of each domain in a step; published with 1.

    Examples
    --------
    >>> images = np.random.default_rng(0).integers(0, 256, (2, 16, 16, 3), dtype=np.uint8)
    >>> gan = CycleGAN(size=16, width=4, blocks=1)
    >>> gan.train(images, images, steps=1).rejected
    0
    >>> gan.translate(images[0], to="b").shape
    (16, 16, 3)
    """

    kind: ClassVar[str] = "cyclegan"
    schedule: ClassVar[Schedule] = Schedule(cooldown=0.5)
    whole: ClassVar[dict[str, tuple[str, ...]]] = {"critics": ("pooled_a", "pooled_b")}

    size: int = 256
    width: int = 64
    generator: Literal["resnet", "unet"] = "resnet"
    blocks: int | None = None
    residual: bool = False
    average: float | None = None
    cycle: float = 10.0
    identity: float = 0.0
    rate: float = 2e-4
    seed: int = 0
    batch: int = 1

    def __post_init__(self) -> None:
        if self.size < 16 or self.size % 4:
            raise InputError(f"size is a multiple of 4 from 16, not {self.size}")
        options: dict[str, Any] = {"width": self.width, "residual": self.residual}
        if self.generator == "unet":
            self._set(lambda seed: UNet(depth_of(self.size), seed=seed, **options))
        elif self.generator == "resnet":
            blocks = self.blocks or (9 if self.size >= 256 else 6)
            self._set(lambda seed: ResNet(blocks, seed=seed, **options))
        else:
            raise InputError(f'generator is "resnet" or "unet", not {self.generator!r}')
        self.networks |= {f"pool_{x}": Pool(50, self.size) for x in "ab"}

    def _player(self, name: str, networks: tuple[str, ...], terms: Sequence[Term]) -> Player:
        adam: dict[str, Any] = {"rate": self.rate, "beta_1": 0.5, "beta_2": 0.999}
        return Player(name=name, networks=networks, terms=tuple(terms), **adam)

    def _critics(self) -> Player:
        # Halved, so that critics learn at half the generators' rate.
        terms = [
            Discrimination(
                name=f"critic_{y}_error",
                critic=f"critic_{y}",
                real=y,
                fake=f"pooled_{y}",
                measure="squares",
                weight=0.5,
            )
            for _, y in DOMAINS
        ]
        return self._player("critics", ("critic_a", "critic_b"), terms)

    def _generators(self) -> Player:
        terms: list[Term] = [
            Deception(
                name=f"deception_{y}", critic=f"critic_{y}", fake=f"{x}{y}", measure="squares"
            )
            for x, y in DOMAINS
        ]
        terms += cycle_terms(self.cycle)
        if self.identity:
            terms += [
                Difference(name=f"identity_{y}", first=f"same_{y}", second=y, weight=self.identity)
                for _, y in DOMAINS
            ]
        return self._player("generators", ("ab", "ba"), terms)

    def _wiring(self) -> dict[str, Callable[[Any], Any]]:
        wiring = super()._wiring()
        for number, (x, y) in enumerate(DOMAINS):
            wiring[f"pooled_{y}"] = made(f"pool_{y}", f"{x}{y}", 40 + number)
            wiring[f"same_{y}"] = made(f"{x}{y}", y, 50 + number)
        return wiring
