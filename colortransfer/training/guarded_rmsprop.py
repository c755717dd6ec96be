"""RMSProp inside a graph, with weights that are clipped; a step that is not finite is rejected."""

from __future__ import annotations

from collections.abc import Mapping

import tensorflow as tf

from .guarded_adam import assign_if

EPSILON = 1e-10


class GuardedRMSProp:
    """RMSProp (Hinton 2012) as Wasserstein critics are trained with (Arjovsky et al. 2017).

    Parameters
    ----------
    variables
        What is to be changed, by name.
    decay
        Of the mean of squared gradients, which begins at 1.
    clip
        Variables are kept in [-clip, clip]; None leaves them.

    Examples
    --------
    >>> weight = tf.Variable([0.5])
    >>> rmsprop = GuardedRMSProp({"weight": weight}, clip=0.1)
    >>> made = rmsprop.apply({"weight": tf.constant([1.0])}, tf.constant(0.01), tf.constant(True))
    >>> bool(made), weight.numpy()
    (True, array([0.1], dtype=float32))
    """

    def __init__(
        self,
        variables: Mapping[str, tf.Variable],
        *,
        decay: float = 0.9,
        clip: float | None = None,
    ) -> None:
        self.variables, self._decay, self._clip = dict(variables), decay, clip
        self._squares = {k: tf.Variable(tf.ones(v.shape)) for k, v in variables.items()}

    @property
    def state(self) -> dict[str, tf.Variable]:
        """What a checkpoint must hold beside the variables, by name."""
        return {f"squares/{k}": v for k, v in self._squares.items()}

    def apply(
        self, gradients: Mapping[str, tf.Tensor], rate: tf.Tensor, allowed: tf.Tensor
    ) -> tf.Tensor:
        """One step, unless something is not finite; see `GuardedAdam.apply`."""
        squares = {
            k: self._decay * self._squares[k] + (1.0 - self._decay) * tf.square(g)
            for k, g in gradients.items()
        }
        finite = [tf.reduce_all(tf.math.is_finite(s)) for s in squares.values()]
        made = tf.reduce_all(tf.stack([allowed, *finite]))
        for name, variable in self.variables.items():
            value = variable - rate * gradients[name] * tf.math.rsqrt(squares[name] + EPSILON)
            if self._clip is not None:
                value = tf.clip_by_value(value, -self._clip, self._clip)
            assign_if(made, variable, value)
            assign_if(made, self._squares[name], squares[name])
        return made
