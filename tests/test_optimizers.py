import inspect
import math

import numpy as np
import pytest
import tensorflow as tf
from scipy import optimize

from colortransfer import optimizers
from colortransfer.errors import InputError
from colortransfer.losses import Scene, as_loss
from colortransfer.optimizers import LBFGS, Adam, GradientDescent, Optimizer
from colortransfer.parametrizations import Pixels
from colortransfer.problem import Problem, clipped

CENTRE = {"a": np.float32([1.0, -2.0]), "b": np.float32([[0.5, 3.0, -1.0]])}
START = {name: tf.zeros(value.shape) for name, value in CENTRE.items()}


def quadratic(variables):
    """Two terms; the minimum, 0, is at CENTRE."""
    terms = {k: tf.reduce_sum(tf.square(v - CENTRE[k])) for k, v in variables.items()}
    return terms, {k: 2 * (v - CENTRE[k]) for k, v in variables.items()}


def rosenbrock(variables):
    """The banana valley from (0, 1), in two variables; the minimum is at (1, 1)."""
    x, y = variables["x"], variables["y"]
    terms = {"slope": (1 - x) ** 2, "valley": 100 * (y - x**2) ** 2}
    gradients = {"x": -2 * (1 - x) - 400 * x * (y - x**2), "y": 200 * (y - x**2)}
    return {name: tf.reduce_sum(value) for name, value in terms.items()}, gradients


VALLEY = {"x": tf.constant([-1.2]), "y": tf.constant([1.0])}

OPTIMIZERS = {
    "descent": GradientDescent(steps=60, learning_rate=0.2),
    "momentum": GradientDescent(steps=120, learning_rate=0.05, momentum=0.6),
    "adam": Adam(steps=300, learning_rate=0.2, final=0.01),
    "lbfgs": LBFGS(steps=20),
}


def test_every_optimizer_is_tested():
    kinds = {x for x in vars(optimizers).values() if isinstance(x, type)}
    kinds = {x for x in kinds if issubclass(x, Optimizer) and not inspect.isabstract(x)}
    kinds -= {optimizers.NormalisedDescent}  # comes to no rest: see test_deep_dream
    assert kinds == {type(optimizer) for optimizer in OPTIMIZERS.values()}


every = pytest.mark.parametrize("optimizer", OPTIMIZERS.values(), ids=OPTIMIZERS.keys())


@every
def test_a_quadratic_is_solved(optimizer):
    minimum = optimizer.minimize(quadratic, START)
    for name, value in minimum.variables.items():
        assert value.dtype == tf.float32
        np.testing.assert_allclose(value, CENTRE[name], atol=1e-2)
    assert minimum.undone == []
    assert minimum.reason in ("steps", "converged")
    for value in START.values():
        assert not value.numpy().any()


@pytest.mark.parametrize(
    "optimizer",
    [
        LBFGS(steps=100, tolerance=1e-12),
        Adam(steps=1000, learning_rate=0.3, final=0.1),
        GradientDescent(steps=1000, learning_rate=8e-4, momentum=0.97),
    ],
    ids=["lbfgs", "adam", "momentum"],
)
def test_the_banana_valley(optimizer):
    minimum = optimizer.minimize(tf.function(rosenbrock), VALLEY)
    np.testing.assert_allclose([*minimum.variables["x"], *minimum.variables["y"]], 1, atol=0.02)


@every
def test_history(optimizer):
    minimum = optimizer.minimize(quadratic, START)
    assert set(minimum.history) == {"a", "b", "loss"}
    assert {len(values) for values in minimum.history.values()} == {minimum.steps}
    assert 0 < minimum.steps <= optimizer.steps
    first = {name: float((value**2).sum()) for name, value in CENTRE.items()}
    for name, value in first.items():
        assert math.isclose(minimum.history[name][0], value, rel_tol=1e-6)
    sums = np.add(minimum.history["a"], minimum.history["b"])
    np.testing.assert_allclose(minimum.history["loss"], sums, rtol=1e-6)
    best = sum(map(float, quadratic(minimum.variables)[0].values()))
    assert math.isclose(best, min(minimum.history["loss"]), rel_tol=1e-6, abs_tol=1e-12)


@every
def test_callbacks(optimizer):
    seen = []
    minimum = optimizer.minimize(quadratic, START, [seen.append])
    assert [step.number for step in seen] == list(range(1, minimum.steps + 1))
    assert {step.total for step in seen} == {optimizer.steps}
    assert [step.loss for step in seen] == minimum.history["loss"]
    assert [step.terms["a"] for step in seen] == minimum.history["a"]
    measured = quadratic(seen[1].variables)[0]["b"]
    assert math.isclose(float(measured), seen[1].terms["b"], rel_tol=1e-6)


@every
@pytest.mark.parametrize("callbacks", [print, 5, ["show"]], ids=["function", "number", "text"])
def test_callbacks_that_are_no_list_of_functions_are_one_clear_line(optimizer, callbacks):
    with pytest.raises(InputError, match="give \\[function\\]"):
        optimizer.minimize(quadratic, START, callbacks)


