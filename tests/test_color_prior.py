"""The colour prior: its lattice, its network, what it says, and how it is taught."""

from __future__ import annotations

import numpy as np
import pytest
import tensorflow as tf
from PIL import Image
from scipy.interpolate import RegularGridInterpolator

from colortransfer import colors
from colortransfer.cli import main
from colortransfer.color_prior import ColorPrior, bundled_prior, log_likelihoods, network
from colortransfer.color_prior.nodes import COUNT, LOG_AREAS, NODES, tents
from colortransfer.color_prior.training import PriorTraining, Recipe, train_prior
from colortransfer.errors import FileError, InputError
from colortransfer.feature_extractors.weights import load_weights

RNG = np.random.default_rng(0)

# The lattice


def test_a_node_belongs_to_itself():
    np.testing.assert_allclose(tents(tf.constant(NODES)), np.eye(COUNT), atol=1e-6)


def test_tents_interpolate_linearly_and_end_at_the_outermost_nodes():
    values = RNG.uniform(-120, 120, (5, 7)).astype(np.float32)
    weights = tents(tf.constant(values)).numpy()
    assert weights.min() >= 0
    np.testing.assert_allclose(weights.sum(-1), 1, atol=1e-5)
    heights = RNG.normal(size=COUNT)
    np.testing.assert_allclose(weights @ heights, np.interp(values, NODES, heights), atol=1e-4)


