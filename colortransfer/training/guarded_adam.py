"""Adam inside a graph, for variables; a step that is not finite is rejected."""

from __future__ import annotations

from collections.abc import Mapping

import tensorflow as tf

from ..optimizers import Adam


class GuardedAdam:
    """Adam's state for some variables, and steps that leave no trace where they are not finite.

    Keras' optimizers have no such guard: one gradient of NaN makes every weight NaN.

    Parameters
    ----------
    variables
        What is to be changed, by name.
    beta_1, beta_2
        Adam's constants.
    clip_norm
        Gradients together are scaled down to this norm where theirs is larger; None leaves them.

    Examples
    --------
    >>> weight = tf.Variable([1.0, 2.0])
    >>> adam = GuardedAdam({"weight": weight})
    >>> slope = tf.constant([np.nan, 1.0])
    >>> made = adam.apply({"weight": slope}, tf.constant(0.1), tf.constant(True))
    >>> bool(made), weight.numpy()
    (False, array([1., 2.], dtype=float32))
    """

    def __init__(
        self,
        variables: Mapping[str, tf.Variable],
        *,
        beta_1: float = 0.9,
        beta_2: float = 0.999,
        clip_norm: float | None = None,
    ) -> None:
        self.variables, self._clip_norm = dict(variables), clip_norm
        self._adam = Adam(beta_1=beta_1, beta_2=beta_2)
        self._count = tf.Variable(0.0)
        self._first = {k: tf.Variable(tf.zeros(v.shape)) for k, v in variables.items()}
        self._second = {k: tf.Variable(tf.zeros(v.shape)) for k, v in variables.items()}

    @property
    def state(self) -> dict[str, tf.Variable]:
        """What a checkpoint must hold beside the variables, by name."""
        moments = {f"first/{k}": v for k, v in self._first.items()}
        moments |= {f"second/{k}": v for k, v in self._second.items()}
        return {"count": self._count, **moments}

    def apply(
        self, gradients: Mapping[str, tf.Tensor], rate: tf.Tensor, allowed: tf.Tensor
    ) -> tf.Tensor:
        """One step, unless something is not finite; outside of replicas.

        Parameters
        ----------
        gradients
            Of each variable, by name.
        rate
            Learning rate.
        allowed
            False forbids the step: a loss was not finite.

        Returns
        -------
        tf.Tensor
            Whether the step was made. If not, nothing has changed.
        """
        gradients = dict(gradients)
        if self._clip_norm is not None:
            clipped, _ = tf.clip_by_global_norm(list(gradients.values()), self._clip_norm)
            gradients = dict(zip(gradients, clipped, strict=True))
        state = (
            tf.convert_to_tensor(self._count),
            {k: tf.convert_to_tensor(v) for k, v in self._first.items()},
            {k: tf.convert_to_tensor(v) for k, v in self._second.items()},
        )
        direction, (count, first, second) = self._adam.direction(gradients, state)
        finite = [tf.reduce_all(tf.math.is_finite(d)) for d in direction.values()]
        finite += [tf.reduce_all(tf.math.is_finite(s)) for s in second.values()]
        made = tf.reduce_all(tf.stack([allowed, *finite]))
        for name, variable in self.variables.items():
            assign_if(made, variable, variable - rate * direction[name])
            assign_if(made, self._first[name], first[name])
            assign_if(made, self._second[name], second[name])
        assign_if(made, self._count, count)
        return made


def assign_if(allowed: tf.Tensor, variable: tf.Variable, value: tf.Tensor) -> None:
    """Assign the value where that is allowed, otherwise leave the variable as it is."""
    variable.assign(tf.where(allowed, value, tf.convert_to_tensor(variable)))


def all_finite(values: Mapping[str, tf.Tensor]) -> tf.Tensor:
    """Whether all of these scalars are finite."""
    return tf.reduce_all(tf.math.is_finite(tf.stack(list(values.values()))))
