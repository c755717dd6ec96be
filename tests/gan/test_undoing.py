"""Tables for a photograph and a colour, learned by undoing edits."""

import numpy as np
import pytest
import tensorflow as tf
from PIL import Image

from colortransfer import ColorGAN
from colortransfer.cli import main
from colortransfer.errors import FileError, InputError
from colortransfer.gan import TableGenerator, UndoingRecipe, UndoingTraining, train_undoing
from colortransfer.gan.random_edits import random_edits, random_means
from colortransfer.gan.table_generator import cosines
from colortransfer.rendering import reach_colors, render_table_each
from colortransfer.transforms import Lut3D

RNG = np.random.default_rng(3)
SMALL = {"points": 5, "waves": 3, "size": 16}
NOISE = tf.zeros([1, 0])


def pictures(count=12, side=16):
    """Pictures in which light things are yellow and dark ones blue."""
    rng = np.random.default_rng(1)
    light = rng.uniform(0.1, 0.9, (count, side // 4, side // 4, 1)).repeat(4, 1).repeat(4, 2)
    picture = light + (light - 0.5) * np.array([0.2, 0.1, -0.5])
    return np.rint(255 * picture.clip(0, 1)).astype(np.uint8)


def training(**options):
    recipe = {"steps": 4, "batch": 4, "warmup": 1, "alone": 1, "average": 0.5, **options}
    generator = TableGenerator(**SMALL, seed=recipe.get("seed", 0))
    return UndoingTraining(generator, pictures(), UndoingRecipe(**recipe))


def shaken(seed=5):
    """A generator that has learned something."""
    generator = TableGenerator(**SMALL)
    rng = np.random.default_rng(seed)
    arrays = generator.arrays()
    arrays["waves/kernel"] = rng.normal(0, 0.02, arrays["waves/kernel"].shape).astype(np.float32)
    generator.assign(arrays)
    return generator


def test_before_training_there_is_the_shift():
    images = tf.constant(RNG.uniform(0.3, 0.6, (2, 16, 16, 3)), tf.float32)
    colors = tf.reduce_mean(images, [1, 2]) + tf.constant([[0.1, -0.05, 0.2], [0.0, 0.1, 0.1]])
    expected = images + (colors - tf.reduce_mean(images, [1, 2]))[:, None, None]
    found = TableGenerator(**SMALL)(images, colors, tf.zeros([2, 0]))
    np.testing.assert_allclose(found, expected, atol=1e-5)


def test_an_image_of_the_right_colour_stays_nearly_as_it_is():
    image = tf.constant(RNG.uniform(0.2, 0.8, (1, 16, 16, 3)), tf.float32)
    generator = shaken()
    near = generator(image, tf.reduce_mean(image, [1, 2]), NOISE)
    away = tf.constant([[0.2, 0.0, -0.1]])
    far = generator(image, tf.reduce_mean(image, [1, 2]) + away, NOISE)
    assert 5 * np.abs(near - image).max() < np.abs(far - image).max()


def test_what_it_draws_is_what_its_transform_applies():
    image = RNG.uniform(0.3, 0.6, (24, 16, 3)).astype(np.float32)  # so that nothing is clipped
    generator, color = shaken(), tf.constant([[0.4, 0.5, 0.45]])
    transform = generator.edit(tf.constant(image[None]), color, NOISE)
    assert isinstance(transform, Lut3D)
    drawn = generator(tf.constant(image[None]), color, NOISE)[0]
    reached = reach_colors(transform.apply(image)[None], color)[0]
    np.testing.assert_allclose(reached, drawn, atol=1e-5)
    assert np.abs(drawn.numpy().mean((0, 1)) - color[0]).max() < 2e-3


def test_each_image_has_its_own_table():
    images = tf.constant(RNG.random((3, 4, 5, 3)), tf.float32)
    tables = tf.constant(RNG.random((3, 4, 4, 4, 3)), tf.float32)
    found = render_table_each(images, tables).numpy()
    for image, table, one in zip(images.numpy(), tables.numpy(), found, strict=True):
        np.testing.assert_allclose(Lut3D(table).apply(image), one, atol=1e-5)


def test_cosines_are_orthogonal_and_high_ones_small():
    basis = cosines(9, 3)
    products = basis.T @ basis / len(basis)
    np.testing.assert_allclose(products, np.diag(np.diag(products)), atol=1e-5)
    assert products[0, 0] == pytest.approx(1)
    assert products[-1, -1] == pytest.approx(1 / 7**2, rel=1e-4)  # frequencies 2, 2 and 2


def test_random_edits_have_means_as_far_as_asked():
    images = tf.constant(pictures(), tf.float32) / 255
    seed = tf.constant([1, 2], tf.int64)
    means = random_means(images, seed, 0.1, 0.1)
    inside = np.all((means.numpy() > 0.081) & (means.numpy() < 0.919), -1)
    distance = np.linalg.norm(means - tf.reduce_mean(images, [1, 2]), axis=-1)
    assert inside.sum() > 3
    np.testing.assert_allclose(distance[inside], 0.1, atol=1e-5)
    options = {"farthest": 0.2, "bend": 0.05, "saturation": 0.1}
    edited = random_edits(images, seed, **options)
    np.testing.assert_array_equal(edited, random_edits(images, seed, **options))
    moved = np.linalg.norm(tf.reduce_mean(edited - images, [1, 2]), axis=-1)
    assert moved.max() < 0.202
    assert np.ptp(moved) > 0.02


def test_no_edit_is_no_edit():
    images = tf.constant(pictures(), tf.float32) / 255
    seed = tf.constant([1, 2], tf.int64)
    same = random_edits(images, seed, farthest=0.0, bend=0.0, saturation=0.0)
    np.testing.assert_allclose(same, images, atol=1e-4)


def test_it_learns_to_undo_better_than_the_shift():
    taught = training(steps=60, batch=8, learning_rate=0.01, average=0.9)
    history = train_undoing(taught)
    assert history.rejected == 0
    shares = history.column("of_shift")
    assert np.mean(shares[-10:]) < 0.9 * np.mean(shares[:5])


def test_a_training_that_was_killed_resumes_exactly(tmp_path):
    whole, stopped, resumed = training(), training(), training()
    train_undoing(whole)

    def crash(row):
        if row["step"] == 3:  # past the checkpoint at step 2
            raise RuntimeError("a crash")

    options = {"folder": tmp_path, "checkpoint_every": 2}
    with pytest.raises(RuntimeError, match="a crash"):
        train_undoing(stopped, callbacks=[crash], **options)
    train_undoing(resumed, **options)
    for name, value in whole.arrays().items():
        np.testing.assert_array_equal(resumed.arrays()[name], value, err_msg=name)
    with pytest.raises(FileError, match="other options or images"):
        train_undoing(training(seed=1), **options)


def test_a_step_that_is_not_finite_leaves_no_trace():
    taught = training(roughness=float("nan"))
    before = {name: variable.numpy() for name, variable in taught.state.items()}
    batch = next(iter(taught.batches(0, 1)))
    row = taught.step(tf.constant(0, tf.int64), tf.constant(1.0), batch)
    assert float(row["rejected"]) == 1
    for name, value in before.items():
        np.testing.assert_array_equal(taught.state[name], value, err_msg=name)


def test_what_it_cannot_be_taught_on():
    generator = TableGenerator(**SMALL)
    with pytest.raises(InputError, match="from 16 pixels"):
        UndoingTraining(generator, np.zeros((2, 8, 16, 3), np.uint8))
    with pytest.raises(InputError, match="even"):
        UndoingRecipe(batch=3)
    with pytest.raises(InputError, match="waves"):
        TableGenerator(points=3, waves=4)


def test_the_command_writes_a_generator(tmp_path):
    source, folder = tmp_path / "pictures", tmp_path / "run"
    source.mkdir()
    for number, picture in enumerate(pictures(3)):
        Image.fromarray(picture).save(source / f"{number}.png")
    command = ["train-undoing", str(source), "-o", str(folder), "--steps", "1", "--seed", "5"]
    assert main(command) == 0
    gan = ColorGAN.load(folder / "generator.npz")
    assert isinstance(gan.generator, TableGenerator)
    result = gan.transfer(pictures(1)[0], "#808080")
    assert np.abs(result.mean((0, 1)) - 128).max() < 0.51
