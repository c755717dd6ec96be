"""The game: exact resume of real networks, steps that are not finite, terms, replicas."""

import dataclasses
import subprocess
import sys

import numpy as np
import pytest
import tensorflow as tf

from colortransfer.adversarial import Adversarial, Game, Player, Round, Term, Wasserstein
from colortransfer.errors import InputError
from colortransfer.gan import (
    ColorError,
    Content,
    GridGenerator,
    GridPenalty,
    PaperCritic,
    Recipe,
    Reconstruction,
    color_game,
)
from colortransfer.gan.datasets import check_images, training_batches
from colortransfer.training import Options, Phase, train

SMALL = Recipe(batch=4, critic_steps=2, generator_rate=1e-2, critic_rate=1e-2, seed=3)
ONE = tf.constant(1.0)


@pytest.fixture(scope="module")
def images():
    return np.random.default_rng(0).integers(0, 256, (20, 16, 16, 3), dtype=np.uint8)


def make_game(recipe=SMALL):
    generator = GridGenerator(size=16, depth=2, noise_size=2)
    return color_game(generator, PaperCritic(8, widths=(4, 4, 4), seed=1), recipe)


@pytest.fixture(scope="module")
def compiled():
    """One compiled game for the tests below, which set its state back themselves."""
    game = make_game()
    return game, snapshot(game)


def restore(game, values):
    for name, variable in game.state.items():
        variable.assign(values[name])


def snapshot(game):
    return {name: variable.numpy() for name, variable in game.state.items()}


def batches_of(images, recipe=SMALL):
    return lambda start, stop: training_batches(
        images,
        start=start,
        stop=stop,
        parts=recipe.critic_steps + 1,
        batch=recipe.batch,
        crop=8,
        seed=recipe.seed,
    )


def test_real_steps_resume_bit_for_bit(tmp_path, images, compiled):
    game, start = compiled
    phases = [Phase("both", 8, game.step)]
    restore(game, start)
    train(phases, batches_of(images), game.state)
    expected = snapshot(game)
    restore(game, start)
    options = Options(folder=tmp_path, checkpoint_every=3, callbacks=[lambda row: row["step"] >= 5])
    assert train(phases, batches_of(images), game.state, options).reason == "callback"
    restore(game, start)
    train(phases, batches_of(images), game.state, Options(folder=tmp_path))
    for name, value in snapshot(game).items():
        np.testing.assert_array_equal(value, expected[name], err_msg=name)
    assert not np.array_equal(expected["generator/maps/kernel"], start["generator/maps/kernel"])


def test_a_hundred_steps_with_nan_are_caught_and_change_nothing(images, compiled):
    game, start = compiled
    restore(game, start)
    number = tf.constant(0, tf.int64)
    first, real = (tf.cast(x, tf.float32) / 255 for x in next(iter(batches_of(images)(0, 1))))
    broken = tf.tensor_scatter_nd_update(first, [[0, 1, 2, 3, 0], [2, 0, 0, 0, 0]], [np.nan] * 2)
    game.step(number, ONE, (first, real))
    before = snapshot(game)
    nothing = tf.fill(first.shape, np.nan)
    caught = sum(
        float(game.step(number, ONE, (nothing, real))["rejected"]) == 3 for _ in range(100)
    )
    assert caught == 100
    for name, value in snapshot(game).items():
        np.testing.assert_array_equal(value, before[name], err_msg=name)
    metrics = game.step(number, ONE, (broken, real))  # one critic step and the generator's
    assert float(metrics["rejected"]) == 2
    assert all(np.isfinite(value).all() for value in snapshot(game).values())
    assert float(game.step(number, ONE, (first, real))["rejected"]) == 0


def test_who_does_not_learn_keeps_its_weights(images, compiled):
    game, start = compiled
    restore(game, start)
    batch = next(iter(batches_of(images)(0, 1)))
    game.step(tf.constant(0, tf.int64), ONE, batch, learning=("critic",))
    after = snapshot(game)
    same = {name for name, value in after.items() if np.array_equal(value, start[name])}
    assert {n for n in after if n.startswith("generator/")} <= same
    assert "critic/conv1/kernel" not in same


