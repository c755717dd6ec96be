"""Relative feature distance and KID."""

import subprocess
import sys

import numpy as np
import pytest

from colortransfer.errors import InputError
from colortransfer.evaluation import (
    kernel_inception_distance,
    pooled_features,
    relative_feature_distance,
)


@pytest.fixture
def rng():
    return np.random.default_rng(0)


class Toy:
    """Two layers that can be computed by hand; numpy in, numpy out."""

    minimum_size = 3

    def __call__(self, images):
        images = np.asarray(images)
        assert images.dtype == np.float32
        assert images.shape[0] == 1
        return {"squares": images**2, "pairs": images[:, 1:, :, :2] - images[:, :-1, :, :2]}


def test_distance_by_hand(rng):
    first, second = rng.random((2, 6, 5, 3))
    squares = ((first**2 - second**2) ** 2).sum() / (first**4).sum()
    down = [np.diff(image[..., :2], axis=0) for image in (first, second)]
    pairs = ((down[0] - down[1]) ** 2).sum() / (down[0] ** 2).sum()
    found = relative_feature_distance(first, second, Toy())
    assert found == pytest.approx((squares + pairs) / 2, rel=1e-5)
    assert relative_feature_distance(first, first, Toy()) == 0


def test_layers_without_features():
    black, white = np.zeros((4, 4, 3)), np.ones((4, 4, 3))
    assert relative_feature_distance(black, black, Toy()) == 0
    assert relative_feature_distance(black, white, Toy()) == np.inf
    assert relative_feature_distance(white, black, lambda x: {"x": x}) == pytest.approx(1)


def test_too_small_for_the_network():
    with pytest.raises(InputError, match="9x2 image is too small for Toy; enlarge it to 3"):
        relative_feature_distance(np.zeros((2, 9, 3)), np.zeros((2, 9, 3)), Toy())


def test_extractors_get_tensors():
    import tensorflow as tf

    def extractor(images):
        assert tf.is_tensor(images)
        return {"means": tf.nn.avg_pool2d(images, 2, 2, "VALID")}

    first = np.full((4, 4, 3), 200, np.uint8)
    second = np.full((4, 4, 3), 100, np.uint8)
    assert relative_feature_distance(first, second, extractor) == pytest.approx(0.25)


