"""DeepDream: what is asked grows, the same call gives the same bytes, tiles leave no seams."""

import numpy as np
import pytest
import skimage.data
import tensorflow as tf

from colortransfer import DeepDream, cli, images
from colortransfer.deep_dream import BUNDLED
from colortransfer.errors import InputError
from colortransfer.feature_extractors import PlainNet
from colortransfer.losses import ActivationLoss, Scene
from colortransfer.optimizers import Adam, NormalisedDescent
from colortransfer.parametrizations import Fourier

NETWORK = PlainNet(layers=("conv1_2", "conv2_2"))
QUICK = NormalisedDescent(steps=4, learning_rate=0.03)


def small(**options):
    return DeepDream(
        NETWORK, **{"layers": ("conv2_2",), "octaves": 2, "optimizer": QUICK, **options}
    )


def activation(image, channel=slice(None)):
    features = NETWORK(tf.constant(image[None] / 255.0, tf.float32))["conv2_2"]
    return float(tf.reduce_mean(features[..., channel]))


def test_activations_grow_and_the_same_seed_gives_the_same_bytes(photo):
    dream = small()
    first = dream.dream(photo)
    assert (first.dtype, first.shape) == (photo.dtype, photo.shape)
    assert activation(first) > 1.5 * activation(photo)
    assert np.array_equal(first, small().dream(photo))
    assert not np.array_equal(first, small(seed=1).dream(photo))


def test_one_channel_grows(photo):
    assert activation(small(channel=5).dream(photo), 5) > 2 * activation(photo, 5)


def test_a_guide_leads_elsewhere(photo):
    guide = np.roll(photo[::-1], 1, 2)
    assert not np.array_equal(small().dream(photo, guide=guide), small().dream(photo))


@pytest.mark.slow
def test_spectra_dream_too(photo):
    dream = small(parametrization=Fourier(), optimizer=Adam(steps=6, learning_rate=0.02))
    assert activation(dream.dream(photo)) > activation(photo)


@pytest.mark.parametrize("size", [(32, 32), (5, 70)])
def test_any_size(size):
    image = np.random.default_rng(0).integers(0, 256, (*size, 3), dtype=np.uint8)
    assert small().dream(image).shape == image.shape


@pytest.mark.parametrize("channel", [None, 3])
def test_tiles_have_the_slope_of_the_whole(channel):
    image = tf.random.stateless_uniform([192, 157, 3], [0, 0])
    scene, slopes = Scene.whole(image, "white"), []
    for tile in (None, 32):
        loss = ActivationLoss(NETWORK, channel=channel, tile=tile)
        with tf.GradientTape() as tape:
            tape.watch(image)
            value = loss.value(image, scene, loss.prepare(scene))
        slopes.append(tape.gradient(value, image).numpy())
    largest = np.abs(slopes[0]).max()
    assert largest > 0
    assert np.abs(slopes[0] - slopes[1]).max() < 1e-5 * largest


def test_each_layer_can_have_a_channel_of_its_own(photo):
    dream = small(layers=("conv1_2", "conv2_2"), channel=(3, 5))
    assert activation(dream.dream(photo), 5) > 2 * activation(photo, 5)
    with pytest.raises(InputError, match="channels 0 to 47"):
        small(channel=48).dream(photo)


def test_by_default_what_is_asked_grows_fivefold():
    image = np.asarray(skimage.data.rocket()[::4, ::4])
    dream = DeepDream()
    found = dream.dream(image)
    features = [dream.network(np.float32(x[None]) / 255) for x in (image, found)]
    for layer, channel in BUNDLED.items():
        before, after = (float(tf.reduce_mean(f[layer][..., channel])) for f in features)
        assert after > 5 * before


def test_the_command_dreams_and_refuses_in_one_line(tmp_path, photo, capsys):
    source, output = str(tmp_path / "a.png"), str(tmp_path / "b.png")
    images.save(source, photo)
    assert cli.main(["dream", source, "-o", output, "--octaves", "1"]) == 0
    np.testing.assert_array_equal(images.load(output), DeepDream(octaves=1).dream(photo))
    capsys.readouterr()
    assert cli.main(["dream", source, "-o", output, "--channel", "300"]) == 1
    said = capsys.readouterr().err
    assert "no 300" in said
    assert said.count("\n") == 1


@pytest.mark.parametrize(
    "options",
    [{"octaves": 0}, {"ratio": 1.0}, {"layers": ("conv9_9",)}, {"jitter": -1}, {"channel": (1,)}],
)
def test_what_cannot_be_used_is_refused(options):
    with pytest.raises(InputError):
        DeepDream(NETWORK, **options)
