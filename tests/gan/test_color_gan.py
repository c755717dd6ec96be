"""ColorGAN as callers see it: train, transfer, save, load, and what goes wrong."""

import copy
import json
import pickle

import numpy as np
import pytest
import tensorflow as tf

from colortransfer import images as image_files
from colortransfer.colors import LUMA, parse_color
from colortransfer.errors import FileError, InputError
from colortransfer.evaluation import contrast_structure
from colortransfer.gan import ColorGAN, GridGenerator, PaperCritic, PaperGenerator, Recipe, recipes
from colortransfer.gan.recipes import changed

COLOR = "#5b86b4"


def small_gan(**changes):
    recipe = Recipe(batch=4, critic_steps=1, crop=16, generator_rate=3e-3, **changes)
    return ColorGAN(
        generator=GridGenerator(size=16, depth=2, noise_size=2),
        critic=lambda crop, recipe: PaperCritic(crop, widths=(4, 4, 4), seed=recipe.seed),
        recipe=recipe,
    )


@pytest.fixture(scope="module")
def training_images():
    return np.random.default_rng(0).integers(0, 256, (20, 18, 18, 3), dtype=np.uint8)


@pytest.fixture(scope="module")
def trained(training_images, tmp_path_factory):
    """A generator after six steps, its history and the folder of its training."""
    gan, folder = small_gan(), tmp_path_factory.mktemp("training")
    history = gan.train(
        training_images, steps=6, validation=training_images[:5], folder=folder, validate_every=3
    )
    return gan, history, folder


def test_train_learns_and_leaves_a_log_and_sheets(trained):
    gan, history, folder = trained
    assert history.reason == "steps"
    assert history.rejected == 0
    assert len(history.rows) == 6
    assert history.column("validation_color_error")[-1] < 0.01
    assert {p.name for p in folder.iterdir()} == {
        "checkpoint.npz",
        "log.csv",
        "samples-3.png",
        "samples-6.png",
    }
    assert image_files.load(folder / "samples-6.png").shape == (48, 80, 3)
    assert np.abs(gan.generator.arrays()["maps/kernel"]).max() > 0


def test_a_training_that_is_complete_is_not_run_again(trained, training_images):
    gan, _, folder = trained
    again = small_gan()
    history = again.train(training_images, steps=6, folder=folder)
    assert len(history.rows) == 6
    for name, value in again.generator.arrays().items():
        np.testing.assert_array_equal(value, gan.generator.arrays()[name])
    with pytest.raises(FileError, match="another folder"):
        small_gan(seed=1).train(training_images, steps=6, folder=folder)


@pytest.mark.parametrize("recipe", [recipes.DEFAULT, recipes.PAPER, recipes.MATCHING])
def test_a_recipe_is_known_again_in_another_process(recipe):
    """A training goes on only with the recipe that it began with, compared as text."""
    assert " at 0x" not in repr(recipe)
    assert repr(changed(recipe, {"seed": 1})) != repr(recipe)


@pytest.mark.parametrize("dtype", ["uint8", "uint16", "float32", "float64"])
@pytest.mark.parametrize("channels", [3, 4])
def test_transfer_keeps_type_and_reaches_the_color(trained, photo, dtype, channels):
    gan = trained[0]
    image = photo if channels == 3 else np.dstack([photo, np.full(photo.shape[:2], 200, np.uint8)])
    image = image.astype(dtype)
    image = (
        image / 255 if np.dtype(dtype).kind == "f" else image * (257 if dtype == "uint16" else 1)
    )
    image = image.astype(dtype)
    before = image.copy()
    result = gan.transfer(image, COLOR)
    assert result.dtype == image.dtype
    assert result.shape == image.shape
    np.testing.assert_array_equal(image, before)
    scale = 1 if np.dtype(dtype).kind == "f" else np.iinfo(dtype).max
    mean = result[..., :3].reshape(-1, 3).mean(0, dtype=float) / scale
    np.testing.assert_allclose(mean, parse_color(COLOR), atol=1 / 255)
    if channels == 4:
        np.testing.assert_array_equal(result[..., 3], image[..., 3])


