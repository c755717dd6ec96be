"""Other people's published results, reproduced."""

from __future__ import annotations

import numpy as np
import pytest

from colortransfer import classical

from .conftest import psnr


def test_monge_kantorovich_reproduces_the_authors_result(oracle) -> None:
    result = classical.monge_kantorovich(
        oracle("pitie_frcs/scotland_house"), oracle("pitie_frcs/scotland_plain")
    )
    assert np.count_nonzero(result != oracle("pitie_frcs/result_MKL")) == 0


@pytest.mark.parametrize("name", ["scotland", "house", "tower", "fallingwater"])
def test_mean_and_deviation_in_rgb_reproduce_a_known_implementation(oracle, name) -> None:
    picture, reference, known = (
        oracle(f"pitie_pengbo/{name}_{part}") for part in ("input", "reference", "mean_rgb")
    )
    result = classical.reinhard(picture / 255, reference / 255, space="srgb")
    # That implementation cuts fractions off; one step up undoes the division by 255.
    levels = np.trunc(np.nextafter(result * 255, np.inf))
    assert np.count_nonzero(levels != known) == 0


@pytest.mark.parametrize(
    ("number", "source", "reference"), [(1, 7, 23), (2, 17, 20), (3, 8, 3), (4, 10, 6)]
)
def test_reinhard_in_lab_agrees_with_a_known_implementation(
    oracle, number, source, reference
) -> None:
    result = classical.reinhard(
        oracle(f"kodim{source:02}"), oracle(f"kodim{reference:02}"), space="lab"
    )
    assert psnr(result, oracle(f"reinhard_chia56028/{number}_result")) >= 45


def sliced_distance(a: np.ndarray, b: np.ndarray) -> float:
    """Sliced Wasserstein distance of the colours of two 8-bit images of one size."""
    axes = np.random.default_rng(1).standard_normal((64, 3))
    axes /= np.linalg.norm(axes, axis=1, keepdims=True)
    first, second = (np.sort(axes @ (image.reshape(-1, 3).T / 255), axis=1) for image in (a, b))
    return float(np.abs(first - second).mean())


def gradient_distance(a: np.ndarray, b: np.ndarray) -> float:
    """Mean absolute difference of the gradients of two 8-bit images."""
    a, b = a / 255, b / 255
    return float(np.mean([np.abs(np.diff(a, axis=k) - np.diff(b, axis=k)).mean() for k in (0, 1)]))


def test_distribution_transfer_comes_as_close_to_the_palette_as_the_authors(oracle) -> None:
    house, palette = oracle("pitie_frcs/scotland_house"), oracle("pitie_frcs/scotland_plain")
    result = classical.distribution_transfer(house, palette, regrain=False)
    authors = sliced_distance(oracle("pitie_frcs/result_IDT"), palette)
    assert sliced_distance(result, palette) <= authors


def test_regrain_keeps_gradients_and_palette_as_well_as_the_authors(oracle) -> None:
    house, palette = oracle("pitie_frcs/scotland_house"), oracle("pitie_frcs/scotland_plain")
    authors = oracle("pitie_frcs/result_IDT_regrain")
    result = classical.distribution_transfer(house, palette)
    assert gradient_distance(result, house) <= gradient_distance(authors, house)
    assert sliced_distance(result, palette) <= sliced_distance(authors, palette)
