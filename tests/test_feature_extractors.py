import importlib.util
from importlib import resources
from pathlib import Path

import numpy as np
import pytest
import tensorflow as tf
from scipy import ndimage
from tiny_network import TinyNetwork

from colortransfer import feature_extractors, images
from colortransfer.errors import InputError
from colortransfer.feature_extractors import (
    Ensemble,
    InceptionV1,
    InceptionV3,
    KerasModel,
    PlainNet,
    inception_v1,
    inception_v3,
    plain,
)
from colortransfer.feature_extractors.base import reflect


def picture(height, width, seed=0):
    rng = np.random.default_rng(seed)
    return tf.constant(rng.random((1, height, width, 3), np.float32))


def assert_same(found, expected, tolerance=1e-4):
    """Largest difference as a share of the largest value."""
    found, expected = np.asarray(found), np.asarray(expected)
    assert found.shape == expected.shape
    assert np.abs(found - expected).max() <= tolerance * np.abs(expected).max()


def test_every_extractor_is_tested():
    """Here, or where networks of others are."""
    here = Path(__file__)
    text = "".join(
        path.read_text("utf-8") for path in (here, here.with_name("test_foreign_networks.py"))
    )
    bases = {"FeatureExtractor", "ConvolutionalNetwork"}
    names = {
        n for n in feature_extractors.__all__ if isinstance(getattr(feature_extractors, n), type)
    }
    assert {name for name in names - bases if f"{name}(" not in text} == set()


# The reference networks


@pytest.fixture(scope="module")
def reference_networks(shared):
    path = shared / "weights" / "reference_networks.py"
    specification = importlib.util.spec_from_file_location("reference_networks", path)
    module = importlib.util.module_from_spec(specification)
    specification.loader.exec_module(module)
    return module


V1_LAYERS = {
    "conv1": "conv1/7x7_s2",
    "conv2": "conv2/3x3",
    **{f"mixed{block}": f"inception_{block}/output" for block in inception_v1.BLOCKS},
}
V3_LAYERS = {
    **{name: name for name in inception_v3.STEM},
    "mixed0": "mixed",
    **{f"mixed{i}": f"mixed_{i}" for i in (1, 2, 3)},
}


@pytest.mark.parametrize("size", [(64, 96), (75, 53)])
@pytest.mark.parametrize(
    ("network", "builder", "file", "names"),
    [
        (InceptionV1, "googlenet", "googlenet_bvlc.npz", V1_LAYERS),
        (InceptionV3, "inception_v3", "inception_v3_2015_to_mixed3.npz", V3_LAYERS),
    ],
    ids=["v1", "v3"],
)
def test_against_the_reference(shared, reference_networks, network, builder, file, names, size):
    path = shared / "weights" / file
    found = network(path, layers=list(names))(picture(*size))
    expected = getattr(reference_networks, builder)(path)(picture(*size), list(names.values()))
    assert list(found) == list(names)
    for name, original_name in names.items():
        assert_same(found[name], expected[original_name])


def test_weights_that_end_early(shared):
    path = shared / "weights" / "inception_v3_2015_to_mixed3.npz"
    with pytest.raises(InputError, match=r"weights end before layer 'mixed_4/conv/kernel'"):
        InceptionV3(path, layers=["mixed4"])(picture(80, 80))


def test_folding_keras_weights():
    """Keras' own Inception-v3 with batch statistics as a trained network may have them."""
    from keras import applications, backend, layers

    backend.clear_session()
    layers.Conv2D(3, 1)  # Keras numbers its layers through all models: 'conv2d' is taken
    model = applications.InceptionV3(weights=None, include_top=False)
    rng = np.random.default_rng(0)
    for layer in model.layers:
        if isinstance(layer, layers.BatchNormalization):
            beta, mean, variance = layer.get_weights()
            layer.set_weights(
                [
                    rng.normal(0.2, 0.3, beta.shape),
                    rng.normal(0, 0.1, mean.shape),
                    rng.uniform(0.3, 1.5, variance.shape),
                ]
            )
    names = [f"mixed{i}" for i in range(11)]
    extractor = InceptionV3(inception_v3.fold_keras_model(model), layers=names)
    # 75 pixels are what mixed8 ... mixed10 need at least.
    assert extractor.minimum_size == 75
    image = picture(75, 107)
    oracle = KerasModel(model, names, preprocess=applications.inception_v3.preprocess_input)
    expected = oracle(255.0 * image)
    for name, value in extractor(image).items():
        assert_same(value, expected[name])


