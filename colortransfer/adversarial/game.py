"""A game: networks, players that change them, and the compiled step in which each has its turn."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType
from typing import Any

import tensorflow as tf

from ..errors import InputError
from ..training import RunningAverage
from ..training.guarded_adam import all_finite
from .player import Player
from .round import Network, Round

Tensors = dict[str, tf.Tensor]
# From a player's part of the batch, and a seed (2,), to all tensors that the round is given.
Draw = Callable[[Any, tf.Tensor], Tensors]


class Game:
    """The networks' training state, and the compiled step that changes it.

    Make the networks and this object in the scope of ``strategy``.

    Parameters
    ----------
    networks
        By name; Keras models. Their layers need names of their own, or a checkpoint cannot tell
        their variables apart.
    players
        They have their turns in this order.
    draw
        What a round is given: tensors (N, ...) by name, for all replicas together. Random ones must
        be functions of the seed that it gets, which is another one in each round.
    wiring
        How networks make further tensors; see `Round`.
    batch
        N.
    seed
        Seed of all that is random.
    whole
        Names, by player, that the wiring makes of the whole batch before replicas share it: what
        changes something when it is made, as a pool of older pictures does.
    strategy
        Replicas share each batch; losses and gradients are those of the whole batch.

    Attributes
    ----------
    averages : dict
        The `RunningAverage` of each player that has one, by the player's name.
    state : dict
        From names to variables: everything that the next step depends on, beside its number.

    Raises
    ------
    InputError
        If replicas cannot share the batch, or two terms, or two variables of a network, have one
        name.

    Examples
    --------
    A cycle of two generators ``AB`` and ``BA`` with their critics ``A`` and ``B`` is played with

    >>> wiring = {
    ...     "ab": lambda play: play.networks["AB"](play["a"]),
    ...     "aba": lambda play: play.networks["BA"](play["ab"]),
    ... }

    and the same the other way round; the critics' player minimises ``Wasserstein(critic="B",
    real="b", fake="ab")``, the generators' ``Adversarial(critic="B", fake="ab")`` and a term that
    compares ``play["aba"]`` with ``play["a"]``.
    """

    def __init__(
        self,
        networks: Mapping[str, Network],
        players: Sequence[Player],
        *,
        draw: Draw,
        wiring: Mapping[str, Callable[[Round], Any]],
        batch: int,
        seed: int = 0,
        whole: Mapping[str, Sequence[str]] = MappingProxyType({}),
        strategy: tf.distribute.Strategy | None = None,
    ) -> None:
        self.networks, self.players = dict(networks), tuple(players)
        self.draw, self.wiring, self.whole = draw, dict(wiring), dict(whole)
        self._batch, self._seed = batch, seed
        self._strategy = strategy or tf.distribute.get_strategy()
        self._replicas = self._strategy.num_replicas_in_sync
        names = [column for player in players for column in player.columns]
        if len(set(names)) < len(names):
            raise InputError(f"two columns of the log have one name; they are {', '.join(names)}")
        if batch % self._replicas:
            raise InputError(f"{self._replicas} replicas cannot share a batch of {batch}")
        self._learned = {p.name: self._weights_of(p.networks) for p in players}
        self._optimizers = {p.name: p.optimizer_of(self._learned[p.name]) for p in players}
        self.averages = {
            p.name: RunningAverage(self._learned[p.name], p.average)
            for p in players
            if p.average is not None
        }
        self.state: dict[str, tf.Variable] = {}
        for name, network in networks.items():
            self.state |= _named(name, network.variables)
        for name, optimizer in self._optimizers.items():
            self.state |= {f"adam/{name}/{key}": v for key, v in optimizer.state.items()}
        for name, average in self.averages.items():
            self.state |= {f"average/{name}/{key}": v for key, v in average.state.items()}
        self._compiled = tf.function(self._run)

    def _weights_of(self, names: Sequence[str]) -> dict[str, tf.Variable]:
        found: dict[str, tf.Variable] = {}
        for name in names:
            found |= _named(name, self.networks[name].trainable_variables)
        return found

    @property
    def parts(self) -> int:
        """Rounds in a step, and so parts of a batch: the players' ``steps`` together."""
        return sum(player.steps for player in self.players)

    def step(
        self,
        number: tf.Tensor,
        factor: tf.Tensor,
        batch: Any,
        *,
        learning: Sequence[str] | None = None,
    ) -> Tensors:
        """Each player's turn, one after the other.

        Parameters
        ----------
        number
            Number of the step, int64.
        factor
            Factor of the learning rates.
        batch
            Tensors (parts, N, ...), or a structure of such.
        learning
            Names of the players whose weights are changed, by default all. The optimizers of the
            others gather their moments meanwhile.

        Returns
        -------
        dict
            Scalars: each term without its weight, ``<player>_loss``, and in ``rejected`` the number
            of updates that were not made because something was not finite.
        """
        rates = [
            factor * (player.rate if learning is None or player.name in learning else 0.0)
            for player in self.players
        ]
        return self._compiled(number, tf.stack(rates), batch)

    def _run(self, number: tf.Tensor, rates: tf.Tensor, batch: Any) -> Tensors:
        seed = tf.stack([tf.constant(self._seed, tf.int64), number])
        metrics: Tensors = {}
        made, first = tf.constant(0), 0
        for index, player in enumerate(self.players):
            if player.steps == 1:
                found, one = self._update(player, tf.constant(first), rates[index], batch, seed)
                made += one
            else:
                found = {name: tf.constant(0.0) for name in player.columns}
                for part in tf.range(first, first + player.steps):
                    found, one = self._update(player, part, rates[index], batch, seed)
                    made += one
            metrics |= found
            first += player.steps
        return {**metrics, "rejected": tf.cast(self.parts - made, tf.float32)}

    def _update(
        self, player: Player, part: tf.Tensor, rate: tf.Tensor, batch: Any, seed: tf.Tensor
    ) -> tuple[Tensors, tf.Tensor]:
        """One round of one player: its metrics, and 1 if the update was made."""
        seed = tf.random.experimental.stateless_fold_in(seed, part)
        # Drawn before replicas share them, so that the number of replicas changes nothing.
        given = self.draw(tf.nest.map_structure(lambda x: x[part], batch), seed)
        play = Round(self.networks, given, self.wiring)
        given = {**given, **{name: play[name] for name in self.whole.get(player.name, ())}}
        results = self._strategy.run(lambda x: self.gradients(player, x), (given,))
        metrics, gradients = tf.nest.map_structure(
            lambda x: self._strategy.reduce(tf.distribute.ReduceOp.SUM, x, axis=None), results
        )
        made = self._optimizers[player.name].apply(gradients, rate, all_finite(metrics))
        if player.name in self.averages:
            self.averages[player.name].update(made)
        return metrics, tf.cast(made, tf.int32)

    def gradients(self, player: Player, given: Tensors) -> tuple[Tensors, Tensors]:
        """Metrics and gradients; of several replicas they add up to those of the whole batch."""
        weights = self._learned[player.name]
        with tf.GradientTape(watch_accessed_variables=False) as tape:
            tape.watch(weights)
            play = Round(self.networks, self._share(given), self.wiring)
            values = {term.name: term(play) for term in (*player.terms, *player.watched)}
            weighted = [term.weight * values[term.name] for term in player.terms]
            total = tf.add_n(weighted) / self._replicas
        unconnected = tf.UnconnectedGradients.ZERO
        slopes = tape.gradient(total, weights, unconnected_gradients=unconnected)
        metrics = {name: value / self._replicas for name, value in values.items()}
        return {**metrics, player.loss: total}, slopes

    def _share(self, given: Tensors) -> Tensors:
        """This replica's part of the batch."""
        if self._replicas == 1:
            return given
        context = tf.distribute.get_replica_context()
        count = self._batch // self._replicas
        first = context.replica_id_in_sync_group * count
        return {name: x[first : first + count] for name, x in given.items()}


def _named(network: str, variables: Sequence[Any]) -> dict[str, tf.Variable]:
    """Keras variables as TensorFlow's, by names that differ."""
    found = {f"{network}/{v.path}": v.value for v in variables}
    if len(found) < len(variables):
        raise InputError(f"variables of the network {network!r} share a name; name its layers")
    return found
