"""Each transfer against the closed form that defines it."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import linalg

from colortransfer import classical
from colortransfer.classical._distribution_transfer import rotations
from colortransfer.classical._histograms import matching_curve
from colortransfer.errors import InputError
from colortransfer.transforms.spaces import LOG_LMS_TO_LALPHABETA, from_log_lms, to_log_lms

from .conftest import painted


def gentle(seed: int) -> np.ndarray:
    """A picture whose transfers do not clip."""
    return 0.35 + 0.3 * painted(seed)


def test_lalphabeta_is_the_papers_formula_and_its_inverse_exact() -> None:
    color = np.array([[0.3], [0.5], [0.7]])
    response = np.array(
        [[0.3811, 0.5783, 0.0402], [0.1967, 0.7244, 0.0782], [0.0241, 0.1288, 0.8444]]
    ) @ (color * 255)
    x, y, z = np.log(response[:, 0])
    expected = [(x + y + z) / np.sqrt(3), (x + y - 2 * z) / np.sqrt(6), (x - y) / np.sqrt(2)]
    np.testing.assert_allclose(
        (LOG_LMS_TO_LALPHABETA @ to_log_lms(color))[:, 0], expected, atol=1e-12
    )
    colors = np.random.default_rng(0).random((3, 500))
    colors[:, :50] = 0
    colors[0, 50:80] = 0
    np.testing.assert_allclose(from_log_lms(to_log_lms(colors)), colors, atol=1e-12)


def test_reinhard_gives_the_references_means_and_deviations() -> None:
    result = classical.reinhard(gentle(1), gentle(2))
    got, want = (
        LOG_LMS_TO_LALPHABETA @ to_log_lms(x.reshape(-1, 3).T) for x in (result, gentle(2))
    )
    np.testing.assert_allclose(got.mean(1), want.mean(1), atol=1e-5)
    np.testing.assert_allclose(got.std(1), want.std(1), atol=1e-5)


def test_swatches_move_each_region_by_its_own_statistics() -> None:
    random = np.random.default_rng(0)
    image = np.empty((20, 20, 3))
    image[:10], image[10:] = [0.7, 0.3, 0.3], [0.2, 0.4, 0.7]
    image += random.normal(0, 0.01, image.shape)
    reference = np.empty((30, 10, 3))
    reference[:15], reference[15:] = [0.3, 0.6, 0.2], [0.8, 0.7, 0.1]
    reference += random.normal(0, 0.01, reference.shape)
    top, bottom = np.zeros((20, 20), bool), np.ones((20, 20), bool)
    top[:10], bottom[:10] = True, False
    upper, lower = np.zeros((30, 10), bool), np.ones((30, 10), bool)
    upper[:15], lower[:15] = True, False
    result = classical.reinhard(
        image, reference, space="lab", swatches=[(top, lower), (bottom, upper)]
    )
    np.testing.assert_allclose(result[:10].mean((0, 1)), [0.8, 0.7, 0.1], atol=0.04)
    np.testing.assert_allclose(result[10:].mean((0, 1)), [0.3, 0.6, 0.2], atol=0.04)
    whole = classical.reinhard(image, reference, space="lab")
    one = classical.reinhard(
        image, reference, space="lab", swatches=[(top | bottom, upper | lower)]
    )
    np.testing.assert_allclose(one, whole, atol=1e-6)


def test_swatches_and_spaces_are_checked() -> None:
    x = painted(0)
    for bad in ([], [np.ones((40, 50), bool)], 3 * [(None,)]):
        with pytest.raises(InputError):
            classical.reinhard(x, x, swatches=bad)
    with pytest.raises(InputError):
        classical.reinhard(x, x, swatches=[(None, None)], mask=np.ones((40, 50), bool))
    with pytest.raises(InputError):
        classical.reinhard(x, x, space="hsv")


@pytest.mark.parametrize("method", [classical.monge_kantorovich, classical.mvgd])
def test_gaussian_maps_reach_mean_and_covariance(method) -> None:
    result = method(gentle(3), gentle(4)).reshape(-1, 3)
    want = gentle(4).reshape(-1, 3)
    np.testing.assert_allclose(result.mean(0), want.mean(0), atol=1e-6)
    np.testing.assert_allclose(np.cov(result.T), np.cov(want.T), atol=1e-7)


def test_gaussian_maps_are_the_closed_forms() -> None:
    source, target = (np.cov(gentle(seed).reshape(-1, 3).T) for seed in (5, 6))
    root = linalg.sqrtm(source)
    inverse = linalg.inv(root)
    optimal = inverse @ linalg.sqrtm(root @ target @ root) @ inverse
    transform = classical.fit("monge_kantorovich", gentle(5), gentle(6)).transform
    np.testing.assert_allclose(transform.matrix, optimal.real, atol=1e-5)
    lower = linalg.cholesky(target, lower=True) @ linalg.inv(linalg.cholesky(source, lower=True))
    transform = classical.fit("mvgd", gentle(5), gentle(6)).transform
    np.testing.assert_allclose(transform.matrix, lower, atol=1e-5)
    assert not np.allclose(lower, optimal, atol=1e-2)


def test_histograms_match_by_rank() -> None:
    random = np.random.default_rng(1)
    image = random.permutation(65536).reshape(256, 256, 1).repeat(3, 2).astype(np.uint16)
    reference = (random.beta(2, 5, (256, 256, 3)) * 65535).astype(np.uint16)
    result = classical.match_histograms(image, reference)
    ranks = np.argsort(np.argsort(image[..., 0].ravel()))
    for channel in range(3):
        expected = np.sort(reference[..., channel].ravel()).astype(float)
        difference = np.abs(result[..., channel].ravel() - expected[ranks])
        # Between two values of the reference any is as good.
        assert difference.max() <= np.diff(expected).max()
        assert np.quantile(difference, 0.99) <= 2


def test_a_single_level_goes_to_the_median() -> None:
    curve = matching_curve(np.eye(256, dtype=int)[40], np.eye(256, dtype=int)[[10, 20, 90]].sum(0))
    assert curve[40] * 255 == pytest.approx(20)


def test_rotations_are_orthogonal_and_seeded() -> None:
    first = rotations(12, 3)
    for matrix in first:
        np.testing.assert_allclose(matrix @ matrix.T, np.eye(3), atol=1e-12)
    np.testing.assert_array_equal(first, rotations(12, 3))
    assert not np.allclose(first[1], rotations(12, 4)[1])
    for bad in ({"iterations": 0}, {"iterations": 2.5}, {"seed": -1}, {"seed": "lucky"}):
        with pytest.raises(InputError):
            classical.distribution_transfer(painted(0), painted(1), **bad)


def test_distribution_transfer_matches_what_channels_alone_cannot() -> None:
    random = np.random.default_rng(2)
    image = 0.5 + 0.1 * random.standard_normal((60, 60, 1)) + np.zeros(3)  # all grey
    image = np.clip(image + random.normal(0, 0.01, image.shape), 0, 1)
    reference = np.clip(0.5 + 0.12 * random.standard_normal((60, 60, 3)), 0, 1)
    axis = np.array([1, -1, 0]) / np.sqrt(2)
    spread = [
        float((method(image, reference) @ axis).std())
        for method in (
            lambda x, y: classical.distribution_transfer(x, y, regrain=False),
            classical.match_histograms,
        )
    ]
    assert spread[0] == pytest.approx(0.12, abs=0.01)
    assert spread[1] < 0.05
