"""The training loop and the step: exact resume, non-finite steps, phases, logs, replicas."""

import csv
import subprocess
import sys

import numpy as np
import pytest
import tensorflow as tf

from colortransfer.errors import FileError, InputError
from colortransfer.gan import AdversarialStep, GridGenerator, Options, Phase, PixelCritic, Recipe
from colortransfer.gan.datasets import check_images, training_batches
from colortransfer.gan.training import train

SMALL = Recipe(batch=4, critic_steps=2, generator_rate=1e-2, critic_rate=1e-2, seed=3)


@pytest.fixture(scope="module")
def images():
    return np.random.default_rng(0).integers(0, 256, (20, 16, 16, 3), dtype=np.uint8)


def make_step(recipe=SMALL, seed=0):
    generator = GridGenerator(size=16, depth=2, noise_size=2, seed=seed)
    return AdversarialStep(generator, PixelCritic(widths=(4, 4), seed=seed + 1), recipe)


@pytest.fixture(scope="module")
def compiled():
    """One compiled step for the tests below, which set its state back themselves."""
    step = make_step()
    return step, {name: variable.numpy() for name, variable in step.state.items()}


def restore(step, values):
    for name, variable in step.state.items():
        variable.assign(values[name])


def snapshot(step):
    return {name: variable.numpy() for name, variable in step.state.items()}


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


def phase(step, steps):
    one = tf.constant(1.0)
    return [Phase("both", steps, lambda n, x, y: step.run(n, x, y, one, one))]


class ToyStep:
    """A walk that depends on everything before: it shows what a loop leaves out."""

    def __init__(self):
        self.state = {"x": tf.Variable(0.0)}

    def __call__(self, number, value):
        x = self.state["x"]
        x.assign(0.9 * x + value + float(number))
        return {"loss": x.read_value()}


def toy_batches(start, stop):
    return ((n, float(np.random.default_rng(n).normal())) for n in range(start, stop))


def stop_at(step):
    return lambda row: row["step"] >= step


@pytest.mark.parametrize("killed", [1, 4, 7, 9])
def test_a_walk_resumes_exactly_and_its_log_has_every_step_once(tmp_path, killed):
    whole = ToyStep()
    expected = train([Phase("a", 10, whole)], toy_batches, whole.state)
    first = ToyStep()

    def crash(row):
        if row["step"] == killed:
            raise KeyboardInterrupt

    options = {"folder": tmp_path, "checkpoint_every": 3}
    with pytest.raises(KeyboardInterrupt):
        train(
            [Phase("a", 10, first)], toy_batches, first.state, Options(callbacks=[crash], **options)
        )
    second = ToyStep()
    history = train([Phase("a", 10, second)], toy_batches, second.state, Options(**options))
    assert float(second.state["x"]) == float(whole.state["x"])
    assert history.column("step") == list(range(1, 11))
    assert history.column("loss") == expected.column("loss")
    with (tmp_path / "log.csv").open(newline="") as file:
        assert [float(row["step"]) for row in csv.DictReader(file)] == list(range(1, 11))


def test_real_steps_resume_bit_for_bit(tmp_path, images, compiled):
    step, start = compiled
    restore(step, start)
    train(phase(step, 8), batches_of(images), step.state)
    expected = snapshot(step)
    restore(step, start)
    options = Options(folder=tmp_path, checkpoint_every=3, callbacks=[stop_at(5)])
    assert train(phase(step, 8), batches_of(images), step.state, options).reason == "callback"
    restore(step, start)
    train(phase(step, 8), batches_of(images), step.state, Options(folder=tmp_path))
    for name, value in snapshot(step).items():
        np.testing.assert_array_equal(value, expected[name], err_msg=name)
    assert not np.array_equal(expected["generator/maps/kernel"], start["generator/maps/kernel"])


def test_a_hundred_steps_with_nan_are_caught_and_change_nothing(images, compiled):
    step, start = compiled
    restore(step, start)
    one = tf.constant(1.0)
    number, first, real = next(iter(batches_of(images)(0, 1)))
    first, real = (tf.cast(x, tf.float32) / 255 for x in (first, real))
    broken = tf.tensor_scatter_nd_update(first, [[0, 1, 2, 3, 0], [2, 0, 0, 0, 0]], [np.nan] * 2)
    step.run(number, first, real, one, one)
    before = snapshot(step)
    caught = sum(
        float(step.run(number, tf.fill(first.shape, np.nan), real, one, one)["undone"]) == 3
        for _ in range(100)
    )
    assert caught == 100
    for name, value in snapshot(step).items():
        np.testing.assert_array_equal(value, before[name], err_msg=name)
    metrics = step.run(number, broken, real, one, one)  # one critic step and the generator's
    assert float(metrics["undone"]) == 2
    assert all(np.isfinite(value).all() for value in snapshot(step).values())
    assert float(step.run(number, first, real, one, one)["undone"]) == 0