# Sizes and borders


def random_v3(channels=2, seed=0):
    """Weights of the right names and kernel sizes with few channels."""
    model = _RecordingV3(channels, seed)
    model(picture(80, 80))
    return model.weights


class _RecordingV3(InceptionV3):
    """Makes up each convolution's weights when the walk asks for them."""

    def __init__(self, channels, seed):
        super().__init__({}, layers=["mixed10"])
        self.channels, self.rng = channels, np.random.default_rng(seed)

    def convolve(self, x, name, stride=1, padding="SAME"):
        side = 1 if name in ("conv_3",) or name.endswith("tower_2/conv") else 3
        shape = (side, side, x.shape[-1], self.channels)
        kernel = self.rng.normal(0, np.sqrt(2 / np.prod(shape[:3])), shape)
        self.weights[f"{name}/kernel"] = kernel.astype(np.float32)
        self.weights[f"{name}/bias"] = np.full(self.channels, 0.1, np.float32)
        return super().convolve(x, name, stride, padding)


def random_v1(channels=2, seed=0):
    """All nine blocks of Inception-v1 with few channels."""
    rng = np.random.default_rng(seed)
    weights, inputs = {}, 3

    def add(name, side, depth):
        kernel = rng.normal(0, np.sqrt(2 / (side * side * depth)), (side, side, depth, channels))
        weights[f"{name}/kernel"] = kernel.astype(np.float32)
        weights[f"{name}/bias"] = np.full(channels, 0.1, np.float32)

    add("conv1/7x7_s2", 7, inputs)
    add("conv2/3x3_reduce", 1, channels)
    add("conv2/3x3", 3, channels)
    inputs = channels
    for block in inception_v1.BLOCKS:
        for tower, side, depth in [
            ("1x1", 1, inputs),
            ("3x3_reduce", 1, inputs),
            ("3x3", 3, channels),
            ("5x5_reduce", 1, inputs),
            ("5x5", 5, channels),
            ("pool_proj", 1, inputs),
        ]:
            add(f"inception_{block}/{tower}", side, depth)
        inputs = 4 * channels
    return weights


V3_SHALLOW = [*inception_v3.STEM, "mixed0", "mixed1", "mixed2", "mixed3"]
V3_ALL = [*V3_SHALLOW, *(f"mixed{i}" for i in range(4, 11))]


def small_networks():
    plain_layers = [
        f"conv{stage}_{i}"
        for stage, widths in enumerate(plain.STAGES, 1)
        for i in range(1, len(widths) + 1)
    ]
    v1, v3 = random_v1(), random_v3()
    return {
        "v1 to mixed4e": InceptionV1(v1, layers=list(V1_LAYERS)[:-2]),
        "v1": InceptionV1(v1, layers=list(V1_LAYERS)),
        "v3 to mixed3": InceptionV3(v3, layers=V3_SHALLOW),
        "v3": InceptionV3(v3, layers=V3_ALL),
        "v3 same": InceptionV3(v3, layers=V3_ALL, borders="same"),
        "plain": PlainNet(plain.initial_weights(0), layers=plain_layers),
        "tiny": TinyNetwork(),
    }


def test_minimum_sizes_are_true():
    for name, extractor in small_networks().items():
        side = extractor.minimum_size
        for size in [(side, side), (side, side + 9), (side + 1, side)]:
            for layer, value in extractor(picture(*size)).items():
                assert value.shape[0] == 1, (name, layer, size)
                assert 0 not in value.shape, (name, layer, size)
                assert np.isfinite(value).all(), (name, layer, size)


def test_minimum_sizes_of_unpadded_networks_are_the_smallest():
    networks = small_networks()
    for name in ("v3", "v3 to mixed3"):
        extractor = networks[name]
        side = extractor.minimum_size - 1
        try:
            shapes = [value.shape for value in extractor(picture(side, side)).values()]
        except (tf.errors.OpError, ValueError):
            continue
        assert any(0 in shape for shape in shapes), name


