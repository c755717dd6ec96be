"""What is minimised: variables, how they become a picture, and what the picture costs."""

from __future__ import annotations

import dataclasses
import functools
import itertools
from collections.abc import Callable, Iterable, Sequence
from typing import Any

import tensorflow as tf

from .errors import InputError
from .losses.base import LossSum
from .losses.scene import Scene
from .optimizers.base import Callback, Minimum, Optimizer, Variables
from .parametrizations import Parametrization
from .shapes import open_sizes

Project = Callable[[tf.Tensor, Scene], tf.Tensor]
View = Callable[[tf.Tensor, tf.Tensor], tf.Tensor]


@dataclasses.dataclass(frozen=True, eq=False)
class Problem:
    """One compiled objective for all photographs.

    Parameters
    ----------
    parametrization
        What may vary.
    losses
        What the picture costs.
    project
        From a rendering (h, w, 3), which may leave [0, 1], and the scene, to the picture that the
        losses see: `reached` or `clipped`.
    view
        From that picture and the number of the evaluation, int32 from 0, to what the losses see
        instead, such as a shifted picture; None: the picture itself.

    Examples
    --------
    >>> from colortransfer.losses import ChangeLoss
    >>> from colortransfer.optimizers import LBFGS
    >>> from colortransfer.parametrizations import Affine
    >>> problem = Problem(Affine(), 1.0 * ChangeLoss(pivot=None), lambda image, scene: image)
    >>> scene = Scene.whole(photo / 255.0, "#5b86b4")
    >>> start = Affine().initial(scene.original, tf.constant([0.1, 0.0, -0.1]))
    >>> minimum = problem.minimize(LBFGS(steps=5), start, scene)
    >>> minimum.history["loss"][-1] < minimum.history["loss"][0]
    True
    """

    parametrization: Parametrization
    losses: LossSum
    project: Project
    view: View | None = dataclasses.field(default=None, kw_only=True)

    def minimize(
        self,
        optimizer: Optimizer,
        variables: Variables,
        scene: Scene,
        *,
        callbacks: Sequence[Callback] = (),
    ) -> Minimum:
        """Descend from ``variables`` in one scene."""
        prepared, references = (
            self.parametrization.prepare(scene.original),
            self.losses.prepare(scene),
        )
        evaluate = self._graph.get_concrete_function(
            open_sizes(variables),
            tf.TensorSpec([], tf.int32),
            self.parametrization.signature(prepared),
            self.losses.signature(references),
            open_sizes(scene),
        )
        numbers = itertools.count()

        def objective(variables: Variables) -> tuple[dict[str, tf.Tensor], Variables]:
            return evaluate(variables, tf.constant(next(numbers)), prepared, references, scene)

        return optimizer.minimize(objective, variables, callbacks)

    def coarse_to_fine(
        self,
        optimizer: Optimizer,
        scenes: Iterable[Scene],
        shift: Callable[[Scene], tf.Tensor],
        *,
        callbacks: Sequence[Callback] = (),
    ) -> Minimum:
        """Descend in one scene after another, each larger than the one before.

        What has been found is enlarged, and the next scene's own original is seen beneath it: the
        detail that the smaller one had lost is there again. The first starts from the original
        plus ``shift(scene)`` (3,).
        """
        minimum: Minimum | None = None
        for scene in scenes:
            if minimum is None:
                start = self.parametrization.initial(scene.original, shift(scene))
            else:
                start = self.parametrization.enlarged(minimum.variables, scene.original)
            minimum = self.minimize(optimizer, start, scene, callbacks=callbacks)
        if minimum is None:
            raise InputError("a fit needs at least one scene")
        return minimum

    @functools.cached_property
    def _graph(self) -> Any:
        # Without AutoGraph, which would search all that is called for branches on tensors. There
        # are none, and tracing would take twice as long.
        return tf.function(self._terms_and_gradients, reduce_retracing=True, autograph=False)

    def _terms_and_gradients(
        self, variables: Variables, number: tf.Tensor, prepared: Any, references: Any, scene: Scene
    ) -> tuple[dict[str, tf.Tensor], Variables]:
        """One evaluation of the objective: this is the graph."""
        with tf.GradientTape() as tape:
            tape.watch(variables)
            rendering = scene.mixed(self.parametrization.render(variables, prepared))
            image = projected = self.project(rendering, scene)
            if self.view is not None:
                image = self.view(image, number)
            terms = self.losses.values(image, scene, references)
            if self.project is reached and hasattr(scene.goal, "missed"):
                # Where a limit stops the projection nothing else would lead back.
                terms["missed"] = scene.goal.missed(projected)
            penalty = self.parametrization.penalty(variables)
            if penalty is not None:
                terms["penalty"] = scene.penalty(penalty)
            loss = tf.add_n(list(terms.values()))
        gradients = tape.gradient(loss, variables)
        return terms, tf.nest.map_structure(tf.convert_to_tensor, gradients)

    def __getstate__(self) -> dict[str, Any]:
        """Without the graph, which belongs to this process."""
        return {field.name: getattr(self, field.name) for field in dataclasses.fields(self)}


def reached(image: tf.Tensor, scene: Scene) -> tf.Tensor:
    """The goal is a constraint: every rendering reaches it.

    Examples
    --------
    >>> scene = Scene.whole(photo / 255.0, "#5b86b4")
    >>> scene.mean_color(reached(scene.original, scene)).numpy().round(2)
    array([0.36, 0.53, 0.71], dtype=float32)
    """
    return scene.goal.project(image)


def clipped(image: tf.Tensor, scene: Scene) -> tf.Tensor:
    """Only a term pulls at the goal: what can be shown is seen.

    Beyond a target's masks that is the original. The gradient passes where values are clipped, so
    that pixels beyond the range can return to it.

    Examples
    --------
    >>> float(clipped(tf.fill([2, 2, 3], 1.5), None)[0, 0, 0])
    1.0
    """
    blend = getattr(getattr(scene, "goal", None), "blend", None)
    shown = image + tf.stop_gradient(tf.clip_by_value(image, 0.0, 1.0) - image)
    return shown if blend is None else blend(shown)
