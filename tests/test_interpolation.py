"""From nodes to pixels, and from pixels to fewer."""

import numpy as np
import pytest
from PIL import Image

from colortransfer.interpolation import area_matrix, interpolation_matrix


@pytest.mark.parametrize(("size", "nodes"), [(1, 1), (7, 1), (7, 2), (40, 5), (3, 9)])
def test_lines_through_nodes_stay_lines(size, nodes):
    matrix = interpolation_matrix(size, nodes)
    np.testing.assert_allclose(matrix.sum(1), 1, atol=1e-6)
    if nodes > 1:
        centres = (np.arange(size) + 0.5) / size
        np.testing.assert_allclose(matrix @ np.linspace(0, 1, nodes), centres, atol=1e-6)


@pytest.mark.parametrize(("size", "reduced"), [(1, 1), (7, 1), (7, 3), (64, 16), (100, 37), (5, 8)])
def test_parts_of_a_line_have_their_means(size, reduced):
    matrix = area_matrix(size, reduced)
    assert (matrix.shape, matrix.dtype) == ((reduced, size), np.float32)
    assert matrix.min() >= 0
    np.testing.assert_allclose(matrix.sum(1), 1, atol=1e-6)
    # Every pixel has the same part in the whole, which is how the mean stays.
    np.testing.assert_allclose(matrix.sum(0), reduced / size, rtol=1e-5)
    values = np.random.default_rng(0).random(size)
    fine = values.repeat(reduced).reshape(reduced, size)  # so that parts begin between pixels
    np.testing.assert_allclose(matrix @ values, fine.mean(1), rtol=1e-5)


def test_the_reduction_is_that_of_pillow():
    values = np.random.default_rng(1).random((1, 60)).astype(np.float32)
    expected = np.asarray(Image.fromarray(values).resize((12, 1), Image.Resampling.BOX))
    np.testing.assert_allclose(values @ area_matrix(60, 12).T, expected, atol=1e-6)
