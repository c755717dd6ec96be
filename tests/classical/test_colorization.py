"""Colorization from scribbles: published results, closed forms, and what all methods promise."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import sparse
from scipy.sparse import csgraph

from colortransfer import classical
from colortransfer.classical import _diffusion as diffusion
from colortransfer.classical._affinity import neighbour_affinities, overlap
from colortransfer.classical._geodesic import STEP, geodesic_distances
from colortransfer.classical._huang import adaptive_edges
from colortransfer.classical._scribbles import RGB_TO_YIQ, _drawn
from colortransfer.errors import ColorTransferWarning, InputError

from .conftest import painted, psnr

METHODS = [classical.levin, classical.huang, classical.yatziv_sapiro]
every_method = pytest.mark.parametrize("method", METHODS, ids=lambda m: m.__name__)


def gray_and_scribbles(seed: int, height: int = 24, width: int = 30) -> tuple[np.ndarray, ...]:
    """A grey picture (H, W, 3) in uint8, and the same with two colours drawn on it."""
    gray = np.rint(painted(seed, height, width).mean(-1, keepdims=True) * 255)
    gray = np.repeat(gray, 3, 2).astype(np.uint8)
    drawn = gray.copy()
    drawn[2:5, 3:12] = [180, 90, 60]
    drawn[height - 6 : height - 3, width - 15 : width - 4] = [60, 100, 170]
    return gray, drawn


def test_levin_reproduces_the_authors_results(oracle) -> None:
    result = classical.levin(oracle("levin_2004/ex1_gray"), oracle("levin_2004/ex1_marked"))
    assert psnr(result[:256], oracle("levin_2004/ex1_levin_result")) >= 55


def test_levin_with_equal_weights_reproduces_a_diffusion_by_others(oracle) -> None:
    # The "exact" result of a third party shows what their solver did: weights that are all equal.
    result = classical.levin(
        oracle("levin_2004/ex1_gray"), oracle("levin_2004/ex1_marked"), variance_share=1e6
    )
    assert psnr(result, oracle("levin_2004/ex1_exactsolve_result")) >= 60


@pytest.mark.parametrize("method", [classical.huang, classical.yatziv_sapiro])
def test_the_other_methods_agree_with_levins_example(oracle, method) -> None:
    result = method(oracle("levin_2004/ex1_gray"), oracle("levin_2004/ex1_marked"))
    assert psnr(result[:256], oracle("levin_2004/ex1_levin_result")) >= 35


def test_affinities_are_the_papers_equation() -> None:
    luminance = painted(1, 5, 6)[..., 0]
    offsets, weights = neighbour_affinities(luminance[None])
    np.testing.assert_allclose(weights.sum(0), 1, atol=1e-6)
    window = luminance[1:4, 2:5]  # around (2, 3)
    square = (window - luminance[2, 3]) ** 2
    nearest = np.sort(square.ravel())[1]
    width = max(0.6 * window.var(), nearest / -np.log(0.01), 2e-6)
    expected = np.exp(-square / width)
    expected[1, 1] = 0
    expected /= expected.sum()
    for (_, y, x), weight in zip(offsets, weights[:, 0, 2, 3], strict=True):
        assert weight == pytest.approx(expected[1 + y, 1 + x], abs=1e-5)
    corner = {o: w for o, w in zip(offsets, weights[:, 0, 0, 0], strict=True) if w}
    assert set(corner) == {(0, 0, 1), (0, 1, 0), (0, 1, 1)}


@pytest.mark.parametrize("frames", [1, 3])
def test_multigrid_finds_what_factorisation_finds(monkeypatch, frames) -> None:
    luminance = np.stack([painted(k, 70, 61)[..., 0] for k in range(frames)])
    random = np.random.default_rng(0)
    marked = random.random(luminance.shape) < 0.01
    given = random.normal(0, 0.2, (*luminance.shape, 2))
    offsets, weights = neighbour_affinities(luminance)
    exact = diffusion.diffuse(offsets, weights, marked, given)
    monkeypatch.setattr(diffusion, "DIRECT", 0)
    np.testing.assert_allclose(diffusion.diffuse(offsets, weights, marked, given), exact, atol=1e-3)
    # And both solve the equation as it is written.
    residual = exact.copy()
    for offset, weight in zip(offsets, weights, strict=True):
        here, there = overlap(marked.shape, offset)
        residual[here] -= weight[here][..., None] * exact[there]
    assert np.abs(residual[~marked]).max() < 1e-6  # single precision of the weights
    np.testing.assert_allclose(exact[marked], given[marked])


def test_geodesic_distances_are_shortest_paths() -> None:
    luminance = painted(2, 30, 40)[..., 0].astype(np.float32)
    marked = np.zeros((30, 40), bool)
    marked[3, 4:9] = marked[25, 30] = marked[10, 20] = True
    label = np.array([0, 0, 0, 0, 0, 1, 0])
    distance = geodesic_distances(luminance[None], marked[None], label, 2)[0]
    index = np.arange(1200).reshape(30, 40)
    pairs = np.concatenate(
        [
            np.stack([index[:-1].ravel(), index[1:].ravel()]),
            np.stack([index[:, :-1].ravel(), index[:, 1:].ravel()]),
        ],
        axis=1,
    )
    length = np.abs(np.diff(luminance.ravel()[pairs], axis=0))[0] + STEP
    graph = sparse.csr_array((length, pairs), (1200, 1200))
    for color in (0, 1):
        starts = np.flatnonzero(marked)[label == color]
        exact = csgraph.dijkstra(graph, directed=False, indices=starts, min_only=True)
        found = distance[:, color].ravel()
        assert (found >= exact - 1e-5).all()
        assert (found <= 1.1 * exact + 1e-5).all()


@every_method
def test_a_flat_picture_with_one_color_takes_it(method) -> None:
    gray = np.full((12, 15, 3), 0.5)
    drawn = gray.copy()
    drawn[4:6, 4:9] = [0.7, 0.45, 0.3]
    chrominance = RGB_TO_YIQ[1:] @ [0.7, 0.45, 0.3]
    result = method(gray, drawn) @ RGB_TO_YIQ.T
    np.testing.assert_allclose(
        result[..., 1:], np.broadcast_to(chrominance, (12, 15, 2)), atol=1e-4
    )


@every_method
def test_luminance_is_kept_and_scribbles_too(method) -> None:
    gray, drawn = (x / 255 for x in gray_and_scribbles(3))
    gray, drawn = 0.3 + 0.4 * gray, 0.3 + 0.4 * drawn  # nothing leaves the gamut
    result = method(gray, drawn) @ RGB_TO_YIQ.T
    np.testing.assert_allclose(result[..., 0], gray[..., 0], atol=1e-5)
    marked = np.abs(gray - drawn).sum(-1) > 0.01
    np.testing.assert_allclose(
        result[marked][:, 1:], (drawn @ RGB_TO_YIQ.T)[marked][:, 1:], atol=1e-5
    )


@every_method
def test_an_edge_separates_two_colors(method) -> None:
    gray = np.full((20, 30, 3), 0.3)
    gray[:, 15:] = 0.7
    drawn = gray.copy()
    drawn[8:12, 3:7], drawn[8:12, 22:26] = [0.5, 0.25, 0.2], [0.5, 0.75, 0.8]
    chrominance = (method(gray, drawn) @ RGB_TO_YIQ.T)[..., 1:]
    left, right = (RGB_TO_YIQ[1:] @ c for c in ([0.5, 0.25, 0.2], [0.5, 0.75, 0.8]))
    np.testing.assert_allclose(chrominance[:, :14], np.broadcast_to(left, (20, 14, 2)), atol=0.03)
    np.testing.assert_allclose(chrominance[:, 16:], np.broadcast_to(right, (20, 14, 2)), atol=0.03)


def test_huang_bleeds_less_than_levin() -> None:
    random = np.random.default_rng(0)
    gray = np.full((40, 60), 0.45)
    gray[:, 30:] = 0.6
    gray = np.clip(gray + random.normal(0, 0.02, gray.shape), 0, 1)[..., None].repeat(3, 2)
    drawn = gray.copy()
    drawn[18:22, 4:8], drawn[18:22, 52:56] = [0.7, 0.4, 0.3], [0.4, 0.6, 0.8]
    left, right = (RGB_TO_YIQ[1:] @ c for c in ([0.7, 0.4, 0.3], [0.4, 0.6, 0.8]))
    truth = np.where((np.arange(60) < 30)[:, None], left, right)
    error = [
        np.abs((method(gray, drawn) @ RGB_TO_YIQ.T)[..., 1:] - truth).mean()
        for method in (classical.huang, classical.levin)
    ]
    assert error[0] < error[1]


def test_edges_are_found_where_they_are() -> None:
    picture = np.full((50, 50), 0.3)
    picture[:, 25:] = 0.5
    edges = adaptive_edges(picture)
    assert edges[:, 23:27].any(1).all()
    assert not edges[:, :20].any()
    assert not edges[:, 30:].any()
    assert not adaptive_edges(np.full((20, 20), 0.4)).any()


@every_method
def test_a_sequence_is_colored_from_its_first_frame(method) -> None:
    frames = [gray_and_scribbles(5)[0] for _ in range(3)]
    result = method(frames, [gray_and_scribbles(5)[1], None, None])
    assert [x.shape for x in result] == [(24, 30, 3)] * 3
    assert all(x.dtype == np.uint8 for x in result)
    single = method(*gray_and_scribbles(5))
    for frame in result:
        assert psnr(frame, single) > 25


@every_method
@given(st.integers(1, 6), st.integers(1, 6), st.integers(0, 10**6))
@settings(deadline=None, max_examples=25)
def test_any_drawing_gives_a_picture_and_the_inputs_stay(method, height, width, seed) -> None:
    random = np.random.default_rng(seed)
    gray = random.integers(0, 256, (height, width), dtype=np.uint8)
    drawn = gray[..., None].repeat(3, 2)
    drawn[random.integers(height), random.integers(width)] = [250, 20, 90]
    before = gray.copy(), drawn.copy()
    result = method(gray, drawn)
    assert result.dtype == np.uint8
    assert result.shape == drawn.shape
    np.testing.assert_array_equal(gray, before[0])
    np.testing.assert_array_equal(drawn, before[1])
    np.testing.assert_array_equal(method(gray, drawn), result)
    floats = method(gray / 255, drawn / 255)
    assert np.abs(floats * 255 - result).max() <= 0.51
    words = method(gray.astype(np.uint16) * 257, drawn.astype(np.uint16) * 257)
    assert np.abs(floats * 65535 - words).max() <= 1


@every_method
def test_transparent_scribbles_are_not_drawn(method) -> None:
    gray, drawn = gray_and_scribbles(6)
    alpha = np.full((24, 30, 1), 255, np.uint8)
    alpha[:10] = 0
    only_lower = drawn.copy()
    only_lower[:10] = gray[:10]
    result = method(gray, np.dstack([drawn, alpha]))
    np.testing.assert_array_equal(result[..., 3:], alpha)
    np.testing.assert_array_equal(result[..., :3], method(gray, only_lower))


@every_method
def test_bad_drawings_give_one_clear_error(method) -> None:
    gray, drawn = gray_and_scribbles(7)
    for bad in (
        (gray, gray),
        (gray, drawn[:-1]),
        (gray, drawn[..., 0]),
        (gray, drawn / 100),
        (np.full(gray.shape, np.nan), drawn),
        (gray, np.full(drawn.shape, np.nan)),
        ([gray], drawn),
        ([], []),
        ([gray], [None]),
        ([gray, gray], [drawn]),
        ([gray, gray[:-1]], [drawn, None]),
        ("gray.png", drawn),
    ):
        with pytest.raises(InputError) as error:
            method(*bad)
        assert "\n" not in str(error.value)


def test_parameters_are_checked() -> None:
    drawing = gray_and_scribbles(8)
    for bad in (0, -1, np.inf, np.nan, "much"):
        with pytest.raises(InputError):
            classical.levin(*drawing, variance_share=bad)
        with pytest.raises(InputError):
            classical.huang(*drawing, sensitivity=bad)
        with pytest.raises(InputError):
            classical.yatziv_sapiro(*drawing, exponent=bad)
    with pytest.raises(InputError):
        classical.yatziv_sapiro(*drawing, exponent=65)


def test_the_factorised_matrix_is_regular_where_no_scribble_reaches() -> None:
    # Two flat halves, hard edge, one scribble: the far half is hardly tied to anything.
    luminance = np.zeros((1, 10, 20), np.float32)
    luminance[..., 10:] = 1
    offsets, weights = neighbour_affinities(luminance)
    marked = np.zeros((1, 10, 20), bool)
    marked[0, 5, 2] = True
    result = diffusion.diffuse(offsets, weights, marked, np.full((1, 10, 20, 2), 0.3))
    assert np.isfinite(result).all()
    assert result.min() >= 0
    assert result.max() <= 0.3 + 1e-9


@pytest.mark.parametrize("quality", [95, 90, 80])
def test_scribbles_that_were_saved_with_loss(quality) -> None:
    import io

    import PIL.Image

    gray, drawn = gray_and_scribbles(0, 96, 120)
    drawn[30:42, 20:70] = [180, 90, 60]
    drawn[60:72, 50:110] = [60, 100, 170]
    file = io.BytesIO()
    PIL.Image.fromarray(drawn).save(file, "JPEG", quality=quality)
    lossy = np.asarray(PIL.Image.open(file))
    assert (np.abs(lossy / 255.0 - gray / 255.0).sum(-1) > 0.01).mean() > 0.4
    expected, result = classical.levin(gray, drawn), classical.levin(gray, lossy)
    chroma = [np.ptp(image.astype(int), axis=-1) for image in (expected, result)]
    far = np.s_[78:, :40]  # from every stroke
    assert chroma[0][far].mean() > 10
    assert abs(chroma[1][far].mean() - chroma[0][far].mean()) < 0.1 * chroma[0][far].mean()
    assert psnr(result, expected) > 30


def test_thin_strokes_that_were_saved_with_loss() -> None:
    difference = np.full((60, 80), 0.02)
    difference[20:22, 10:70] = 0.9
    difference[40:46, 10:70] = 0.9
    difference[5, 5] = 0.5  # a speck
    marked = _drawn(difference)
    assert marked[20:22, 10:70].all()
    assert marked[41:45, 11:69].all()
    assert marked.sum() == 2 * 60 + 4 * 58


def test_a_picture_that_counts_as_drawn_is_remarked_on() -> None:
    gray, _ = gray_and_scribbles(0, 80, 90)
    tinted = np.clip(gray + np.array([60, 40, 20]), 0, 255).astype(np.uint8)
    with pytest.warns(ColorTransferWarning, match="100% of the picture counts as drawn"):
        classical.levin(gray, tinted)
