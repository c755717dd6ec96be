"""A round: what terms see in one update."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

import tensorflow as tf

Network = Any  # a keras.Model: callable, with `variables` and `trainable_variables`


class Round(Mapping[str, Any]):
    """What terms see in one update: the given tensors, and what networks make of them.

    A tensor that the wiring makes is made when a term first asks for it, and once.

    Parameters
    ----------
    networks
        By name.
    given
        Tensors of this round, by name.
    wiring
        For each further name a function from the round to a tensor, or to a structure of such.

    Examples
    --------
    >>> wiring = {"fake": lambda play: play.networks["generator"](play["noise"])}
    >>> networks = {"generator": lambda noise: 2.0 * noise}
    >>> play = Round(networks, {"noise": tf.constant([1.0, 2.0])}, wiring)
    >>> play["fake"].numpy()
    array([2., 4.], dtype=float32)
    """

    def __init__(
        self,
        networks: Mapping[str, Network],
        given: Mapping[str, Any],
        wiring: Mapping[str, Callable[[Round], Any]],
    ) -> None:
        self.networks, self._wiring, self._known = networks, wiring, dict(given)

    def __getitem__(self, name: str) -> Any:
        if name not in self._known:
            self._known[name] = self._wiring[name](self)
        return self._known[name]

    def __iter__(self) -> Iterator[str]:
        return iter({**self._known, **self._wiring})

    def __len__(self) -> int:
        return len({**self._known, **self._wiring})

    def scores(self, critic: str, examples: Any, given: Sequence[str]) -> tf.Tensor:
        """What a critic says of examples, beside which it is shown what is given."""
        return self.networks[critic](examples, *[self[name] for name in given])
