"""What CycleGAN and DualGAN share: two domains without pairs, and the way back as a loss."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Sequence
from typing import Any, ClassVar, Literal

import numpy as np
import tensorflow as tf

from ..adversarial import Difference, Game, Player, Term
from ..core.forks import before_tensorflow
from ..errors import InputError
from ..images.canvas import as_canvas
from ..training import History
from .networks import Network
from .relative import Relative, as_bytes, signed
from .translation_networks import PatchCritic

SEEDS = 1000  # between those of two pictures: more than a round takes
SHOWN = 6  # photographs in a row of a sheet
DOMAINS: tuple[tuple[str, str], ...] = (("a", "b"), ("b", "a"))


class Translation(Relative):
    """Two generators and two critics, and the way back as a loss.

    Made and trained in the scope of a `tf.distribute` strategy, replicas share each batch.

    Networks: ``ab`` makes pictures of domain b, ``ba`` of domain a; ``critic_a`` and ``critic_b``.

    Examples
    --------
    >>> from colortransfer.gan import CycleGAN
    >>> isinstance(CycleGAN(size=16, width=4, blocks=1), Translation)
    True
    """

    kept: ClassVar[tuple[str, ...]] = ("ab", "ba")
    # Names of tensors that are made of the whole batch, by player.
    whole: ClassVar[dict[str, tuple[str, ...]]] = {}
    width: int
    average: float | None

    def train(
        self, images_a: np.ndarray, images_b: np.ndarray, *, steps: int, **options: Any
    ) -> History:
        """Train on two sets of photographs.

        Parameters
        ----------
        images_a, images_b
            uint8 (N, H, W, 3), at least of ``size``: every step cuts new random crops, half of
            which are flipped. The papers enlarge to 286 pixels and cut to 256.
        steps
            Steps in all, of ``batch`` pictures of each domain; over the second half of a CycleGAN's
            the learning rate falls to 0.
        **options
            Those of `training.Options`: ``folder``, ``checkpoint_every``, ``validate_every``,
            ``callbacks``, ``tensorboard``, ``progress``. The folder gets sheets: a, b from it, a
            again, b, a from it, b again.
        """
        return self._train([images_a, images_b], steps, options)

    def translate(self, image: Any, *, to: Literal["a", "b"] = "b", seed: int = 0) -> Any:
        """The photograph as one of the other domain.

        Parameters
        ----------
        image
            Array or tensor (H, W), (H, W, 1), (H, W, 3) or (H, W, 4): uint8, uint16, or floats in
            [0, 1]; any size, though it is seen at the scale of the training.
        to
            The domain that it is to be of.
        seed
            Of the dropout that is DualGAN's noise.

        Returns
        -------
        Same type, dtype and shape as ``image``.
        """
        if to not in ("a", "b"):
            raise InputError(f'to is "a" or "b", not {to!r}')
        before_tensorflow()
        canvas = as_canvas(image)
        network = self.networks["ab" if to == "b" else "ba"]
        height, width = canvas.rgb.shape[:2]
        added = [(0, -side % network.multiple) for side in (height, width)]
        padded = np.pad(canvas.rgb, [*added, (0, 0)], mode="symmetric")
        found = network(tf.constant(2.0 * padded[None] - 1.0), tf.constant([seed, 0]))
        return canvas.restore(0.5 + 0.5 * found[0, :height, :width].numpy())

    def _set(self, generator: Callable[[int], Network]) -> None:
        """The networks; patches are 70 pixels wide, in small pictures 34 or 16."""
        if self.average is not None and not 0 <= self.average < 1:
            raise InputError(f"average lies in [0, 1), or is None; not {self.average}")
        layers = 3 if self.size >= 128 else 2 if self.size >= 64 else 1
        self.networks = {
            "ab": generator(self.seed),
            "ba": generator(self.seed + 1),
            "critic_a": PatchCritic(layers, width=self.width, seed=self.seed + 2),
            "critic_b": PatchCritic(layers, width=self.width, seed=self.seed + 3),
        }

    def _critics(self) -> Player:
        raise NotImplementedError

    def _generators(self) -> Player:
        raise NotImplementedError

    def _wiring(self) -> dict[str, Callable[[Any], Any]]:
        """What the generators make, each time with new noise: ab, aba, and the other way round."""
        wiring: dict[str, Callable[[Any], Any]] = {}
        for number, (x, y) in enumerate(DOMAINS):
            there, back = f"{x}{y}", f"{y}{x}"
            wiring[there] = made(there, x, 10 * number)
            wiring[f"{x}{y}{x}"] = made(back, there, 10 * number + 20)
        return wiring

    def _game(self) -> Game:
        def draw(batch: tuple[tf.Tensor, tf.Tensor], seed: tf.Tensor) -> dict[str, tf.Tensor]:
            # A seed for each picture, so that it does not matter who makes which.
            each = SEEDS * tf.range(self.batch, dtype=seed.dtype)
            seeds = seed + tf.stack([tf.zeros_like(each), each], 1)
            return {"a": signed(batch[0]), "b": signed(batch[1]), "seed": seeds}

        generators = dataclasses.replace(self._generators(), average=self.average)
        return Game(
            self.networks,
            (self._critics(), generators),
            draw=draw,
            wiring=self._wiring(),
            batch=self.batch,
            seed=self.seed,
            whole=self.whole,
        )

    def _rows(self, sets: Sequence[np.ndarray]) -> list[np.ndarray]:
        rows = []
        for images, (there, back) in zip(sets, (("ab", "ba"), ("ba", "ab")), strict=True):
            x = signed(images[:SHOWN, : self.size, : self.size])
            rows.append(x)
            for name in (there, back):
                network = self.networks[name]
                x = tf.concat([network(one[None], tf.constant([0, 0])) for one in x], 0)
                rows.append(x)
        return [as_bytes(row) for row in rows]


def made(network: str, source: str, number: int) -> Callable[[Any], Any]:
    """What a network makes of a source, with a seed of its own."""
    return lambda play: play.networks[network](play[source], play["seed"] + number)


def cycle_terms(weight: float) -> tuple[Term, ...]:
    """The L1 distances after the way there and back."""
    return tuple(
        Difference(name=f"cycle_{x}", first=f"{x}{y}{x}", second=x, weight=weight)
        for x, y in DOMAINS
    )