@every
def test_a_callback_ends_the_fit_and_all_are_told(optimizer):
    told = []
    minimum = optimizer.minimize(quadratic, START, [lambda step: step.number == 2, told.append])
    assert minimum.reason == "callback"
    assert minimum.steps == len(told) == 2


@every
def test_other_answers_of_callbacks_do_not_end_it(optimizer):
    minimum = optimizer.minimize(quadratic, START, [lambda step: "go on", lambda step: 1])
    assert minimum.reason != "callback"


@pytest.mark.parametrize("cls", [GradientDescent, Adam, LBFGS])
def test_no_steps(cls):
    minimum = cls(steps=0).minimize(quadratic, START)
    assert minimum.variables is START
    assert (minimum.steps, minimum.reason, minimum.history) == (0, "steps", {})


def test_gradient_descent_by_hand():
    minimum = GradientDescent(steps=4, learning_rate=0.1).minimize(quadratic, START)
    # Every step leaves 0.8 of the way; the loss is measured before the step.
    total = sum(float((value**2).sum()) for value in CENTRE.values())
    expected = [total * 0.8 ** (2 * i) for i in range(4)]
    np.testing.assert_allclose(minimum.history["loss"], expected, rtol=1e-5)


def test_momentum_and_falling_rate_by_hand():
    minimum = GradientDescent(steps=6, learning_rate=0.1, momentum=0.5, final=0.2).minimize(
        quadratic, START
    )
    place = np.zeros(5)
    goal = np.concatenate([value.ravel() for value in CENTRE.values()]).astype(float)
    velocity, losses = np.zeros(5), []
    for i in range(6):
        losses.append(((place - goal) ** 2).sum())
        velocity = 0.5 * velocity + 2 * (place - goal)
        share = 0.2 + 0.8 * (1 + math.cos(math.pi * i / 6)) / 2
        place = place - 0.1 * share * velocity
    np.testing.assert_allclose(minimum.history["loss"], losses, rtol=1e-5)


def test_adam_against_keras():
    import keras

    variable = keras.Variable(np.float32([3.0, -0.5]))
    oracle = keras.optimizers.Adam(learning_rate=0.1, beta_1=0.8, beta_2=0.9, epsilon=1e-8)
    seen = []
    Adam(steps=8, learning_rate=0.1, beta_1=0.8, beta_2=0.9).minimize(
        lambda v: ({"f": tf.reduce_sum(v["x"] ** 4)}, {"x": 4 * v["x"] ** 3}),
        {"x": tf.constant([3.0, -0.5])},
        [lambda step: seen.append(step.variables["x"].numpy())],
    )
    for place in seen:
        np.testing.assert_allclose(place, variable.numpy(), rtol=1e-4)
        oracle.apply([4 * variable.value**3], [variable])


def test_lbfgs_is_scipys():
    minimum = LBFGS(steps=200, memory=5, tolerance=1e-9).minimize(rosenbrock, VALLEY)

    def on_vector(vector):
        x, y = (tf.constant([v], tf.float32) for v in vector)
        terms, gradients = rosenbrock({"x": x, "y": y})
        slope = [float(gradients["x"][0]), float(gradients["y"][0])]
        return sum(map(float, terms.values())), np.array(slope)

    result = optimize.minimize(
        on_vector,
        np.float32([-1.2, 1.0]).astype(float),
        jac=True,
        method="L-BFGS-B",
        options={"maxcor": 5, "ftol": 1e-9, "gtol": 0.0},
    )
    assert minimum.reason == "converged"
    assert minimum.steps == result.nfev
    assert math.isclose(min(minimum.history["loss"]), result.fun, rel_tol=1e-6, abs_tol=1e-12)
    np.testing.assert_allclose([*minimum.variables["x"], *minimum.variables["y"]], result.x, 1e-6)


def test_lbfgs_stops_at_its_steps():
    minimum = LBFGS(steps=7).minimize(rosenbrock, VALLEY)
    assert (minimum.steps, minimum.reason) == (7, "steps")


@pytest.mark.parametrize("cls", [GradientDescent, Adam])
def test_convergence(cls):
    def flat(variables):
        return {"f": 5 + 0 * tf.reduce_sum(variables["x"])}, {"x": tf.ones([1])}

    start = {"x": tf.zeros([1])}
    assert cls(steps=100).minimize(flat, start).steps == 100
    minimum = cls(steps=100, tolerance=1e-3).minimize(flat, start)
    assert minimum.reason == "converged"
    assert 10 < minimum.steps < 20
    falling = cls(steps=50, learning_rate=0.02, tolerance=1e-3).minimize(quadratic, START)
    assert (falling.steps, falling.reason) == (50, "steps")


# Values that are not finite