def test_same_borders_align_layers_with_the_picture():
    extractor = small_networks()["v3 same"]
    for layer, stride in {"conv": 2, "conv_4": 4, "mixed0": 8, "mixed3": 16, "mixed8": 32}.items():
        assert extractor(picture(96, 64))[layer].shape[1:3] == (96 // stride, 64 // stride)


def test_layers_come_in_the_order_asked_for(tiny):
    assert list(TinyNetwork(layers=["corners", "edges"])(picture(9, 9))) == ["corners", "edges"]


def test_only_what_is_asked_for_is_computed():
    weights = random_v1()
    first = {key: value for key, value in weights.items() if key.startswith("conv1")}
    assert InceptionV1(first, layers=["conv1"])(picture(20, 20))["conv1"].shape == (1, 10, 10, 2)


@pytest.mark.parametrize("size", [(12, 10), (3, 2), (1, 1)])
def test_padding_reflects(size):
    images = picture(*size)
    widths = [min(4, side - 1) for side in size]
    expected = np.pad(images, [(0, 0), (widths[0],) * 2, (widths[1],) * 2, (0, 0)], mode="reflect")
    np.testing.assert_array_equal(reflect(images, 4), expected)


def test_padding_comes_before_the_network():
    images = picture(12, 10)
    padded, bare = TinyNetwork(padding=3), TinyNetwork()
    for layer, value in padded(images).items():
        np.testing.assert_array_equal(value, bare(reflect(images, 3))[layer])


def test_networks_are_differentiable():
    for name, extractor in small_networks().items():
        image = picture(80, 78)
        with tf.GradientTape() as tape:
            tape.watch(image)
            total = tf.add_n([tf.reduce_sum(value) for value in extractor(image).values()])
        gradient = tape.gradient(total, image).numpy()
        assert np.isfinite(gradient).all(), name
        assert np.abs(gradient).max() > 0, name


@pytest.mark.parametrize("module", [inception_v1, plain])
def test_initial_weights_fit_the_network_and_repeat(module):
    network = {inception_v1: InceptionV1, plain: PlainNet}[module]
    weights = module.initial_weights(3)
    network(weights)(picture(32, 32))
    again, other = module.initial_weights(3), module.initial_weights(4)
    assert all(np.array_equal(weights[key], again[key]) for key in weights)
    assert not all(np.array_equal(weights[key], other[key]) for key in weights)


# Wrong use


@pytest.mark.parametrize("layers", [[], "edges"])
def test_layers_are_a_list(layers):
    with pytest.raises(InputError, match="non-empty list of layer names"):
        TinyNetwork(layers=layers)


def test_negative_padding():
    with pytest.raises(InputError, match="padding must not be negative"):
        TinyNetwork(padding=-1)


def test_unknown_layers():
    with pytest.raises(InputError, match="TinyNetwork has no layer eyes"):
        TinyNetwork(layers=["edges", "eyes"])(picture(9, 9))


def test_unknown_borders():
    with pytest.raises(InputError, match="'valid' or 'same'"):
        InceptionV3({}, borders="mirror")


# Ensembles


def test_several_networks_side_by_side():
    first, second = TinyNetwork(seed=1), TinyNetwork(seed=2, layers=["corners"], padding=2)
    second.minimum_size = 20
    several = Ensemble([first, second])
    assert several.layers == ("0/edges", "0/corners", "1/corners")
    assert several.minimum_size == 20
    images = picture(21, 22)
    found = several(images)
    assert tuple(found) == several.layers
    np.testing.assert_array_equal(found["0/edges"], first(images)["edges"])
    np.testing.assert_array_equal(found["1/corners"], second(images)["corners"])
    with pytest.raises(InputError, match="at least one"):
        Ensemble([])


# The bundled networks


@pytest.mark.parametrize("network", [PlainNet, InceptionV1])
def test_bundled_networks_see_detail_and_tolerate_casts(network):
    """Their purpose: lost detail counts for much more than a cast of the same size in pixels."""
    photo = images.load(resources.files("colortransfer") / "data" / "demo.jpg")
    original = np.asarray(photo, np.float32)[:192, :256] / 255
    blurred = ndimage.gaussian_filter(original, (1.5, 1.5, 0))
    size = np.sqrt(((blurred - original) ** 2).sum(-1).mean())
    cast = original + np.float32([1, 0, -1]) * size / np.float32(np.sqrt(2))
    look = network()
    before, soft, tinted = (look(tf.constant(x[None])) for x in (original, blurred, cast))
    deepest = look.layers[-1]
    moved = [float(tf.norm(x[deepest] - before[deepest])) for x in (soft, tinted)]
    assert moved[0] > 3 * moved[1] > 0