def test_every_term_of_the_colour_gan_trains(images):
    terms = (Adversarial(given=("colors",)), ColorError(), Reconstruction(), Content())
    recipe = Recipe(batch=2, critic_steps=1, generator_terms=(*terms, GridPenalty()))
    game = make_game(recipe)
    history = train([Phase("both", 2, game.step)], batches_of(images, recipe), game.state)
    assert history.rejected == 0
    columns = set(history.rows[-1])
    assert {"color_error", "reconstruction", "content", "grid", "generator_loss"} <= columns


def test_the_loss_is_the_weighted_sum_of_its_terms(images):
    terms = (Adversarial(given=("colors",), weight=0.5), Content(weight=3.0))
    recipe = Recipe(batch=2, critic_steps=1, generator_terms=terms)
    game = make_game(recipe)
    row = train([Phase("both", 1, game.step)], batches_of(images, recipe), game.state).rows[0]
    expected = 0.5 * row["adversarial"] + 3 * row["content"]
    assert row["generator_loss"] == pytest.approx(expected, rel=1e-5)


@dataclasses.dataclass(frozen=True, kw_only=True)
class L1(Term):
    """A term from outside: the mean absolute difference of two tensors."""

    one: str = ""
    other: str = ""

    def __call__(self, play):
        return tf.reduce_mean(tf.abs(play[self.one] - play[self.other]))


class Scale:
    """A network without Keras: only what a game asks for."""

    def __init__(self, value):
        import keras

        self.variables = self.trainable_variables = [keras.Variable(value, name="scale")]

    def __call__(self, x):
        return x * self.variables[0]


def cycle_game(networks):
    """Two generators and two critics, as CycleGAN plays: wiring and lists of terms alone."""
    wiring = {
        "ab": lambda play: play.networks["AB"](play["a"]),
        "ba": lambda play: play.networks["BA"](play["b"]),
        "aba": lambda play: play.networks["BA"](play["ab"]),
        "bab": lambda play: play.networks["AB"](play["ba"]),
    }
    critics = Player(
        name="critics",
        networks=("A", "B"),
        terms=(
            Wasserstein(name="judge_a", critic="A", real="a", fake="ba"),
            Wasserstein(name="judge_b", critic="B", real="b", fake="ab"),
        ),
    )
    generators = Player(
        name="generators",
        networks=("AB", "BA"),
        terms=(
            Adversarial(name="fool_b", critic="B", fake="ab", weight=0.1),
            Adversarial(name="fool_a", critic="A", fake="ba", weight=0.1),
            L1(name="cycle_a", one="aba", other="a"),
            L1(name="cycle_b", one="bab", other="b"),
        ),
        rate=0.02,
    )
    return Game(
        networks,
        [critics, generators],
        draw=lambda batch, seed: {"a": batch[0], "b": batch[1]},
        wiring=wiring,
        batch=8,
    )


def test_a_cycle_of_two_generators_is_wiring_and_terms():
    networks = {"A": Scale(0.0), "B": Scale(0.0), "AB": Scale(1.7), "BA": Scale(1.3)}
    game = cycle_game(networks)
    a = np.random.default_rng(0).random((2, 8, 1), np.float32)
    history = train(
        [Phase("all", 100, game.step)],
        lambda start, stop: ((tf.constant(a), tf.constant(2 * a)) for _ in range(start, stop)),
        game.state,
    )
    cycles = [history.column(name) for name in ("cycle_a", "cycle_b")]
    assert all(np.mean(values[-5:]) < 0.3 * values[0] for values in cycles)


def test_two_terms_of_one_name_are_refused():
    term = Wasserstein()
    with pytest.raises(InputError, match="wasserstein"):
        Game(
            {"critic": Scale(1.0)},
            [Player(name="critic", networks=("critic",), terms=(term, term))],
            draw=lambda batch, seed: {},
            wiring={},
            batch=2,
        )
    for wrong in ({"terms": ()}, {"steps": 0}, {"networks": ()}, {"average": 1.0}):
        with pytest.raises(InputError):
            Player(**{"name": "a", "networks": ("critic",), "terms": (term,), **wrong})


