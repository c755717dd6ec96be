"""The GAN's networks: shapes, starts, colours, batched grids."""

import numpy as np
import pytest
import tensorflow as tf
from hypothesis import given, settings
from hypothesis import strategies as st

from colortransfer.colors import LUMA
from colortransfer.errors import InputError
from colortransfer.gan import (
    FeatureCritic,
    GridGenerator,
    PaperCritic,
    PaperGenerator,
)
from colortransfer.gan.grid import area_means
from colortransfer.rendering import luma_tents, reach_colors, render_grids
from colortransfer.transforms import BilateralGridTransform


def images_of(count=3, height=16, width=16, seed=0):
    rng = np.random.default_rng(seed)
    return tf.constant(rng.random((count, height, width, 3), np.float32))


def colors_of(count=3, seed=1):
    return tf.constant(np.random.default_rng(seed).uniform(0.2, 0.8, (count, 3)), tf.float32)


@pytest.mark.parametrize("shape", [(1, 1, 8), (3, 2, 4), (1, 5, 2)])
def test_batched_grids_render_as_the_transform_does(shape):
    images = images_of(height=12, width=20)
    grids = np.random.default_rng(3).normal(0, 0.3, (3, *shape, 3, 4)).astype(np.float32)
    rendered = render_grids(images, tf.constant(grids)).numpy()
    for image, grid, result in zip(images.numpy(), grids, rendered, strict=True):
        expected = BilateralGridTransform(grid).render(image)
        np.testing.assert_allclose(result, expected, atol=2e-5)


@settings(deadline=None, max_examples=20)
@given(seed=st.integers(0, 1000), target=st.floats(0.1, 0.9))
def test_colors_are_reached_by_every_image_of_a_batch(seed, target):
    images = images_of(seed=seed) * 1.4 - 0.2
    colors = tf.constant([[target, 0.5, 0.3], [0.7, target, 0.5], [0.5, 0.4, target]])
    reached = reach_colors(images, colors)
    assert float(tf.reduce_min(reached)) >= 0
    assert float(tf.reduce_max(reached)) <= 1
    np.testing.assert_allclose(tf.reduce_mean(reached, [1, 2]), colors, atol=5e-3)


def test_luma_tents_share_each_pixel():
    tents = luma_tents(images_of(), 5)
    np.testing.assert_allclose(tf.reduce_sum(tents, -1), np.ones((3, 16, 16)), atol=1e-5)


def test_area_means_are_block_means_and_keep_the_mean():
    maps = images_of(height=12, width=10)
    blocks = maps.numpy().reshape(3, 4, 3, 2, 5, 3).mean((2, 4))
    np.testing.assert_allclose(area_means(maps, 4, 2), blocks, atol=1e-6)
    odd = tf.reduce_mean(area_means(maps, 7, 16), [1, 2])
    np.testing.assert_allclose(odd, tf.reduce_mean(maps, [1, 2]), atol=1e-5)


@pytest.mark.parametrize("contrast", [0.0, 1.0])
def test_grid_generator_starts_as_the_closed_form(contrast):
    """At the nodes of luma, for greys, the grid is exact."""
    m, n = 0.4, 0.1
    generator = GridGenerator(size=16, depth=5, midtones=m, chroma_midtones=n, contrast=contrast)
    levels = np.linspace(0, 1, 5, dtype=np.float32)
    images = np.tile(levels[None, None, :, None] ** 2, (1, 4, 1, 3))
    images[0, :, 1:, :] = 0.25
    p = np.array([0.05, -0.02, 0.03], np.float32)
    grids = generator.grids(
        tf.constant(images), tf.constant(images.mean((1, 2)) + p), tf.zeros([1, 8])
    )
    shift = LUMA @ p
    before, bump = images.mean(), 4 * images * (1 - images)
    after = before + shift
    k = np.sqrt(after * (1 - after) / (before * (1 - before))) - 1
    expected = images + shift * (1 - m + m * bump) + (p - shift) * (1 - n + n * bump)
    expected += contrast * k * (images - before)
    np.testing.assert_allclose(render_grids(tf.constant(images), grids), expected, atol=1e-5)


def test_grid_generator_can_start_as_the_mean_shift():
    generator = GridGenerator(size=16, midtones=0, chroma_midtones=0, contrast=0)
    images, colors = images_of(), colors_of()
    shifted = images + (colors - tf.reduce_mean(images, [1, 2]))[:, None, None]
    grids = generator.grids(images, colors, tf.zeros([3, 8]))
    np.testing.assert_allclose(render_grids(images, grids), shifted, atol=1e-5)


