"""Contrast-structure, chroma noise and halo."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.lib.stride_tricks import sliding_window_view
from scipy import ndimage

from colortransfer import colors
from colortransfer.evaluation import chroma_noise, contrast_structure, halo


def smooth(height, width, seed=0, sigma=3):
    """A random picture with structure, in [0.2, 0.8]."""
    image = np.random.default_rng(seed).normal(size=(height, width, 3))
    image = ndimage.gaussian_filter(image, (sigma, sigma, 0))
    return 0.2 + 0.6 * (image - image.min()) / np.ptp(image)


def blocks():
    """Flat patches of different colours, with strong edges between them."""
    rng = np.random.default_rng(4)
    return np.kron(rng.uniform(0.2, 0.8, (4, 6, 3)), np.ones((48, 48, 1)))


def test_contrast_structure_agrees_with_scikit_image():
    ssim = pytest.importorskip("skimage.metrics").structural_similarity
    first, second = smooth(40, 50, 1, 1), smooth(40, 50, 2, 1)
    second = 0.6 * first + 0.4 * second
    # A huge K1 makes the luminance factor 1, which leaves the other factor.
    _, full = ssim(
        first @ colors.LUMA,
        second @ colors.LUMA,
        data_range=1,
        gaussian_weights=True,
        sigma=1.5,
        use_sample_covariance=False,
        K1=1e4,
        full=True,
    )
    assert full.mean() < 0.9
    assert contrast_structure(first, second) == pytest.approx(full.mean(), abs=1e-4)


def test_contrast_structure_of_windows_by_hand():
    first, second = smooth(11, 11, 3, 1), smooth(11, 11, 4, 1)
    distance = np.arange(-5, 6)
    kernel = np.exp(-(distance**2) / (2 * 1.5**2))
    weights = np.outer(kernel, kernel) / kernel.sum() ** 2
    # Every pixel's window, of the picture mirrored at its edges.
    windows = [
        sliding_window_view(np.pad(image @ colors.LUMA, 5, mode="symmetric"), (11, 11))
        for image in (first, second)
    ]
    x, y = (w - (weights * w).sum((2, 3), keepdims=True) for w in windows)
    both = (weights * x * y).sum((2, 3))
    spread = (weights * (x**2 + y**2)).sum((2, 3))
    by_hand = ((2 * both + 0.0009) / (spread + 0.0009)).mean()
    assert contrast_structure(first, second) == pytest.approx(by_hand, abs=1e-5)


def test_what_is_hidden_does_not_leak_into_windows():
    first = np.concatenate([smooth(11, 11, 3, 1), np.zeros((11, 11, 1))], -1)
    first[5, 5, 3] = 1
    second = first.copy()
    second[..., :3] = 1 - first[..., :3]
    assert contrast_structure(first, second) == pytest.approx(1)
    assert chroma_noise(first, second) == pytest.approx(1)


def test_contrast_structure_ignores_shifts_and_sees_inversion():
    image = smooth(30, 30, 0, 1.5)
    assert contrast_structure(image, image + np.array([0.1, -0.1, 0.2])) == pytest.approx(
        1, abs=1e-6
    )
    assert contrast_structure(image, 1 - image) < -0.5


def test_chroma_noise_against_a_direct_convolution():
    first, second = smooth(24, 31, 5, 0.8), smooth(24, 31, 6, 0.8)
    distance = np.arange(-8, 9)
    kernel = np.exp(-(distance**2) / 8.0)
    kernel /= kernel.sum()

    def energy(image):
        total = 0.0
        for channel in (1, 2):
            values = colors.srgb_to_lab(image)[..., channel]
            padded = np.pad(values, 8, mode="symmetric")
            for axis in (0, 1):
                padded = np.apply_along_axis(np.convolve, axis, padded, kernel, "valid")
            total += ((values - padded) ** 2).mean()
        return total

    expected = (energy(second) + 0.01) / (energy(first) + 0.01)
    assert chroma_noise(first, second) == pytest.approx(expected, rel=1e-4)


def test_chroma_noise_rises_with_speckles_and_not_with_smooth_color():
    image = smooth(64, 64, 7, 8)
    speckles = image + np.random.default_rng(0).normal(0, 0.02, image.shape)
    ramp = image + np.linspace(-0.1, 0.1, 64)[:, None, None] * [1, 0, -1]
    assert chroma_noise(image, np.clip(speckles, 0, 1)) > 3
    assert chroma_noise(image, ramp) < 1.5
    grey = np.repeat(image[..., :1], 3, -1)
    assert chroma_noise(image, grey) < 0.01
    assert 1 < chroma_noise(grey, image) < np.inf


def test_halo_is_none_for_affine_maps():
    image = blocks()
    matrix = np.array([[0.8, 0.1, 0], [0, 0.7, 0.1], [0.1, 0, 0.9]])
    assert halo(image, image @ matrix + [0.02, 0.1, -0.02]) == pytest.approx(0, abs=0.1)
    shift = np.array([0.1, -0.1, 0.05])
    assert halo(image, np.clip(image + shift, 0, 1)) == pytest.approx(0, abs=1e-2)


def glow(image, strength, sigma=5):
    """Light spills over edges."""
    luma = image @ colors.LUMA
    spill = ndimage.gaussian_filter(luma, sigma) - luma
    return np.clip(image + strength * spill[..., None], 0, 1)


def test_halo_grows_with_glow_and_undershoot():
    image = blocks()
    curve = halo(image, image**1.2)
    weak, strong, under = (halo(image, glow(image, s)) for s in (0.15, 0.4, -0.4))
    assert 3 * abs(curve) < weak < 0.6 * strong
    assert under > weak


def test_halo_sees_nothing_without_edges():
    image = smooth(60, 60, 0, 20)
    assert halo(np.full((9, 9, 3), 0.5), np.full((9, 9, 3), 0.7)) == 0
    assert halo(0.45 + 0.1 * image, glow(image, 0.4)) == 0


@settings(deadline=None, max_examples=30)
@given(
    st.integers(1, 30),
    st.integers(1, 30),
    st.integers(0, 9),
    st.sampled_from(["random", "constant", "grey"]),
)
def test_identity_and_finite(height, width, seed, kind):
    rng = np.random.default_rng(seed)
    shape = (height, width, 1 if kind == "grey" else 3)
    first, second = rng.integers(0, 256, (2, *shape), dtype=np.uint8)
    if kind == "constant":
        first[:], second[:] = first[0, 0], second[0, 0]
    assert contrast_structure(first, first) == pytest.approx(1)
    assert chroma_noise(first, first) == 1
    assert halo(first, first) == pytest.approx(0, abs=1e-9)
    assert -1 <= contrast_structure(first, second) <= 1 + 1e-9
    assert 0 < chroma_noise(first, second) < np.inf
    assert np.isfinite(halo(first, second))
