"""Terms of critics that tell real from made: the classical losses, and a distance of pictures."""

from __future__ import annotations

import dataclasses
from typing import Literal

import tensorflow as tf

from .round import Round
from .terms import Term

Measure = Literal["logistic", "squares"]


def label_loss(scores: tf.Tensor, label: float, measure: Measure) -> tf.Tensor:
    """How far scores are from a label, 1 for real or 0 for made; a mean.

    Parameters
    ----------
    scores
        Of any shape; logits for "logistic".
    label
        1 or 0.
    measure
        "logistic": -log of the probability of the label (Goodfellow et al. 2014); "squares":
        (score - label)^2 (Mao et al. 2017).

    Examples
    --------
    >>> float(label_loss(tf.constant([0.0, 2.0]), 1.0, "squares"))
    1.0
    """
    if measure == "squares":
        return tf.reduce_mean(tf.square(scores - label))
    return tf.reduce_mean(tf.nn.softplus((1.0 - 2.0 * label) * scores))


@dataclasses.dataclass(frozen=True, kw_only=True)
class Discrimination(Term):
    """The critic's: real examples are to be labelled 1, made ones 0.

    Attributes
    ----------
    critic, real, fake : str
        The network, and what it is shown.
    measure : str
        See `label_loss`.

    Examples
    --------
    >>> play = Round({"critic": lambda x: x}, {"real": tf.ones([2]), "fake": tf.ones([2])}, {})
    >>> float(Discrimination(measure="squares")(play))
    1.0
    """

    name: str = "discrimination"
    critic: str = "critic"
    real: str = "real"
    fake: str = "fake"
    measure: Measure = "logistic"

    def __call__(self, play: Round) -> tf.Tensor:
        scores = {x: play.scores(self.critic, play[x], ()) for x in (self.real, self.fake)}
        return label_loss(scores[self.real], 1.0, self.measure) + label_loss(
            scores[self.fake], 0.0, self.measure
        )


@dataclasses.dataclass(frozen=True, kw_only=True)
class Deception(Term):
    """The generator's, in the form that does not saturate: what it makes is to be labelled 1.

    Attributes
    ----------
    critic, fake : str
        The network, and what it is shown.
    measure : str
        See `label_loss`.

    Examples
    --------
    >>> float(Deception(measure="squares")(Round({"critic": lambda x: x}, {"fake": 3.0}, {})))
    4.0
    """

    name: str = "deception"
    critic: str = "critic"
    fake: str = "fake"
    measure: Measure = "logistic"

    def __call__(self, play: Round) -> tf.Tensor:
        return label_loss(play.scores(self.critic, play[self.fake], ()), 1.0, self.measure)


@dataclasses.dataclass(frozen=True, kw_only=True)
class Difference(Term):
    """mean |x - y|: such as that of a picture and what comes back from the other domain.

    Attributes
    ----------
    first, second : str
        Names of the two.

    Examples
    --------
    >>> play = Round({}, {"a": tf.ones([4]), "aba": tf.zeros([4])}, {})
    >>> float(Difference(first="aba", second="a")(play))
    1.0
    """

    name: str = "difference"
    first: str = ""
    second: str = ""

    def __call__(self, play: Round) -> tf.Tensor:
        return tf.reduce_mean(tf.abs(play[self.first] - play[self.second]))