@pytest.mark.parametrize("rows", [1, 2])
def test_grid_generator_keeps_an_image_that_has_its_colour_already(rows):
    """Also after training: here with random weights."""
    generator = GridGenerator(size=16, rows=rows, columns=rows)
    rng = np.random.default_rng(5)
    generator.assign({k: rng.normal(0, 0.1, v.shape) for k, v in generator.arrays().items()})
    images = images_of()
    same = generator(images, tf.reduce_mean(images, [1, 2]), tf.ones([3, 8]))
    np.testing.assert_allclose(same, images, atol=1e-4)
    other = generator(images, colors_of(), tf.ones([3, 8]))
    np.testing.assert_allclose(tf.reduce_mean(other, [1, 2]), colors_of(), atol=5e-3)


def test_grid_generator_takes_any_size():
    generator = GridGenerator(size=16)
    grids = generator.grids(images_of(2, 23, 9), colors_of(2), tf.zeros([2, 8]))
    assert grids.shape == (2, 1, 1, 8, 3, 4)


@pytest.mark.parametrize("options", [{"rows": 0}, {"depth": 1}, {"size": 20}, {"size": 0}])
def test_grid_generator_refuses_nonsense(options):
    with pytest.raises(InputError):
        GridGenerator(**options)


def test_paper_networks_are_the_papers():
    generator, critic = PaperGenerator(), PaperCritic(24)
    kernels = {k: v.shape for k, v in generator.arrays().items() if k.endswith("kernel")}
    assert [kernels[f"conv{i}/kernel"][::3] for i in (1, 2, 3, 4)] == [(5, 64)] * 3 + [(5, 3)]
    kernels = {k: v.shape for k, v in critic.arrays().items() if k.endswith("kernel")}
    assert [kernels[f"conv{i}/kernel"][-1] for i in (1, 2, 3)] == [64, 128, 128]
    assert [kernels[f"dense{i}/kernel"][-1] for i in (1, 2, 3)] == [256, 128, 1]
    images = images_of(2, 24, 24)
    edited = generator(images, colors_of(2), tf.zeros([2, 8]))
    assert edited.shape == images.shape
    assert 0 <= float(tf.reduce_min(edited)) <= float(tf.reduce_max(edited)) <= 1
    assert critic(edited, colors_of(2)).shape == (2,)


def test_paper_generator_sees_noise_and_colour():
    generator = PaperGenerator(width=4)
    images, colors, noise = images_of(1, 8, 8), colors_of(1), tf.ones([1, 8])
    first = generator(images, colors, noise)
    assert not np.allclose(first, generator(images, colors, -noise), atol=1e-5)
    assert not np.allclose(first, generator(images, 1 - colors, noise), atol=1e-5)


@pytest.mark.parametrize(
    "make",
    [
        lambda sees, tiny: PaperCritic(16, widths=(4, 4, 4), sees_color=sees),
        lambda sees, tiny: FeatureCritic(tiny, width=4, sees_color=sees),
    ],
)
def test_critics_see_the_colour_only_when_told(make, tiny):
    images = images_of()
    for sees in (False, True):
        critic = make(sees, tiny)
        embedded = critic.embed(images)
        first, second = critic(embedded, colors_of()), critic(embedded, 1 - colors_of())
        assert first.shape == (3,)
        assert np.allclose(first, second, atol=1e-6) != sees


def test_the_content_term_compares_features_of_large_images_reduced(tiny):
    critic = FeatureCritic(tiny, reduction=2, width=4)
    images = images_of(1, 192, 192)
    small = tf.nn.avg_pool2d(images, 3, 3, "VALID")
    for name, values in critic.features(images).items():
        np.testing.assert_allclose(values, tiny(small)[name], atol=1e-5)
        np.testing.assert_allclose(critic.features(small)[name], values, atol=1e-5)
    assert PaperCritic(8, widths=(4, 4, 4)).features(images) is images


def test_weights_of_another_network_are_refused():
    generator = GridGenerator(size=16)
    arrays = generator.arrays()
    before = {k: v.copy() for k, v in arrays.items()}
    for broken in (
        {k: v for k, v in arrays.items() if k != "conv1/bias"},
        {**arrays, "conv1/bias": np.zeros(3)},
        {**arrays, "maps/bias": np.full_like(arrays["maps/bias"], np.nan)},
    ):
        with pytest.raises(InputError):
            generator.assign(broken)
    for name, value in generator.arrays().items():
        np.testing.assert_array_equal(value, before[name])
