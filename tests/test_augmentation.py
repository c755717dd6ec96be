"""Random mean colours: what is drawn is reached, everywhere that Keras puts a layer."""

import json
import time

import keras
import numpy as np
import pytest
import tensorflow as tf

from colortransfer.augmentation import RandomMeanColor, random_mean_color
from colortransfer.augmentation.drawing import METHODS
from colortransfer.errors import InputError

LEVEL = 1 / 255


@pytest.fixture(scope="module")
def pictures(photo):
    """uint8 (5, 24, 28, 3): photographs, a flat one, and one of blacks and whites alone."""
    flat = np.full_like(photo, 77)
    hard = np.where(photo > 120, 255, 0).astype(np.uint8)
    return np.stack([photo, photo[::-1] // 4, flat, hard, 255 - photo // 5])[:, ::2, ::2][:, :20]


def means(images, axes=(1, 2)):
    return tf.reduce_mean(tf.cast(images, tf.float32), axes).numpy()


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("data_format", ["channels_last", "channels_first"])
@pytest.mark.parametrize("dtype", ["float32", "float16", "uint8"])
def test_mean_colours_are_what_was_drawn(pictures, method, data_format, dtype):
    layer = RandomMeanColor(1.0, method=method, data_format=data_format, dtype=dtype)
    last = data_format == "channels_last"
    images = (pictures if last else pictures.transpose(0, 3, 1, 2)).astype(dtype)
    drawn = layer.get_random_transformation(images, seed=[5, 6])
    found = layer.transform_images(images, drawn)
    assert found.dtype == dtype
    assert found.shape == images.shape
    values = found.numpy()
    assert (values.min(), values.max()) >= (0, 0)
    assert values.max() <= 255
    reached = means(found, (1, 2) if last else (2, 3)) / 255
    np.testing.assert_allclose(reached, drawn["colors"], atol=LEVEL)
    assert np.ptp(drawn["colors"].numpy()) > 0.5


def test_extreme_colours_of_hard_pictures_are_reached(pictures):
    colors = tf.constant([[0.0, 1.0, 0.5], [0.003, 0.997, 0.1], [1.0, 0.0, 0.0]] + [[0.9] * 3] * 2)
    for method in ("shift", "midtone"):
        layer = RandomMeanColor(1.0, method=method, value_range=(0, 1))
        found = layer.transform_images(pictures / np.float32(255), {"colors": colors})
        np.testing.assert_allclose(means(found), colors, atol=0.3 * LEVEL)


def test_a_shift_keeps_differences_and_midtones_keep_black_and_white(photo):
    color, images = {"colors": tf.constant([[0.5, 0.5, 0.5]])}, photo[None].astype(np.float32)
    shifted = RandomMeanColor(1.0).transform_images(images, color).numpy()
    inside = ((shifted > 0) & (shifted < 255)).all((0, 1, 2))
    change = (shifted - images)[(shifted > 0) & (shifted < 255)]
    assert np.unique(change.round(2)).size == 3 or not inside.all()
    ends = np.concatenate([images, images * 0, images * 0 + 255], 1)
    mild = RandomMeanColor(1.0, method="midtone").transform_images(ends, color).numpy() - ends
    strong = RandomMeanColor(1.0).transform_images(ends, color).numpy() - ends
    height = images.shape[1]
    assert np.abs(mild[:, height:]).mean() < np.abs(strong[:, height:]).mean()


def test_the_same_seed_gives_the_same_pictures_one_after_the_other(pictures):
    one, two, other = (RandomMeanColor(0.8, seed=seed) for seed in (4, 4, 5))
    first, second = one(pictures), one(pictures)
    np.testing.assert_array_equal(first, two(pictures))
    np.testing.assert_array_equal(second, two(pictures))
    assert not np.array_equal(first, second)
    assert not np.array_equal(first, other(pictures))


def test_factors_bound_how_far_colours_go(pictures):
    base = means(pictures) / 255
    unchanged = RandomMeanColor(0.0, seed=1)(pictures)
    np.testing.assert_allclose(unchanged, pictures, atol=0.3)
    far = RandomMeanColor((0.1, 0.2), seed=1).get_random_transformation(pictures)["colors"]
    assert 0.01 < np.abs(far - base).max() <= 0.2
    all_the_way = RandomMeanColor((1.0, 1.0)).get_random_transformation(pictures, seed=[1, 1])
    again = RandomMeanColor((1.0, 1.0)).get_random_transformation(255 - pictures, seed=[1, 1])
    np.testing.assert_allclose(all_the_way["colors"], again["colors"], atol=1e-6)


@pytest.mark.parametrize("method", METHODS)
def test_in_tf_data(pictures, method):
    layer = RandomMeanColor(1.0, method=method, seed=2)
    data = tf.data.Dataset.from_tensor_slices(pictures).batch(2).map(layer)
    found = np.concatenate(list(data.as_numpy_iterator()))
    assert found.shape == pictures.shape
    assert np.abs(means(found) - means(pictures)).max() > 20
    single = tf.data.Dataset.from_tensor_slices(pictures).map(layer)
    assert [image.shape for image in single.as_numpy_iterator()] == [pictures.shape[1:]] * 5


def test_the_function_for_tf_data_depends_on_its_seed_alone(pictures):
    def change(number, image):
        return random_mean_color(image, tf.stack([number, 7]), factor=0.9)

    data = tf.data.Dataset.from_tensor_slices(pictures).enumerate()
    found = list(data.map(change, num_parallel_calls=2).as_numpy_iterator())
    for number, image in enumerate(found):
        assert image.dtype == np.uint8
        expected = random_mean_color(pictures[number], [number, 7], factor=0.9)
        np.testing.assert_array_equal(image, expected)


def test_boxes_masks_and_labels_are_untouched(pictures):
    data = {
        "images": pictures,
        "bounding_boxes": {"boxes": np.full((5, 1, 4), 3.7, np.float64), "labels": np.ones((5, 1))},
        "segmentation_masks": pictures[..., :1],
        "labels": np.arange(5),
    }
    found = RandomMeanColor(1.0, seed=1)(data)
    assert not np.array_equal(found["images"], pictures)
    assert data["images"] is pictures
    for one, other in zip(tf.nest.flatten(found)[:-1], tf.nest.flatten(data)[:-1], strict=True):
        if one is not found["images"]:
            np.testing.assert_array_equal(one, other)
    boxes = found["bounding_boxes"]["boxes"]
    assert np.asarray(boxes).dtype == np.float64
    assert np.asarray(found["segmentation_masks"]).dtype == np.uint8


@pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")  # Keras' saving
def test_within_a_model_it_works_in_training_alone_and_is_saved(pictures, tmp_path):
    model = keras.Sequential(
        [
            keras.layers.Input((None, None, 3)),
            RandomMeanColor((0.5, 1.0), method="midtone", seed=3),
            keras.layers.GlobalAveragePooling2D(),
            keras.layers.Dense(2, name="out"),
        ]
    )
    model.compile("sgd", "mse")
    model.fit(pictures.astype(np.float32) / 255, np.zeros((5, 2)), verbose=0)
    assert len(model.trainable_variables) == 2
    images = pictures.astype(np.float32)
    plain = model(images, training=False).numpy()
    np.testing.assert_allclose(plain, model.predict(images, verbose=0), 1e-4)
    assert not np.allclose(model(images, training=True), plain, atol=1)
    model.save(tmp_path / "model.keras")
    again = keras.saving.load_model(tmp_path / "model.keras")
    assert again.layers[0].get_config() == model.layers[0].get_config()
    np.testing.assert_array_equal(again(images, training=False), plain)


def test_a_configuration_is_plain_data(pictures):
    layer = RandomMeanColor((0.2, 0.4), method="shift", value_range=(0, 1), seed=11)
    again = RandomMeanColor.from_config(json.loads(json.dumps(layer.get_config())))
    np.testing.assert_array_equal(layer(pictures / 255), again(pictures / 255))
    unseeded = RandomMeanColor(0.3)
    twin = RandomMeanColor.from_config(unseeded.get_config())
    np.testing.assert_array_equal(unseeded(pictures), twin(pictures))


def test_a_policy_of_mixed_precision_is_followed(pictures):
    assert RandomMeanColor(0.3, dtype="mixed_float16")(pictures).dtype == "float16"
    assert RandomMeanColor(0.3)(pictures).dtype == "float32"
    assert RandomMeanColor(0.3)(pictures, training=False).dtype == "float32"


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"factor": 1.5}, "number in"),
        ({"factor": (0.5, 0.2)}, "two that rise"),
        ({"factor": "x"}, "factor is 'x'"),
        ({"factor": 0.5, "method": "hue"}, "there are shift, midtone, gan"),
        ({"factor": 0.5, "value_range": (1, 0)}, "value_range"),
        ({"factor": 0.5, "data_format": "last"}, "channels_first"),
    ],
)
def test_wrong_options_are_one_line(options, message):
    with pytest.raises(InputError, match=message):
        RandomMeanColor(**options)


def test_a_shape_that_is_none_is_one_line():
    with pytest.raises(InputError, match="give"):
        random_mean_color(np.zeros((4, 4), np.float32), [1, 2], factor=0.1)
    with pytest.raises(InputError, match="3 channels"):
        random_mean_color(np.zeros((4, 4, 1), np.float32), [1, 2], factor=0.1)


@pytest.mark.slow
def test_it_takes_at_most_twice_as_long_as_random_hue():
    images = tf.random.stateless_uniform([32, 128, 128, 3], [1, 2], 0, 255)
    ours, hue = RandomMeanColor(1.0, seed=1), keras.layers.RandomHue(1.0, seed=1)
    layers = [tf.function(layer.__call__) for layer in (ours, hue)]
    times = [[], []]
    for _ in range(15):
        for layer, seconds in zip(layers, times, strict=True):
            began = time.perf_counter()
            layer(images)
            seconds.append(time.perf_counter() - began)
    assert np.median(times[0]) <= 2 * np.median(times[1])
