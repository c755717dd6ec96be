"""DCGAN, CycleGAN and DualGAN: as published, exactly resumed, and unharmed by NaN."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import tensorflow as tf

from colortransfer.errors import FileError, InputError
from colortransfer.gan import DCGAN, CycleGAN, DualGAN
from colortransfer.gan.translation_networks import PatchCritic, Pool, ResNet, UNet

ROOT = Path(__file__).resolve().parents[2]
IMAGES = np.random.default_rng(0).integers(0, 256, (6, 18, 20, 3), dtype=np.uint8)
SMALL = {
    "dcgan": lambda: DCGAN(size=16, width=4, noise_size=5, batch=3),
    "cyclegan": lambda: CycleGAN(size=16, width=4, blocks=1, identity=5.0, average=0.5),
    "cyclegan-unet": lambda: CycleGAN(size=16, width=4, generator="unet", residual=True),
    "dualgan": lambda: DualGAN(size=16, width=4),
    "dualgan-logistic": lambda: DualGAN(size=16, width=4, loss="logistic", residual=True),
}


def kinds(*quick):
    """All kinds; those that are not named take long, for TensorFlow compiles two passes of each."""
    marks = {True: (), False: pytest.mark.slow}
    return pytest.mark.parametrize(
        "kind", [pytest.param(kind, marks=marks[kind in quick]) for kind in SMALL]
    )


def sets(gan):
    return [IMAGES] if isinstance(gan, DCGAN) else [IMAGES, IMAGES[::-1]]


def train(gan, **options):
    return gan.train(*sets(gan), **options)


def weights(gan):
    return {f"{n}/{v.path}": v.numpy() for n, net in gan.networks.items() for v in net.variables}


def assert_same(first, second):
    assert first.keys() == second.keys()
    assert all(np.array_equal(first[name], second[name]) for name in first)


# As published


@pytest.mark.parametrize(
    ("network", "published"),
    [
        (lambda: DCGAN(size=64).networks["generator"], 3_576_704),
        (lambda: DCGAN(size=64).networks["discriminator"], 2_765_568),
        (lambda: ResNet(9), 11_378_179),
        (lambda: ResNet(6), 7_837_699),
        (lambda: UNet(8), 54_413_955),
        (lambda: PatchCritic(3), 2_764_737),
    ],
)
def test_the_published_numbers_of_weights(network, published):
    assert sum(int(np.prod(w.shape)) for w in network().trainable_weights) == published


@pytest.mark.parametrize(("layers", "side"), [(1, 16), (2, 34), (3, 70)])
def test_a_score_depends_on_its_patch_alone(layers, side, monkeypatch):
    critic = PatchCritic(layers, width=4)
    assert critic.receptive_field == side
    # Without the norm, which looks at the whole picture.
    monkeypatch.setattr("colortransfer.gan.translation_networks.instance_norm", lambda x: x)
    images = tf.random.stateless_uniform([1, 128, 128, 3], [0, 0])
    with tf.GradientTape() as tape:
        tape.watch(images)
        scores = critic(images)
        one = scores[0, scores.shape[1] // 2, scores.shape[2] // 2, 0]
    touched = np.abs(tape.gradient(one, images).numpy()[0]).sum((1, 2)) > 0
    assert touched.sum() == np.ptp(np.flatnonzero(touched)) + 1 == side


def test_sides_of_critics_patches_follow_the_size():
    for size, side in ((128, 70), (64, 34), (32, 16)):
        gan = CycleGAN(size=size, width=4, blocks=1)
        assert gan.networks["critic_a"].receptive_field == side


def test_mean_and_contrast_are_hidden_by_the_norm_and_kept_by_what_is_added():
    seed = tf.constant([0, 0])
    image = tf.random.stateless_uniform([1, 16, 16, 3], seed, -1.0, 1.0)
    paler = 0.5 * image + tf.constant([0.1, 0.2, -0.3])
    for residual, expected in ((False, tf.zeros_like(image)), (True, paler - image)):
        network = CycleGAN(size=16, width=4, blocks=1, residual=residual).networks["ab"]
        network.last.kernel.assign(network.last.kernel / 10)  # so that nothing is clipped away
        moved = network(paler, seed) - network(image, seed)
        assert float(tf.reduce_mean(tf.abs(moved - expected))) < 0.02


# Training


def test_the_average_is_what_is_kept_of_a_training(tmp_path):
    gan = SMALL["cyclegan"]()
    raw = [gan.networks["ab"].arrays()]

    def note(row):
        raw.append(gan.networks["ab"].arrays())
        gan.save(tmp_path / "last.npz")

    train(gan, steps=3, callbacks=[note])
    kept, saved = gan.networks["ab"].arrays(), CycleGAN.load(tmp_path / "last.npz")
    for name, value in raw[0].items():
        expected = value
        for count, later in enumerate(raw[1:], 1):
            share = min(0.5, count / (count + 10))
            expected = share * expected + (1 - share) * later[name]
        np.testing.assert_allclose(kept[name], expected, atol=1e-6)
        np.testing.assert_array_equal(saved.networks["ab"].arrays()[name], kept[name])
    assert not np.array_equal(kept["last/kernel"], raw[-1]["last/kernel"])


@kinds("dcgan")
def test_a_training_that_crashed_resumes_exactly(kind, tmp_path):
    whole, cut = SMALL[kind](), SMALL[kind]()
    assert train(whole, steps=4).rejected == 0

    def crash(row):
        if row["step"] == 3:
            raise RuntimeError

    with pytest.raises(RuntimeError):
        train(cut, steps=4, folder=tmp_path, checkpoint_every=2, callbacks=[crash])
    resumed = SMALL[kind]()
    history = train(resumed, steps=4, folder=tmp_path)
    assert history.column("step") == [1.0, 2.0, 3.0, 4.0]
    assert_same(weights(whole), weights(resumed))
    assert (tmp_path / "samples-4.png").exists()


@kinds()
def test_a_training_that_was_killed_resumes_bit_for_bit(kind, tmp_path):
    program = f"""
