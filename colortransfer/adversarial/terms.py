"""Terms of a player's loss: what a term is, and those that know no pictures.

A term names the networks and tensors that it looks at, so that a game lists its terms, and a new
kind of game has other names and not other code.
"""

from __future__ import annotations

import dataclasses
from abc import ABC, abstractmethod
from collections.abc import Callable
from typing import Any

import tensorflow as tf

from .round import Round

EPSILON = 1e-12  # under square roots: the slope of a norm is not defined at zero


@dataclasses.dataclass(frozen=True, kw_only=True)
class Term(ABC):
    """A scalar that a player minimises, times its weight.

    Attributes
    ----------
    name : str
        Name of its column in the log, which has the value without the weight.
    weight : float
        Its weight in the player's loss.

    Examples
    --------
    >>> @dataclasses.dataclass(frozen=True, kw_only=True)
    ... class Change(Term):
    ...     name: str = "change"
    ...     def __call__(self, play):
    ...         return tf.reduce_mean(tf.abs(play["edited"] - play["images"]))
    >>> play = Round({}, {"edited": tf.ones([2, 4, 4, 3]), "images": tf.zeros([2, 4, 4, 3])}, {})
    >>> float(Change(weight=10.0)(play))
    1.0
    """

    name: str = ""
    weight: float = 1.0

    @abstractmethod
    def __call__(self, play: Round) -> tf.Tensor:
        """The scalar, without the weight; a mean over the examples of this round."""


@dataclasses.dataclass(frozen=True, kw_only=True)
class Adversarial(Term):
    """-mean D(fake): the generator is to please the critic (Arjovsky et al. 2017).

    Attributes
    ----------
    critic : str
        The network D, from examples and what is ``given`` to scores (N,).
    fake : str
        What the generator made.
    given : tuple of str
        What else the critic is shown.

    Examples
    --------
    >>> critic = lambda examples: tf.reduce_mean(examples, [1])
    >>> play = Round({"critic": critic}, {"fake": tf.constant([[0.0], [1.0]])}, {})
    >>> float(Adversarial()(play))
    -0.5
    """

    name: str = "adversarial"
    critic: str = "critic"
    fake: str = "fake"
    given: tuple[str, ...] = ()

    def __call__(self, play: Round) -> tf.Tensor:
        return -tf.reduce_mean(play.scores(self.critic, play[self.fake], self.given))


@dataclasses.dataclass(frozen=True, kw_only=True)
class Wasserstein(Term):
    """mean D(fake) - mean D(real): minus the estimate of W (Arjovsky et al. 2017, equation 2).

    Attributes
    ----------
    critic : str
        The network D, from examples and what is ``given`` to scores (N,).
    real, fake : str
        Examples that are not made, and what the generator made.
    given : tuple of str
        What else the critic is shown.

    Examples
    --------
    >>> critic = lambda examples: tf.reduce_mean(examples, [1])
    >>> given = {"real": tf.constant([[3.0], [5.0]]), "fake": tf.constant([[0.0], [1.0]])}
    >>> float(Wasserstein()(Round({"critic": critic}, given, {})))
    -3.5
    """

    name: str = "wasserstein"
    critic: str = "critic"
    real: str = "real"
    fake: str = "fake"
    given: tuple[str, ...] = ()

    def __call__(self, play: Round) -> tf.Tensor:
        real, fake = (play.scores(self.critic, play[x], self.given) for x in (self.real, self.fake))
        return tf.reduce_mean(fake) - tf.reduce_mean(real)


@dataclasses.dataclass(frozen=True, kw_only=True)
class GradientPenalty(Term):
    """mean (|grad D(e real + (1 - e) fake)| - 1)^2 (Gulrajani et al. 2017, equation 3).

    Attributes
    ----------
    critic : str
        The network D, from examples and what is ``given`` to scores (N,).
    real, fake : str
        Examples that are not made, and what the generator made.
    given : tuple of str
        What else the critic is shown.
    epsilon : str
        e (N,), one for each pair, in [0, 1].

    Examples
    --------
    The slope of this critic is 3 everywhere.

    >>> critic = lambda examples: tf.reduce_sum(3.0 * examples, [1])
    >>> given = {"real": tf.ones([2, 1]), "fake": tf.zeros([2, 1]), "epsilon": tf.zeros([2])}
    >>> float(GradientPenalty()(Round({"critic": critic}, given, {})))
    4.0
    """

    name: str = "penalty"
    critic: str = "critic"
    real: str = "real"
    fake: str = "fake"
    epsilon: str = "epsilon"
    given: tuple[str, ...] = ()

    def __call__(self, play: Round) -> tf.Tensor:
        return gradient_penalty(
            lambda x: play.scores(self.critic, x, self.given),
            play[self.real],
            play[self.fake],
            play[self.epsilon],
        )


def gradient_penalty(
    critic: Callable[[Any], tf.Tensor], real: Any, fake: Any, epsilon: tf.Tensor
) -> tf.Tensor:
    """The value of `GradientPenalty`.

    Parameters
    ----------
    critic
        From images, or from structures of tensors, to scores (N,).
    real, fake
        Tensors (N, ...), or structures of such.
    epsilon
        e (N,).

    Notes
    -----
    The norm is over all axes but the first, and over all tensors of a structure.
    """

    def between(x: tf.Tensor, y: tf.Tensor) -> tf.Tensor:
        share = tf.reshape(epsilon, [-1] + [1] * (len(x.shape) - 1))
        return share * x + (1.0 - share) * y

    places = tf.nest.map_structure(between, real, fake)
    with tf.GradientTape(watch_accessed_variables=False) as tape:
        tape.watch(places)
        scores = critic(places)
    slopes = tf.nest.flatten(tape.gradient(scores, places))
    axes = [list(range(1, len(s.shape))) for s in slopes]
    squared = tf.add_n([tf.reduce_sum(tf.square(s), a) for s, a in zip(slopes, axes, strict=True)])
    return tf.reduce_mean(tf.square(tf.sqrt(squared + EPSILON) - 1.0))