def test_measures_without_a_network_leave_tensorflow_alone():
    code = (
        "import sys, numpy as np\n"
        "from colortransfer.evaluation import evaluate\n"
        "evaluate(np.zeros((9, 9, 3)), np.ones((9, 9, 3)), 'white')\n"
        "assert 'tensorflow' not in sys.modules and 'skimage' not in sys.modules\n"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


def test_pooled_features_are_means_per_channel(rng):
    images = [rng.random((4, 5, 3)).astype(np.float32), rng.random((7, 3, 3)).astype(np.float32)]
    found = pooled_features(iter(images), Toy())
    assert found.shape == (2, 5)
    np.testing.assert_allclose(found[1, :3], (images[1] ** 2).mean((0, 1)), rtol=1e-5)
    np.testing.assert_allclose(
        found[0, 3:], np.diff(images[0][..., :2], axis=0).mean((0, 1)), atol=1e-6
    )
    with pytest.raises(InputError, match="no images"):
        pooled_features([], Toy())


def naive_kid(x, y):
    def kernel(a, b):
        return (sum(p * q for p, q in zip(a, b, strict=True)) / len(a) + 1) ** 3

    n, m = len(x), len(y)
    xx = sum(kernel(x[i], x[j]) for i in range(n) for j in range(n) if i != j) / (n * (n - 1))
    yy = sum(kernel(y[i], y[j]) for i in range(m) for j in range(m) if i != j) / (m * (m - 1))
    xy = sum(kernel(a, b) for a in x for b in y) / (n * m)
    return xx + yy - 2 * xy


def naive_jackknife(x, y):
    total = 0.0
    for first, others, turned in ((x, y, False), (y, x, True)):
        n = len(first)
        left = [np.delete(first, i, 0) for i in range(n)]
        values = [naive_kid(others, r) if turned else naive_kid(r, others) for r in left]
        total += (n - 1) / n * ((values - np.mean(values)) ** 2).sum()
    return total**0.5


def test_kid_and_its_error_against_loops(rng):
    x, y = rng.normal(size=(9, 4)), rng.normal(0.3, 1.2, size=(12, 4))
    found = kernel_inception_distance(x, y)
    assert found.value == pytest.approx(naive_kid(x, y), rel=1e-9)
    assert found.error == pytest.approx(naive_jackknife(x, y), rel=1e-6)


def test_blocks_of_rows_add_up(monkeypatch, rng):
    x, y = rng.normal(size=(20, 4)), rng.normal(size=(31, 4))
    whole = kernel_inception_distance(x, y)
    monkeypatch.setattr("colortransfer.evaluation._kid.ROWS", 7)
    np.testing.assert_allclose(kernel_inception_distance(x, y), whole)


def test_kid_is_unbiased_and_its_error_is_honest(rng):
    estimates = [
        kernel_inception_distance(rng.normal(size=(30, 5)), rng.normal(size=(40, 5)))
        for _ in range(200)
    ]
    values, errors = np.array(estimates).T
    assert abs(values.mean()) < 4 * values.std() / np.sqrt(len(values))
    assert 0.5 < np.median(errors) / values.std() < 2


def test_kid_of_different_sets_is_larger_than_its_error(rng):
    x, y = rng.normal(size=(100, 8)), rng.normal(0.8, 1, size=(120, 8))
    found = kernel_inception_distance(x, y)
    assert found.value > 5 * found.error > 0


def test_kid_of_unit_rows_does_not_depend_on_their_lengths(rng):
    x, y = rng.normal(size=(20, 6)), rng.normal(0.5, 1, size=(30, 6))
    found = kernel_inception_distance(x, y, unit=True)
    scaled = kernel_inception_distance(
        x * rng.uniform(0.1, 9, (20, 1)), y * rng.uniform(0.1, 9, (30, 1)), unit=True
    )
    np.testing.assert_allclose(scaled, found)
    # By hand: the kernel of unit rows is (cosine + 1)^3.
    rows = [r / np.linalg.norm(r, axis=1, keepdims=True) * np.sqrt(6) for r in (x, y)]
    assert found.value == pytest.approx(naive_kid(*rows))
    assert found.value != pytest.approx(kernel_inception_distance(x, y).value)


def test_rows_of_zeros_have_no_direction(rng):
    x, y = rng.normal(size=(10, 4)), rng.normal(size=(10, 4))
    x[3] = 0
    assert np.isfinite(kernel_inception_distance(x, y, unit=True)).all()


def test_kid_over_subsets(rng):
    x, y = rng.normal(size=(80, 6)), rng.normal(0.4, 1, size=(90, 6))
    found = kernel_inception_distance(x, y, subset_size=40, subsets=60)
    assert found == kernel_inception_distance(x, y, subset_size=40, subsets=60)
    whole = kernel_inception_distance(x, y)
    assert found.value == pytest.approx(whole.value, abs=4 * found.error / np.sqrt(60))
    everything = kernel_inception_distance(x[:80], y[:80], subset_size=80, subsets=2)
    assert everything.value == pytest.approx(naive_kid(x[:80], y[:80]))
    assert everything.error == pytest.approx(0, abs=1e-9)


GOOD = np.zeros((5, 2))


@pytest.mark.parametrize(
    ("features", "options"),
    [
        (np.zeros((2, 2)), {}),
        (np.zeros(5), {}),
        (np.zeros((5, 3)), {}),
        (np.zeros((5, 2), int), {}),
        (np.full((5, 2), np.nan), {}),
        (GOOD, {"subset_size": 6}),
        (GOOD, {"subset_size": 2}),
        (GOOD, {"subset_size": 3, "subsets": 1}),
    ],
)
def test_kid_refuses(features, options):
    with pytest.raises(InputError):
        kernel_inception_distance(features, GOOD, **options)
