"""Transfer of dominant colours."""

from __future__ import annotations

import numpy as np
import pytest

from colortransfer import classical, colors
from colortransfer.classical._zeng import embed, linear_relations
from colortransfer.errors import InputError

from .conftest import painted


def two_regions(first: list[float], second: list[float]) -> tuple[np.ndarray, np.ndarray]:
    """A picture of two noisy halves, and its labels."""
    image = np.empty((24, 32, 3))
    image[:, :16], image[:, 16:] = first, second
    image += np.random.default_rng(0).normal(0, 0.005, image.shape)
    return image, np.broadcast_to(np.arange(32) >= 16, (24, 32)).astype(int)


def test_each_region_takes_the_reference_color_that_stands_where_its_own_does() -> None:
    image, labels = two_regions([0.2, 0.2, 0.25], [0.8, 0.75, 0.7])
    reference, there = two_regions([0.9, 0.8, 0.5], [0.15, 0.25, 0.45])
    result = classical.zeng(
        image, reference, labels=labels, reference_labels=there, dominant=1, fidelity=1e3
    )
    np.testing.assert_allclose(result[:, :10].mean((0, 1)), [0.15, 0.25, 0.45], atol=0.05)
    np.testing.assert_allclose(result[:, -10:].mean((0, 1)), [0.9, 0.8, 0.5], atol=0.05)


def test_transparent_pixels_count_as_little_as_masked_ones() -> None:
    image, reference = painted(3), painted(4)
    chosen = np.ones(image.shape[:2], bool)
    chosen[:, 30:] = False
    masked = classical.zeng(image, reference, mask=chosen)
    seen = classical.zeng(np.dstack([image, chosen.astype(float)]), reference)
    np.testing.assert_allclose(seen[..., :3], masked, atol=1e-6)
    assert np.abs(masked - classical.zeng(image, reference)).max() > 0.01


def test_the_nearest_reference_of_a_library_is_used() -> None:
    image, near, far = painted(1), 0.95 * painted(1), 1 - painted(2)
    result = classical.zeng(image, [far, near])
    np.testing.assert_array_equal(result, classical.zeng(image, near))


def test_relations_reproduce_colors_and_are_kept() -> None:
    lab = colors.srgb_to_lab(np.random.default_rng(3).random((8, 3)))
    weights = linear_relations(lab)
    np.testing.assert_allclose(weights.sum(1), 1)
    assert (np.diag(weights) == 0).all()
    goal = lab + np.array([3.0, -5.0, 8.0])
    np.testing.assert_allclose(embed(lab, goal, 1.0), goal, atol=1e-9)  # a common move keeps them
    noisy = goal + np.random.default_rng(4).normal(0, 4, goal.shape)
    moved = embed(lab, noisy, 1.0)
    broken = [np.abs((np.eye(8) - weights) @ (y - lab)).mean() for y in (moved, noisy)]
    assert broken[0] < 0.6 * broken[1]


def test_bad_arguments_give_one_clear_error() -> None:
    image = painted(5)
    for bad in (
        {"labels": np.zeros((3, 3), int)},
        {"labels": np.zeros(image.shape[:2])},
        {"dominant": 0},
        {"fidelity": 0},
        {"fidelity": "much"},
        {"seed": -1},
    ):
        with pytest.raises(InputError) as error:
            classical.zeng(image, painted(6), **bad)
        assert "\n" not in str(error.value)
    with pytest.raises(InputError):
        classical.zeng(image, [])
    with pytest.raises(InputError):
        classical.zeng(image, [image], reference_labels=[None, None])