import os, signal, sys
sys.path.insert(0, {str(ROOT / "tests" / "gan")!r})
from pathlib import Path
from test_relatives import SMALL, train
def kill(row):
    if row["step"] == 5:
        os.kill(os.getpid(), signal.SIGKILL)
train(SMALL[{kind!r}](), steps=8, folder=Path({str(tmp_path)!r}), checkpoint_every=3,
      callbacks=[kill])
"""
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    done = subprocess.run([sys.executable, "-c", program], env=environment, capture_output=True)
    assert done.returncode == -signal.SIGKILL
    whole, resumed = SMALL[kind](), SMALL[kind]()
    train(whole, steps=8)
    train(resumed, steps=8, folder=tmp_path)
    assert_same(weights(whole), weights(resumed))


@kinds("cyclegan")
def test_a_hundred_steps_with_nan_are_undone_where_they_met_it(kind):
    gan = SMALL[kind]()
    game = gan._game()
    good = [
        tf.constant(np.stack([x[: gan.batch, :16, :16]] * game.parts), tf.float32)
        for x in sets(gan)
    ]
    bad = [tf.fill(x.shape, np.float32(np.nan)) for x in good]
    for number in range(100):
        poisoned = number % 10 == 7
        before = weights(gan)
        made = game.step(
            tf.constant(number, tf.int64), tf.constant(1.0), tuple(bad if poisoned else good)
        )
        assert (float(made["rejected"]) > 0) == poisoned
        if poisoned and kind != "dcgan":  # whose generator needs no pictures
            assert_same(before, weights(gan))
    after = weights(gan)
    assert all(np.isfinite(array).all() for array in after.values())
    assert any(not np.array_equal(before[name], after[name]) for name in after)


@pytest.mark.slow
def test_critics_of_dualgan_stay_within_their_bounds():
    gan = SMALL["dualgan"]()
    train(gan, steps=2)
    assert max(np.abs(w.numpy()).max() for w in gan.networks["critic_a"].weights) <= 0.01


def test_the_pool_shows_its_older_pictures_half_of_the_time():
    pool, shown = Pool(5, 1), []
    for number in range(250):
        image = tf.fill([1, 1, 1, 3], float(number))
        shown.append(float(pool(image, tf.constant([1, number]))[0, 0, 0, 0]))
    assert shown[:5] == [0.0, 1.0, 2.0, 3.0, 4.0]
    older = np.mean([picture < number for number, picture in enumerate(shown)][5:])
    assert 0.4 < older < 0.6
    later = [picture for number, picture in enumerate(shown) if picture < number]
    assert len(set(later)) == len(later)  # what is shown from the pool leaves it


# Use


def test_samples_repeat_and_are_saved(tmp_path):
    gan = SMALL["dcgan"]()
    train(gan, steps=1)
    gan.save(tmp_path / "gan.npz")
    again = DCGAN.load(tmp_path / "gan.npz")
    assert np.array_equal(gan.sample(5, seed=3), again.sample(5, seed=3))
    assert not np.array_equal(gan.sample(5, seed=3), gan.sample(5, seed=4))
    line = again.interpolate(5, seeds=(3, 4))
    assert np.abs(line[0].astype(int) - again.sample(1, seed=3)[0]).max() <= 1
    with pytest.raises(FileError, match="not"):
        CycleGAN.load(tmp_path / "gan.npz")


@pytest.mark.slow
def test_grey_samples():
    gan = DCGAN(size=16, width=4, channels=1, batch=2)
    train(gan, steps=1)
    assert gan.sample(3).shape == (3, 16, 16, 1)


@pytest.mark.parametrize(("kind", "dtype"), [("cyclegan", np.uint8), ("dualgan", np.float32)])
def test_translations_keep_type_and_size(kind, dtype, photo, tmp_path):
    gan = SMALL[kind]()
    image = (photo[:23, :30] / (255 if dtype is np.float32 else 1)).astype(dtype)
    there = gan.translate(image, to="b")
    assert (there.dtype, there.shape) == (image.dtype, image.shape)
    gan.save(tmp_path / "gan.npz")
    assert np.array_equal(type(gan).load(tmp_path / "gan.npz").translate(image), there)
    with pytest.raises(InputError, match="to is"):
        gan.translate(image, to="c")


def test_dropout_is_dualgans_noise(photo):
    gan = SMALL["dualgan"]()
    first, again, other = (gan.translate(photo, seed=seed) for seed in (0, 0, 1))
    assert np.array_equal(first, again)
    assert not np.array_equal(first, other)


@pytest.mark.parametrize(
    "make",
    [
        lambda: DCGAN(size=24),
        lambda: CycleGAN(size=18),
        lambda: DualGAN(size=48),
        lambda: CycleGAN(size=48, generator="unet"),
        lambda: CycleGAN(size=16, average=1.0),
        lambda: CycleGAN(size=16, generator="vgg"),
        lambda: DualGAN(size=16, loss="squares"),
    ],
)
def test_options_that_do_not_fit_are_refused(make):
    with pytest.raises(InputError, match=r"size|average|generator|loss"):
        make()