def test_a_step_that_never_succeeds_ends_as_diverged(monkeypatch):
    monkeypatch.setattr("colortransfer.gan.training.PATIENCE", 4)
    bad = [Phase("a", 50, lambda n, value: {"undone": tf.constant(1.0)})]
    history = train(bad, toy_batches, {})
    assert history.reason == "diverged"
    assert history.undone == len(history.rows) == 4


def test_phases_follow_one_another():
    seen = []

    def note(name):
        return lambda n, value: seen.append((name, n)) or {}

    train(
        [Phase("a", 2, note("a")), Phase("b", 0, note("b")), Phase("c", 1, note("c"))],
        toy_batches,
        {},
    )
    assert seen == [("a", 0), ("a", 1), ("c", 2)]


def test_a_checkpoint_of_another_or_a_damaged_training_is_refused(tmp_path):
    def run(**fingerprint):
        toy = ToyStep()
        options = Options(folder=tmp_path, checkpoint_every=1, fingerprint=fingerprint)
        return train([Phase("a", 3, toy)], toy_batches, toy.state, options)

    run(seed=1)
    with pytest.raises(FileError, match="another folder"):
        run(seed=2)
    path = tmp_path / "checkpoint.npz"
    content = path.read_bytes()
    for damage in (content[: len(content) // 2], b"", b"nonsense"):
        path.write_bytes(damage)
        with pytest.raises(FileError):
            run(seed=1)
    path.write_bytes(content)
    assert len(run(seed=1).rows) == 3


def test_tensorboard_files_and_validation_rows(tmp_path):
    toy = ToyStep()
    options = Options(
        folder=tmp_path,
        validate_every=2,
        validate=lambda done: {"score": done / 2},
        tensorboard=True,
    )
    history = train([Phase("a", 5, toy)], toy_batches, toy.state, options)
    assert history.column("score") == [1.0, 2.0, 2.5]
    assert [p for p in (tmp_path / "tensorboard").iterdir() if p.stat().st_size > 0]
    with pytest.raises(InputError):
        Options(tensorboard=True)


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
    _, crops, _ = next(
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


@pytest.mark.parametrize(
    "options",
    [
        {"penalty": "gradient_penalty"},
        {
            "loss": "logistic",
            "gradient_penalty": 0.0,
            "r1": 1.0,
            "augment": True,
            "color": 1.0,
            "reconstruction": 1.0,
            "content": 1.0,
            "structure": 1.0,
            "grid": 1.0,
        },
    ],
)
def test_every_term_of_the_recipe_trains(images, options):
    options = {k: v for k, v in options.items() if k != "penalty"}
    recipe = Recipe(batch=2, critic_steps=1, **options)
    generator = GridGenerator(size=16, depth=2, noise_size=2)
    critic = PixelCritic(widths=(4,), spectral_norm=bool(options))
    step = AdversarialStep(generator, critic, recipe)
    history = train(phase(step, 2), batches_of(images, recipe), step.state)
    assert history.undone == 0
    terms = ("color", "reconstruction", "content", "structure", "grid")
    assert {k for k in terms if options.get(k)} <= set(history.rows[-1])


def test_recipe_schedule_rises_and_falls():
    recipe = Recipe(warmup=4, cooldown=0.5)
    rates = [recipe.rate(step, 10) for step in range(10)]
    np.testing.assert_allclose(rates, [0.25, 0.5, 0.75, 1, 1, 1, 0.8, 0.6, 0.4, 0.2])


REPLICAS = """
import sys, numpy as np, tensorflow as tf
cpu = tf.config.list_physical_devices("CPU")[0]
tf.config.set_logical_device_configuration(cpu, [tf.config.LogicalDeviceConfiguration()] * 2)
from colortransfer.gan import AdversarialStep, GridGenerator, PixelCritic, Recipe
from colortransfer.gan.datasets import training_batches
images = np.random.default_rng(0).integers(0, 256, (20, 16, 16, 3), dtype=np.uint8)
recipe = Recipe(batch=4, critic_steps=2, generator_rate=1e-3, critic_rate=1e-3, augment=True,
                structure=1.0, reconstruction=1.0, content=1.0, kernel=1.0)
one, rows = tf.constant(1.0), []
for strategy in (tf.distribute.get_strategy(), tf.distribute.MirroredStrategy(["CPU:0", "CPU:1"])):
    with strategy.scope():
        step = AdversarialStep(GridGenerator(size=16, depth=2, noise_size=2),
                               PixelCritic(widths=(4,), spectral_norm=True), recipe,
                               strategy=strategy)
    assert step._replicas == len(rows) + 1
    rows.append([])
    for n, x, y in training_batches(images, start=0, stop=4, parts=3, batch=4, crop=16, seed=0):
        rows[-1].append({k: float(v) for k, v in step.run(n, x, y, one, one).items()})
for first, second in zip(*rows):
    for key in first:
        assert abs(first[key] - second[key]) <= 1e-4 * max(1, abs(first[key])), (key, first, second)
assert rows[0][0] != rows[0][3]
"""


def test_two_replicas_reproduce_one():
    done = subprocess.run(
        [sys.executable, "-c", REPLICAS], capture_output=True, text=True, timeout=300, check=False
    )
    assert done.returncode == 0, done.stderr[-3000:]