def test_grey_tensors_and_hidden_pixels(trained, photo):
    gan = trained[0]
    grey = gan.transfer(photo[..., 0], COLOR)
    assert grey.shape == photo.shape[:2]
    assert grey.mean() / 255 == pytest.approx(LUMA @ parse_color(COLOR), abs=1 / 255)
    tensor = gan.transfer(tf.constant(photo), COLOR)
    assert tf.is_tensor(tensor)
    assert tensor.dtype == tf.uint8
    alpha = np.full(photo.shape[:2], 255, np.uint8)
    alpha[:20] = 0
    first = np.dstack([photo, alpha])
    second = first.copy()
    second[:20, :, :3] = 255 - second[:20, :, :3]
    seen = [gan.transfer(x, COLOR)[20:] for x in (first, second)]
    np.testing.assert_array_equal(*seen)
    mean = seen[0][..., :3].reshape(-1, 3).mean(0) / 255
    np.testing.assert_allclose(mean, parse_color(COLOR), atol=1 / 255)


def test_seeds_repeat(trained, photo):
    gan = trained[0]
    image = photo.astype(np.float64) / 255
    np.testing.assert_array_equal(gan.transfer(image, COLOR), gan.transfer(image, COLOR, seed=0))
    assert not np.array_equal(gan.transfer(image, COLOR), gan.transfer(image, COLOR, seed=1))


def test_batches_are_single_images_side_by_side(trained, photo):
    gan = trained[0]
    batch = np.stack([photo, photo[::-1]])
    result = gan.transfer(batch, [COLOR, "#804020"])
    assert result.shape == batch.shape
    np.testing.assert_array_equal(result[1], gan.transfer(batch[1], "#804020"))
    several = gan.transfer([photo, photo[:20]], COLOR)
    np.testing.assert_array_equal(several[1], gan.transfer(photo[:20], COLOR))
    rows = gan.transfer(batch, np.array([[0.2, 0.3, 0.4], [0.5, 0.5, 0.5]]))
    np.testing.assert_allclose(rows[0].mean((0, 1)) / 255, [0.2, 0.3, 0.4], atol=1 / 255)


@pytest.mark.parametrize("size", [(1, 1), (1, 40), (3, 2), (200, 17)])
def test_odd_sizes(trained, size):
    image = np.random.default_rng(1).integers(0, 256, (*size, 3), dtype=np.uint8)
    assert trained[0].transfer(image, COLOR).shape == image.shape


def test_save_and_load(trained, photo, tmp_path):
    gan = trained[0]
    gan.save(tmp_path / "gan.npz")
    loaded = ColorGAN.load(tmp_path / "gan.npz")
    np.testing.assert_array_equal(loaded.transfer(photo, COLOR), gan.transfer(photo, COLOR))