def test_cells_of_nodes_are_smallest_at_grey_and_the_same_on_both_sides():
    assert np.unravel_index(LOG_AREAS.argmin(), LOG_AREAS.shape) == (COUNT // 2, COUNT // 2)
    np.testing.assert_allclose(LOG_AREAS, LOG_AREAS[::-1, ::-1], atol=1e-6)
    np.testing.assert_allclose(LOG_AREAS, LOG_AREAS.T, atol=1e-6)


# The network


@pytest.fixture(scope="module")
def inputs():
    lightness = RNG.uniform(-1, 1, (2, 16, 24, 1)).astype(np.float32)
    return [tf.constant(lightness), tf.constant(np.float32([[0.5, -1, 1], [0, 0, 0]]))]


def test_the_folded_network_is_the_normalized_one(inputs):
    normalized, folded = network.build(normalized=True), network.build(normalized=False)
    for weight in normalized.weights:  # as after a training: no statistic is that of the start
        noise = RNG.normal(0, 0.1, weight.shape).astype(np.float32)
        weight.assign(weight + (np.abs(noise) if "variance" in weight.name else noise))
    network.assign(folded, network.folded(normalized))
    expected = normalized(inputs, training=False).numpy()
    assert expected.shape == (2, 4, 6, COUNT**2)
    assert expected.std() > 0.01
    np.testing.assert_allclose(folded(inputs), expected, atol=1e-4 * np.abs(expected).max())


@pytest.mark.parametrize(
    "change",
    [
        lambda arrays: arrays.pop("scores/bias"),
        lambda arrays: arrays.update(more=np.zeros(3, np.float32)),
        lambda arrays: arrays.update({"scores/bias": np.zeros(5, np.float32)}),
    ],
)
def test_weights_of_another_network_are_refused(change):
    arrays = network.folded(network.build(normalized=False))
    change(arrays)
    with pytest.raises(InputError, match="not the weights of a colour prior"):
        ColorPrior(arrays)


def test_a_file_cannot_ask_for_all_memory():
    arrays = network.folded(network.build(normalized=False, widths=(4, 6, 8, 10)))
    arrays["asked2/kernel"] = np.zeros((1, 10**7), np.float16)
    with pytest.raises(InputError, match="four widths"):
        ColorPrior(arrays)


def test_a_network_of_other_widths_says_what_it_learned(inputs):
    other = network.build(normalized=False, widths=(4, 6, 8, 10))
    arrays = network.folded(other)
    assert network.widths_of(arrays) == (4, 6, 8, 10)
    image = tf.constant(RNG.uniform(0.2, 0.8, (16, 24, 3)), tf.float32)
    found = ColorPrior(arrays).log_densities(image, tf.constant([0.4, 0.5, 0.6]))
    assert found.shape == (4, 6, COUNT, COUNT)
    assert not np.allclose(
        found, bundled_prior().log_densities(image, tf.constant([0.4, 0.5, 0.6]))
    )


# What it says


def test_densities_add_up_to_one_over_the_lattice(photo):
    image = tf.constant(photo / np.float32(255))
    densities = bundled_prior().log_densities(image, tf.constant([0.4, 0.5, 0.6])).numpy()
    assert densities.shape == (10, 14, COUNT, COUNT)
    # A floor lifts what is out of the question by a little.
    mass = np.exp(densities + LOG_AREAS).sum((2, 3))
    assert mass.min() > 0.999
    assert mass.max() < 1.1


def test_it_sees_grey_alone(photo):
    """Two pictures of one lightness and of other colours have the same densities."""
    lab = colors.srgb_to_lab(0.3 + 0.4 * photo / 255)
    found = []
    for chroma in (0.0, 0.5):
        picture = colors.lab_to_srgb(lab * [1, chroma, chroma])
        assert 0 < picture.min() < picture.max() < 1
        image = tf.constant(picture, tf.float32)
        found.append(bundled_prior().log_densities(image, tf.constant([0.4, 0.5, 0.6])))
    np.testing.assert_allclose(*found, atol=1e-3)


@pytest.mark.parametrize(("color", "sign"), [([0.3, 0.45, 0.8], -1), ([0.7, 0.5, 0.2], 1)])
def test_the_mean_color_says_which_of_the_colors(photo, color, sign):
    """Of a bluer whole the places are expected to be bluer, of a yellower one yellower."""
    image = tf.constant(photo / np.float32(255))
    densities = bundled_prior().log_densities(image, tf.constant(color, tf.float32)).numpy()
    masses = np.exp(densities + LOG_AREAS)
    expected = (masses * NODES).sum((2, 3)) / masses.sum((2, 3))  # of b*
    assert sign * expected.mean() > 5


def test_likelihoods_are_interpolated_at_the_means_of_places():
    densities = RNG.normal(-7, 2, (3, 4, COUNT, COUNT)).astype(np.float32)
    image = (0.1 + 0.8 * RNG.random((12, 16, 3))).astype(np.float32)
    found = log_likelihoods(tf.constant(densities), tf.constant(image)).numpy()
    lab = colors.srgb_to_lab(image.astype(float))
    for row, column in np.ndindex(3, 4):
        place = lab[4 * row : 4 * row + 4, 4 * column : 4 * column + 4, 1:].mean((0, 1))
        table = RegularGridInterpolator((NODES, NODES), np.exp(densities[row, column]))
        assert found[row, column] == pytest.approx(np.log(table(place)[0]), abs=1e-3)


def test_the_bundled_prior_is_read_once():
    assert bundled_prior() is bundled_prior()


# How it is taught


def lessons(count=24, side=16):
    """Pictures whose colour follows from their lightness: light is yellow, dark is blue."""
    rng = np.random.default_rng(1)
    light = rng.uniform(0.2, 0.8, (count, side // 8, side // 8, 1)).repeat(8, 1).repeat(8, 2)
    noise = rng.normal(0, 0.02, (count, side, side, 1))
    picture = light + noise + (light - 0.5) * np.array([0.4, 0.2, -0.6])
    return np.rint(255 * picture.clip(0, 1)).astype(np.uint8)


def training(steps=4, **options):
    recipe = Recipe(**{"steps": steps, "batch": 8, "warmup": 2, "average": 0.5, **options})
    return PriorTraining(lessons(), recipe)


@pytest.fixture(scope="module")
def whole():
    """A training that nothing has interrupted."""
    taught = training()
    train_prior(taught)
    return taught


def test_it_learns():
    history = train_prior(training(steps=30))
    losses = history.column("loss")
    assert np.mean(losses[-5:]) < 0.8 * np.mean(losses[:3])
    assert history.rejected == 0


def test_a_training_that_was_killed_resumes_exactly(whole, tmp_path):
    """To the same bytes as another one with its seed."""
    stopped, resumed = training(), training()

    def crash(row):
        if row["step"] == 3:  # past the checkpoint at step 2
            raise RuntimeError("a crash")

    options = {"folder": tmp_path, "checkpoint_every": 2}
    with pytest.raises(RuntimeError, match="a crash"):
        train_prior(stopped, callbacks=[crash], **options)
    history = train_prior(resumed, **options)
    assert history.column("step") == [1, 2, 3, 4]
    expected, found = whole.arrays(), resumed.arrays()
    assert set(expected) == set(found)
    for name, value in expected.items():
        np.testing.assert_array_equal(found[name], value, err_msg=name)
    with pytest.raises(FileError, match="other options or images"):
        train_prior(training(seed=1), **options)


def test_the_seed_decides_the_start_and_the_order():
    first, same, other = (training(seed=seed) for seed in (3, 3, 4))
    for name, value in first.state.items():
        np.testing.assert_array_equal(same.state[name], value, err_msg=name)
    assert not np.array_equal(first.state["weights/0"], other.state["weights/0"])
    batches = [np.stack(list(one.batches(0, 3))) for one in (first, same, other)]
    np.testing.assert_array_equal(batches[0], batches[1])
    assert not np.array_equal(batches[0], batches[2])


def test_what_is_kept_is_a_prior(whole):
    prior = ColorPrior(whole.arrays())
    densities = prior.log_densities(tf.fill([16, 8, 3], 0.5), tf.constant([0.4, 0.5, 0.6]))
    assert densities.shape == (4, 2, COUNT, COUNT)


def test_a_step_that_is_not_finite_leaves_no_trace():
    """Nor do the statistics that normalisation notes on the way."""
    taught = training(gamma=float("nan"))
    before = {name: variable.numpy() for name, variable in taught.state.items()}
    batch = next(iter(taught.batches(0, 1)))
    row = taught.step(tf.constant(0, tf.int64), tf.constant(1.0), batch)
    assert float(row["rejected"]) == 1
    for name, value in before.items():
        np.testing.assert_array_equal(taught.state[name], value, err_msg=name)


@pytest.mark.parametrize(
    "images", [np.zeros((2, 16, 12, 3), np.uint8), np.zeros((2, 16, 16, 3), np.float32)]
)
def test_images_that_it_cannot_be_taught_on(images):
    with pytest.raises(InputError, match="multiples of 8"):
        PriorTraining(images)


def test_the_command_writes_weights(tmp_path):
    pictures, folder = tmp_path / "pictures", tmp_path / "run"
    pictures.mkdir()
    for number, picture in enumerate(lessons(3)):
        Image.fromarray(picture).save(pictures / f"{number}.png")
    command = ["train-prior", str(pictures), "-o", str(folder), "--steps", "2", "--seed", "5"]
    assert main([*command, "--checkpoint-every", "1"]) == 0
    assert sorted(path.name for path in folder.iterdir()) == [
        "checkpoint.npz",
        "color_prior.npz",
        "log.csv",
    ]
    ColorPrior(load_weights(folder / "color_prior.npz"))
    before = (folder / "color_prior.npz").read_bytes()
    assert main(command) == 0  # it was complete
    assert (folder / "color_prior.npz").read_bytes() == before