def cliff(kind):
    """A parabola around 1 that ends in NaN, infinity or broken gradients beyond x = 0.5."""

    def objective(variables):
        x = variables["x"]
        value, gradient = (x - 1) ** 2, 2 * (x - 1)
        if float(x) > 0.5:
            if kind == "gradient":
                gradient = gradient * float("nan")
            else:
                value = value * float(kind)
        return {"f": value}, {"x": gradient}

    return objective


@pytest.mark.parametrize("kind", ["nan", "inf", "gradient"])
@pytest.mark.parametrize(
    "optimizer",
    [
        GradientDescent(steps=25, learning_rate=0.35),
        Adam(steps=25, learning_rate=0.3),
        LBFGS(steps=25),
    ],
    ids=["descent", "adam", "lbfgs"],
)
def test_broken_steps_are_undone_and_reported(kind, optimizer):
    places = []
    minimum = optimizer.minimize(
        cliff(kind),
        {"x": tf.constant(0.0)},
        [lambda step: places.append(float(step.variables["x"]))],
    )
    assert minimum.undone == [i for i, x in enumerate(places, 1) if x > 0.5] != []
    if kind != "gradient":
        assert [
            i for i, loss in enumerate(minimum.history["loss"], 1) if not np.isfinite(loss)
        ] == (minimum.undone)
        assert float(minimum.variables["x"]) <= 0.5
    assert np.isfinite(float(minimum.variables["x"]))
    # It went on: the steps beyond the edge did not send it back to where it began.
    assert float(minimum.variables["x"]) > 0.1


@pytest.mark.parametrize("cls", [GradientDescent, Adam])
def test_after_a_broken_step_it_goes_back_and_on_at_half_the_rate(cls):
    places = []
    cls(steps=3, learning_rate=0.6).minimize(
        lambda v: (
            {"f": tf.constant(math.nan) if v["x"] > 0.5 else -v["x"]},
            {"x": -tf.ones_like(v["x"])},
        ),
        {"x": tf.constant(0.0)},
        [lambda step: places.append(float(step.variables["x"]))],
    )
    assert places == pytest.approx([0.0, 0.6, 0.0], abs=1e-6)


@pytest.mark.parametrize("broken", ["value", "gradient"])
@pytest.mark.parametrize("cls", [GradientDescent, Adam, LBFGS])
def test_broken_from_the_start(cls, broken):
    def objective(variables):
        value = tf.constant(math.nan if broken == "value" else 1.0)
        return {"f": value}, {"x": tf.constant([math.nan])}

    start = {"x": tf.constant([0.25])}
    minimum = cls(steps=10).minimize(objective, start)
    assert (minimum.reason, minimum.steps, minimum.undone) == ("diverged", 1, [1])
    np.testing.assert_array_equal(minimum.variables["x"], [0.25])


def test_hopeless_fits_end():
    def objective(variables):
        good = bool(tf.reduce_all(variables["x"] == 0))
        return {"f": tf.constant(1.0 if good else math.inf)}, {"x": tf.ones([1])}

    minimum = GradientDescent(steps=100).minimize(objective, {"x": tf.zeros([1])})
    assert minimum.reason in ("diverged", "steps")
    np.testing.assert_array_equal(minimum.variables["x"], [0.0])
    assert len(minimum.undone) >= 5


# Wrong options


@pytest.mark.parametrize(
    ("cls", "options", "remedy"),
    [
        (GradientDescent, {"steps": -1}, "steps must not be negative"),
        (LBFGS, {"steps": -1}, "steps must not be negative"),
        (Adam, {"learning_rate": 0}, "learning_rate must be positive"),
        (GradientDescent, {"momentum": 1.0}, r"momentum lies in \[0, 1\)"),
    ],
)
def test_wrong_options(cls, options, remedy):
    with pytest.raises(InputError, match=remedy):
        cls(**options)


def test_an_optimizer_of_ones_own():
    class Nothing(Optimizer):
        def minimize(self, objective, variables, callbacks=()):
            return LBFGS(steps=1).minimize(objective, variables, callbacks)

    assert Nothing(steps=3).minimize(quadratic, START).steps == 1


def test_a_problem_may_look_at_another_view_at_each_step():
    """As DeepDream does: no target is reached, and the picture moves under the network."""
    numbers = []

    def view(image, number):
        return image + tf.cast(number, tf.float32)

    def brightness(current, original, color):
        return tf.reduce_mean(current)

    problem = Problem(Pixels(), 1.0 * as_loss(brightness), clipped, view=view)
    scene = Scene.whole(np.full((4, 5, 3), 0.5, np.float32), (0.5, 0.5, 0.5))
    start = Pixels().initial(scene.original, tf.zeros([3]))
    problem.minimize(
        GradientDescent(steps=3, learning_rate=1e-6),
        start,
        scene,
        callbacks=[lambda step: numbers.append(step.loss)],
    )
    np.testing.assert_allclose(numbers, [0.5, 1.5, 2.5], atol=1e-3)