def test_a_round_makes_each_tensor_once_and_only_if_asked():
    made = []

    def wire(name, value):
        return lambda play: made.append(name) or value(play)

    wiring = {"b": wire("b", lambda play: play["a"] + 1), "c": wire("c", lambda play: 0)}
    play = Round({}, {"a": 1}, wiring)
    assert (play["b"], play["b"]) == (2, 2)
    assert made == ["b"]
    assert set(play) == {"a", "b", "c"}
    assert len(play) == 3


def test_batches_depend_on_seed_and_step_alone(images):
    whole = list(batches_of(images)(0, 4))
    late = next(iter(batches_of(images)(3, 4)))
    for first, second in zip(whole[3], late, strict=True):
        np.testing.assert_array_equal(first, second)
    assert not np.array_equal(whole[0][1], whole[1][1])
    assert whole[0][1].shape == (3, 4, 8, 8, 3)


def test_crops_are_pieces_of_the_images():
    ramp = np.arange(12, dtype=np.uint8)
    image = np.broadcast_to((ramp[:, None] * 20 + ramp)[None, :, :, None], (2, 12, 12, 3))
    image = np.ascontiguousarray(image).astype(np.uint8)
    crops, _ = next(
        iter(training_batches(image, start=0, stop=1, parts=1, batch=50, crop=8, seed=0))
    )
    across = np.diff(crops[0, ..., 0].numpy().astype(int), axis=2)
    assert set(np.unique(across)) == {-1, 1}  # half of them are flipped
    assert set(np.unique(np.diff(crops[0, ..., 0].numpy().astype(int), axis=1) % 256)) == {20}


@pytest.mark.parametrize(
    "broken",
    [
        np.zeros((4, 16, 16, 3), np.float32),
        np.zeros((1, 16, 16, 3), np.uint8),
        np.zeros((4, 16, 16), np.uint8),
        np.zeros((4, 4, 16, 3), np.uint8),
        [1, 2],
    ],
)
def test_training_images_are_checked(broken):
    with pytest.raises(InputError):
        check_images(broken)


REPLICAS = """
import sys, numpy as np, tensorflow as tf
cpu = tf.config.list_physical_devices("CPU")[0]
tf.config.set_logical_device_configuration(cpu, [tf.config.LogicalDeviceConfiguration()] * 2)
from colortransfer.adversarial import Adversarial
from colortransfer.gan import (Content, GridGenerator, PaperCritic, Recipe, Reconstruction,
                               color_game)
from colortransfer.gan.datasets import training_batches
images = np.random.default_rng(0).integers(0, 256, (20, 16, 16, 3), dtype=np.uint8)
terms = (Adversarial(given=("colors",)), Reconstruction(), Content())
recipe = Recipe(batch=4, critic_steps=2, generator_rate=1e-3, critic_rate=1e-3,
                generator_terms=terms)
one, rows = tf.constant(1.0), []
for strategy in (tf.distribute.get_strategy(), tf.distribute.MirroredStrategy(["CPU:0", "CPU:1"])):
    with strategy.scope():
        game = color_game(GridGenerator(size=16, depth=2, noise_size=2),
                          PaperCritic(8, widths=(4, 4, 4)), recipe, strategy=strategy)
    assert strategy.num_replicas_in_sync == len(rows) + 1
    rows.append([])
    batches = training_batches(images, start=0, stop=2, parts=3, batch=4, crop=8, seed=0)
    for n, batch in enumerate(batches):
        metrics = game.step(tf.constant(n, tf.int64), one, batch)
        rows[-1].append({k: float(v) for k, v in metrics.items()})
for first, second in zip(*rows):
    for key in first:
        assert abs(first[key] - second[key]) <= 1e-4 * max(1, abs(first[key])), (key, first, second)
assert rows[0][0] != rows[0][1]
"""


def test_two_replicas_reproduce_one():
    done = subprocess.run(
        [sys.executable, "-c", REPLICAS], capture_output=True, text=True, timeout=300, check=False
    )
    assert done.returncode == 0, done.stderr[-3000:]
