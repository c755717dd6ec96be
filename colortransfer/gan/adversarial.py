"""One training step of a colour-conditional GAN: its critic steps and its generator step."""

from __future__ import annotations

from typing import Any

import tensorflow as tf

from ..errors import InputError
from ..rendering import reach_colors
from . import losses
from .augmentation import augment
from .descent import Descent, keep
from .networks import Critic, Generator
from .recipes import Recipe

Metrics = dict[str, tf.Tensor]


class AdversarialStep:
    """The networks' training state, and the compiled step that changes it.

    Make the networks and this object in the scope of ``strategy``.

    Parameters
    ----------
    strategy
        Replicas share each batch; losses and gradients are those of the whole batch.

    Attributes
    ----------
    averages : dict
        Running averages of the generator's weights.
    state : dict
        From names to variables: everything that the next step depends on, beside its number.
    """

    def __init__(
        self,
        generator: Generator,
        critic: Critic,
        recipe: Recipe,
        *,
        strategy: tf.distribute.Strategy | None = None,
    ) -> None:
        self.generator, self.critic, self.recipe = generator, critic, recipe
        self._strategy = strategy or tf.distribute.get_strategy()
        self._replicas = self._strategy.num_replicas_in_sync
        if recipe.batch % self._replicas:
            raise InputError(f"{self._replicas} replicas cannot share a batch of {recipe.batch}")
        self._descents = {
            "generator": Descent(generator.weights, recipe.beta_1, recipe.beta_2),
            "critic": Descent(critic.weights, recipe.beta_1, recipe.beta_2),
        }
        self.averages = {k: tf.Variable(v.read_value()) for k, v in generator.weights.items()}
        self._averaged = tf.Variable(0.0)  # how many steps are in the averages
        self.state: dict[str, tf.Variable] = {"averaged": self._averaged}
        for name, part in {
            "generator": generator.weights,
            "critic": critic.weights,
            "directions": critic.directions,
            "average": self.averages,
            **{f"{k}_adam": v.state for k, v in self._descents.items()},
        }.items():
            self.state |= {f"{name}/{key}": variable for key, variable in part.items()}
        self.run = tf.function(self._run)

    def _run(
        self, step: tf.Tensor, images: tf.Tensor, real: tf.Tensor, rate: tf.Tensor, train: tf.Tensor
    ) -> Metrics:
        """``critic_steps`` critic steps, then a generator step where ``train`` is 1.

        Parameters
        ----------
        step
            Number of the step, int64.
        images, real
            (critic_steps + 1, batch, H, W, 3): uint8, or floats in [0, 1].
        rate, train
            Factor of the learning rates, and of the generator's alone.

        Returns
        -------
        dict
            Scalars; ``undone`` counts the steps that met values that were not finite.
        """
        seed = tf.stack([tf.cast(self.recipe.seed, tf.int64), step])
        undone = tf.constant(0)
        metrics = {name: tf.constant(0.0) for name in ("w_estimate", "penalty", "critic_loss")}
        for part in tf.range(self.recipe.critic_steps):
            inputs = self._inputs(images[part], real[part], seed, part)
            metrics, gradients = self._on_replicas(self._critic_gradients, inputs)
            rates = rate * self.recipe.critic_rate
            made = self._descents["critic"].apply(gradients, rates, _all_finite(metrics))
            self.critic.power_iteration()
            undone += tf.cast(~made, tf.int32)
        last = self.recipe.critic_steps
        inputs = self._inputs(images[last], real[last], seed, tf.constant(last))
        more, gradients = self._on_replicas(self._generator_gradients, inputs)
        rates = rate * train * self.recipe.generator_rate
        made = self._descents["generator"].apply(gradients, rates, _all_finite(more))
        self._average(made)
        undone += tf.cast(~made, tf.int32)
        return {**metrics, **more, "undone": tf.cast(undone, tf.float32)}

    def _inputs(
        self, images: tf.Tensor, real: tf.Tensor, seed: tf.Tensor, part: tf.Tensor
    ) -> dict[str, tf.Tensor]:
        """What a part of the step needs, for the whole batch; random numbers by (seed, step, part).

        They are drawn here, before replicas share them, so that their number changes nothing.
        """
        if images.dtype == tf.uint8:
            images, real = (tf.cast(x, tf.float32) / 255.0 for x in (images, real))
        seeds = tf.random.split(tf.random.experimental.stateless_fold_in(seed, part), 4)
        count, noise_size = self.recipe.batch, self.generator.noise_size
        return {
            "images": images,
            "real": real,
            "colors": tf.reduce_mean(real, [1, 2]),
            "noise": tf.random.stateless_normal([count, noise_size], seeds[0]),
            "back": tf.random.stateless_normal([count, noise_size], seeds[1]),
            "epsilon": tf.random.stateless_uniform([count], seeds[2]),
            "places": tf.random.stateless_uniform([count, 4], seeds[3]),
        }

    def _on_replicas(self, function: Any, inputs: Metrics) -> tuple[Metrics, Metrics]:
        """Metrics and gradients of the whole batch."""
        results = self._strategy.run(function, (inputs,))
        add = tf.distribute.ReduceOp.SUM
        metrics, gradients = tf.nest.map_structure(
            lambda x: self._strategy.reduce(add, x, axis=None), results
        )
        return metrics, gradients

    def _share(self, inputs: Metrics) -> Metrics:
        """This replica's part of the batch."""
        if self._replicas == 1:
            return inputs
        context = tf.distribute.get_replica_context()
        count = self.recipe.batch // self._replicas
        first = context.replica_id_in_sync_group * count
        return {name: x[first : first + count] for name, x in inputs.items()}

    def _gathered(self, rows: list[tf.Tensor]) -> list[tf.Tensor]:
        """All replicas' rows, for what is not a mean over images."""
        if self._replicas == 1:
            return rows
        context = tf.distribute.get_replica_context()
        return [context.all_gather(x, 0) for x in rows]

    def _seen(self, images: tf.Tensor, places: tf.Tensor) -> Any:
        """What the critic judges."""
        return self.critic.embed(augment(images, places) if self.recipe.augment else images)

    def _critic_gradients(self, inputs: Metrics) -> tuple[Metrics, Metrics]:
        recipe, inputs = self.recipe, self._share(inputs)
        colors = inputs["colors"]
        fake = self._seen(
            self.generator(inputs["images"], colors, inputs["noise"]), inputs["places"]
        )
        real = self._seen(inputs["real"], inputs["places"])
        with tf.GradientTape(watch_accessed_variables=False) as tape:
            tape.watch(self.critic.weights)
            real_scores, fake_scores = self.critic(real, colors), self.critic(fake, colors)
            wasserstein = losses.wasserstein_critic_loss(real_scores, fake_scores)
            total = (
                wasserstein
                if recipe.loss == "wasserstein"
                else losses.gan_critic_loss(real_scores, fake_scores)
            )
            penalty = tf.constant(0.0)
            if recipe.gradient_penalty:
                penalty = losses.gradient_penalty(
                    lambda x: self.critic(x, colors), real, fake, inputs["epsilon"]
                )
                total += recipe.gradient_penalty * penalty
            if recipe.r1:
                total += recipe.r1 * losses.r1_penalty(lambda x: self.critic(x, colors), real)
            total /= self._replicas
        metrics = {
            "w_estimate": -wasserstein / self._replicas,
            "penalty": penalty / self._replicas,
            "critic_loss": total,
        }
        return metrics, tape.gradient(total, self.critic.weights)

    def _generator_gradients(self, inputs: Metrics) -> tuple[Metrics, Metrics]:
        inputs = self._share(inputs)
        with tf.GradientTape(watch_accessed_variables=False) as tape:
            tape.watch(self.generator.weights)
            terms, color_error = self._generator_terms(inputs)
            total = tf.add_n(list(terms.values())) / self._replicas
        metrics = {name: value / self._replicas for name, value in terms.items()}
        metrics |= {"color_error": color_error / self._replicas, "generator_loss": total}
        return metrics, tape.gradient(total, self.generator.weights)

    def _generator_terms(self, inputs: Metrics) -> tuple[Metrics, tf.Tensor]:
        """The weighted terms by name, and the unweighted colour error."""
        recipe, images, colors = self.recipe, inputs["images"], inputs["colors"]
        edited, grid = self.generator.penalised(images, colors, inputs["noise"])
        seen = self._seen(edited, inputs["places"])
        scores = self.critic(seen, colors)
        classical = recipe.loss == "logistic"
        fool = losses.gan_generator_loss if classical else losses.wasserstein_generator_loss
        color_error = losses.color_loss(edited, colors)
        terms = {"adversarial": recipe.adversarial * fool(scores)}
        if recipe.color:
            terms["color"] = recipe.color * color_error
        if recipe.reconstruction:
            terms["reconstruction"] = recipe.reconstruction * losses.reconstruction_loss(
                lambda x, c: self.generator(x, c, inputs["back"]), images, edited
            )
        if recipe.content:
            shift = colors - tf.reduce_mean(images, [1, 2])
            three = (images, edited, reach_colors(images, colors))
            before, after, shifted = (self.critic.features(x) for x in three)
            content = losses.content_loss(before, after, shifted, shift)
            terms["content"] = recipe.content * content
        if recipe.kernel:
            real = self._seen(inputs["real"], inputs["places"])
            sets = [self._gathered(losses.directions(x)) for x in (real, seen)]
            terms["kernel"] = recipe.kernel * losses.kernel_distance(*sets)
        if recipe.structure:
            terms["structure"] = recipe.structure * losses.structure_loss(images, edited)
        if recipe.grid:
            terms["grid"] = recipe.grid * grid
        return terms, color_error

    def _average(self, made: tf.Tensor) -> None:
        """Let the averages follow the weights; a short average at first."""
        count = self._averaged + 1.0
        decay = tf.minimum(self.recipe.average, count / (count + 10.0))
        for name, average in self.averages.items():
            weight = tf.convert_to_tensor(self.generator.weights[name])
            keep(average, decay * average + (1.0 - decay) * weight, made)
        keep(self._averaged, count, made)


def _all_finite(metrics: Metrics) -> tf.Tensor:
    return tf.reduce_all(tf.math.is_finite(tf.stack(list(metrics.values()))))