def test_damaged_files_are_refused(trained, tmp_path):
    path = tmp_path / "gan.npz"
    trained[0].save(path)
    content = path.read_bytes()
    flipped = bytearray(content)
    flipped[len(content) // 2] ^= 255
    for damage in (b"", b"PK nonsense", content[:-100], bytes(flipped)):
        path.write_bytes(damage)
        with pytest.raises(FileError):
            ColorGAN.load(path)
    with pytest.raises(FileError):
        ColorGAN.load(tmp_path / "missing.npz")
    np.savez(path, header=np.array(["x"], object), allow_pickle=True)
    with pytest.raises(FileError):
        ColorGAN.load(path)
    with pytest.raises(FileError, match="training"):
        ColorGAN.load(_training_file(trained))


def _training_file(trained):
    return trained[2] / "checkpoint.npz"


def test_the_papers_generator_gives_images_of_any_size(photo, tmp_path):
    gan = ColorGAN.paper(seed=2)
    result = gan.transfer(photo, COLOR)
    assert result.shape == photo.shape
    assert result.dtype == np.uint8
    gan.save(tmp_path / "paper.npz")
    np.testing.assert_array_equal(
        ColorGAN.load(tmp_path / "paper.npz").transfer(photo, COLOR), result
    )
    assert gan.recipe.crop == 24
    assert gan.recipe.critic_steps == 5


@pytest.mark.parametrize(
    "call",
    [
        lambda gan, photo: gan.transfer(photo, "nonsense"),
        lambda gan, photo: gan.transfer(photo, COLOR, seed=-1),
        lambda gan, photo: gan.transfer(photo, COLOR, seed=0.5),
        lambda gan, photo: gan.transfer("photo.jpg", COLOR),
        lambda gan, photo: gan.transfer(photo * 1.0, COLOR),
        lambda gan, photo: gan.transfer([photo, photo], [COLOR]),
        lambda gan, photo: gan.transfer(np.stack([photo]), 3.0),
        lambda gan, photo: gan.train(photo, steps=3),
        lambda gan, photo: gan.train(np.stack([photo, photo]), steps=0),
        lambda gan, photo: ColorGAN.paper(sed=1),
        lambda gan, photo: Recipe(batch=0),
    ],
)
def test_what_cannot_be_used_is_refused_in_one_line(trained, photo, call):
    with pytest.raises(InputError) as caught:
        call(trained[0], photo)
    assert "\n" not in str(caught.value)


def test_pretrained_reaches_colors_and_keeps_pictures_that_have_theirs(photo):
    gan = ColorGAN.pretrained()
    result = gan.transfer(photo, COLOR)
    np.testing.assert_allclose(result.mean((0, 1)) / 255, parse_color(COLOR), atol=1 / 255)
    assert contrast_structure(photo, result) > 0.9
    image = photo.astype(np.float64) / 255
    np.testing.assert_allclose(gan.transfer(image, image.mean((0, 1))), image, atol=2e-3)


def test_an_edit_keeps_its_transform(trained, photo):
    gan = trained[0]
    edit = gan.fit_edit(photo, COLOR)
    np.testing.assert_array_equal(edit.image, gan.transfer(photo, COLOR))
    np.testing.assert_array_equal(edit.transform.apply(photo), edit.image)
    assert edit.color_error == pytest.approx(
        np.abs(edit.image.mean((0, 1)) / 255 - parse_color(COLOR)).max(), abs=1e-7
    )
    assert edit.warnings == ()


def test_the_papers_generator_has_no_transform(photo):
    gan = ColorGAN(generator=PaperGenerator(width=4))
    edit = gan.fit_edit(photo, COLOR)
    assert edit.transform is None
    error = np.abs(edit.image.mean((0, 1)) / 255 - parse_color(COLOR)).max()
    assert edit.color_error == pytest.approx(error, abs=1e-7)


def test_a_grey_photograph_is_measured_by_the_colours_grey(photo):
    """And the caller is told that it stays grey."""
    edit = ColorGAN.pretrained().fit_edit(photo[..., 0], COLOR)
    assert edit.color_error < 1 / 255
    assert len(edit.warnings) == 1
    assert "stays grey" in edit.warnings[0]
    assert ColorGAN.pretrained().fit_edit(photo[..., 0], "#808080").warnings == ()


@pytest.mark.parametrize("copied", [copy.deepcopy, lambda gan: pickle.loads(pickle.dumps(gan))])
def test_copies_give_the_same_pictures(photo, copied):
    gan = ColorGAN.pretrained()
    np.testing.assert_array_equal(copied(gan).transfer(photo, COLOR), gan.transfer(photo, COLOR))


def test_a_training_without_a_falling_rate_goes_on(training_images, tmp_path):
    changes = {"crop": 16, "batch": 2, "critic_steps": 1, "generator_rate": 1e-3}
    long = ColorGAN.paper(**changes)
    long.train(training_images, steps=3)
    for steps in (2, 3):
        parts = ColorGAN.paper(**changes)
        parts.train(training_images, steps=steps, folder=tmp_path)
    for name, value in parts.generator.arrays().items():
        np.testing.assert_array_equal(value, long.generator.arrays()[name])


def test_a_file_of_an_earlier_version_loads(photo, tmp_path):
    """Its header held the recipe, too."""
    gan = ColorGAN.pretrained()
    gan.save(tmp_path / "new.npz")
    with np.load(tmp_path / "new.npz") as archive:
        arrays = dict(archive)
    header = json.loads(str(arrays.pop("header"))) | {"recipe": {"loss": "wasserstein", "r1": 0.0}}
    np.savez(tmp_path / "old.npz", header=np.array(json.dumps(header)), **arrays)
    old = ColorGAN.load(tmp_path / "old.npz")
    np.testing.assert_array_equal(old.transfer(photo, COLOR), gan.transfer(photo, COLOR))
