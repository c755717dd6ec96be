"""The renderers in TensorFlow do what the transforms' numpy does."""

import numpy as np
import pytest
import tensorflow as tf
from test_transforms import TRANSFORMS, as_dtype, picture

from colortransfer import rendering
from colortransfer.errors import InputError
from colortransfer.rendering import grids
from colortransfer.transforms import AffineTransform, Transform

every = pytest.mark.parametrize("transform", TRANSFORMS.values(), ids=TRANSFORMS.keys())


@every
@pytest.mark.parametrize("size", [(1, 1), (20, 23), (6, 9), (70, 5)])
def test_numpy_is_the_reference(transform, size):
    rgb = picture(*size)
    rgb[0, 0], rgb[-1, -1] = 0, 1
    rendered = transform.render_tensor(tf.constant(rgb[None]))[0]
    np.testing.assert_allclose(rendered, transform.render(rgb), atol=2e-6)


@every
def test_a_batch_is_its_images(transform):
    batch = np.stack([picture(seed=seed) for seed in range(3)])
    result = transform.apply(tf.constant(batch), strength=0.7)
    expected = [transform.apply(image, strength=0.7) for image in batch]
    np.testing.assert_allclose(result, expected, atol=2e-6)


@every
@pytest.mark.parametrize("dtype", ["uint8", "uint16", "float16", "float32", "float64"])
@pytest.mark.parametrize("channels", [1, 3, 4])
def test_every_kind_of_tensor(transform, dtype, channels):
    image = as_dtype(np.random.default_rng(3).random((9, 11, channels)), dtype)
    result = transform.apply(tf.constant(image))
    assert (result.dtype, result.shape) == (image.dtype, image.shape)
    step = 1 if np.dtype(dtype).kind == "u" else 2e-3 if dtype == "float16" else 3e-6
    difference = result.numpy().astype(float) - transform.apply(image).astype(float)
    assert np.abs(difference).max() <= step
    if channels == 4:
        np.testing.assert_array_equal(result[..., 3], image[..., 3])


@every
def test_applying_is_differentiable_in_the_image(transform):
    image, line = 0.3 + 0.4 * picture(7, 8), picture(7, 8, seed=2)
    probe = picture(7, 8, seed=3)

    def value(x):
        return tf.reduce_sum(probe * transform.apply(x, strength=0.5))

    tensor = tf.constant(image)
    with tf.GradientTape() as tape:
        tape.watch(tensor)
        result = value(tensor)
    exact = float(tf.reduce_sum(tape.gradient(result, tensor) * line))
    step = 1e-3
    numeric = float(value(tensor + step * line) - value(tensor - step * line)) / (2 * step)
    assert exact == pytest.approx(numeric, rel=0.05)


@every
def test_applying_works_in_graphs(transform):
    image = tf.constant(picture())
    np.testing.assert_allclose(
        tf.function(transform.apply)(image), transform.apply(image), atol=2e-6
    )


def test_strips_of_a_grid_are_the_whole(monkeypatch):
    image, transform = tf.constant(picture(31, 12)[None]), TRANSFORMS["grid"]
    expected = transform.render_tensor(image)
    monkeypatch.setattr(grids, "STRIP", 5 * 12)
    np.testing.assert_allclose(transform.render_tensor(image), expected, atol=1e-6)


def test_each_image_has_its_own_grid():
    rng = np.random.default_rng(0)
    images = tf.constant(np.stack([picture(seed=seed) for seed in range(2)]))
    for size in [(3, 4, 5), (1, 1, 6)]:
        several = tf.constant(rng.normal(0, 0.1, (2, *size, 3, 4)), tf.float32)
        together = rendering.render_grids(images, several)
        for i in range(2):
            alone = rendering.render_grids(images[i : i + 1], several[i])
            np.testing.assert_allclose(together[i], alone[0], atol=1e-6)


def test_kinds_without_a_renderer_are_rendered_by_numpy():
    class Halved(AffineTransform):
        kind = "halved"
        render_tensor = Transform.render_tensor

    try:
        rgb = picture()
        transform = Halved(0.5 * np.eye(3), np.zeros(3))
        np.testing.assert_array_equal(transform.apply(tf.constant(rgb)), transform.apply(rgb))
    finally:
        del Transform._kinds["halved"]


@pytest.mark.parametrize(
    ("image", "remedy"),
    [
        (np.zeros((2, 3, 4, 5), np.float32), "is no image"),
        (np.zeros((4, 5, 3), np.int32), "use uint8"),
        (np.full((4, 5, 3), 2.0, np.float32), r"rescale it to \[0, 1\]"),
        (np.full((4, 5, 3), np.nan, np.float32), r"rescale it to \[0, 1\]"),
    ],
)
def test_tensors_that_are_no_images(image, remedy):
    with pytest.raises(InputError, match=remedy):
        TRANSFORMS["affine"].apply(tf.constant(image))
