"""Random mean colours for training data: a Keras layer, and a function for ``tf.data``.

Pictures of a data set were taken in other light than those a network will meet. `RandomMeanColor`
gives each another mean colour, exactly, as `keras.layers.RandomHue` turns hues.
"""

from __future__ import annotations

import functools
from collections.abc import Sequence
from typing import Any, Literal

import keras
import numpy as np
import tensorflow as tf

from .errors import InputError

MethodName = Literal["shift", "midtone", "gan"]
METHODS = ("shift", "midtone", "gan")
TOLERANCE = 0.2 / 255  # of the mean, before rounding
ROUNDS = 40  # halving alone needs 11; Newton's steps mostly need 3
MIDTONE = 0.35  # as `classical.shift` has it


def random_mean_color(
    images: Any,
    seed: Any,
    *,
    factor: float | Sequence[float],
    method: MethodName = "shift",
    value_range: Sequence[float] = (0, 255),
    data_format: str = "channels_last",
) -> tf.Tensor:
    """Give each image a random mean colour; the same seed gives the same pictures.

    Parameters
    ----------
    images
        (N, H, W, 3) or (H, W, 3), or with channels first: floats or integers in ``value_range``.
    seed
        Integers (2,), as ``tf.random.stateless_uniform`` takes them.
    factor, method, value_range, data_format
        See `RandomMeanColor`.

    Returns
    -------
    tf.Tensor
        Of the shape and dtype of ``images``.

    Raises
    ------
    InputError
        If an option or a shape cannot be used.

    Examples
    --------
    >>> data = tf.data.Dataset.from_tensors(photo).repeat(2).enumerate()
    >>> data = data.map(lambda n, x: random_mean_color(x, tf.stack([n, 0]), factor=0.3))
    >>> [image.shape.as_list() for image in data]
    [[40, 56, 3], [40, 56, 3]]
    """
    bounds = _bounds(factor)
    _check(method, value_range, data_format)
    images = tf.convert_to_tensor(images)
    colors = _draw(images, seed, bounds, value_range, data_format)
    return _recolored(images, colors, method, value_range, data_format)


@keras.saving.register_keras_serializable(package="colortransfer")
class RandomMeanColor(keras.layers.Layer):
    """Give each image of a batch a random mean colour, which it has exactly afterwards.

    For each image a share f is drawn from ``factor``, and a colour c evenly among all of sRGB; its
    mean colour m becomes (1 - f) m + f c. In training only. In a dictionary the ``"images"`` are
    changed, and ``"bounding_boxes"``, ``"segmentation_masks"``, ``"labels"`` and others are not.

    Parameters
    ----------
    factor
        Share of the way to a random colour, in [0, 1]: two numbers between which it is drawn; one
        number is the upper of them, and 0 the lower.
    method
        What changes the colours: "shift" adds one amount to every pixel; "midtone" moves black and
        white less than what lies between; "gan" draws edits of the generator that comes with the
        package. All end with what makes the mean exact.
    value_range
        Of the values of images: mostly (0, 255) or (0, 1).
    data_format
        "channels_last" or "channels_first"; None is Keras' setting.
    seed
        An integer; layers with the same seed draw the same. None draws one.
    **kwargs
        Those of a Keras layer, such as ``dtype``: what the images come out as.

    Raises
    ------
    InputError
        If an option or a shape cannot be used.

    Notes
    -----
    The mean over the pixels, in sRGB, is what was drawn to a fifth of a level of 8 bits before
    rounding to the layer's dtype. A safeguarded Newton iteration finds the parameter of each
    channel: some passes over the images; `keras.layers.RandomHue` takes about as long.

    Examples
    --------
    >>> layer = RandomMeanColor(0.5, seed=3)
    >>> images = np.stack([photo, photo]).astype(np.float32)
    >>> drawn = layer.get_random_transformation(images, seed=[1, 2])
    >>> means = tf.reduce_mean(layer.transform_images(images, drawn), [1, 2]) / 255
    >>> bool(tf.reduce_max(tf.abs(means - drawn["colors"])) < 1 / 255)
    True
    >>> np.array_equal(layer(images), RandomMeanColor(0.5, seed=3)(images))
    True
    """

    def __init__(
        self,
        factor: float | Sequence[float],
        *,
        method: MethodName = "shift",
        value_range: Sequence[float] = (0, 255),
        data_format: str | None = None,
        seed: int | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(autocast=False, **kwargs)  # boxes and masks stay what they are
        self.factor = _bounds(factor)
        self.method, self.value_range = method, tuple(value_range)
        self.data_format = data_format or keras.config.image_data_format()
        _check(method, self.value_range, self.data_format)
        self.seed = int(np.random.default_rng().integers(1 << 31)) if seed is None else seed
        self.generator = keras.random.SeedGenerator(self.seed)
        if method == "gan":
            _generator()  # variables cannot be made inside a graph

    def call(self, data: Any, *, training: bool = True) -> Any:
        """The images, or a copy of the dictionary, with other colours in training."""
        images = data["images"] if isinstance(data, dict) else data
        if training:
            images = self.transform_images(images, self.get_random_transformation(images))
        else:
            images = _rounded(tf.convert_to_tensor(images), self.compute_dtype)
        return {**data, "images": images} if isinstance(data, dict) else images

    def get_random_transformation(self, data: Any, *, seed: Any = None) -> dict[str, tf.Tensor]:
        """Mean colours ``"colors"`` (N, 3) for images, sRGB in [0, 1]; of one image (1, 3)."""
        images = tf.convert_to_tensor(data["images"] if isinstance(data, dict) else data)
        seed = self.generator.next() if seed is None else seed
        return {"colors": _draw(images, seed, self.factor, self.value_range, self.data_format)}

    def transform_images(self, images: Any, transformation: dict[str, tf.Tensor]) -> tf.Tensor:
        """The images with these mean colours, in the layer's dtype."""
        return _recolored(
            tf.convert_to_tensor(images),
            transformation["colors"],
            self.method,
            self.value_range,
            self.data_format,
            dtype=self.compute_dtype,
        )

    def compute_output_shape(self, input_shape: Any) -> Any:
        """That of the input."""
        return input_shape

    def get_config(self) -> dict[str, Any]:
        """What makes the same layer."""
        return {
            **super().get_config(),
            "factor": list(self.factor),
            "method": self.method,
            "value_range": list(self.value_range),
            "data_format": self.data_format,
            "seed": self.seed,
        }


def _draw(
    images: tf.Tensor,
    seed: Any,
    factor: tuple[float, float],
    value_range: Sequence[float],
    data_format: str,
) -> tf.Tensor:
    """A mean colour (N, 3) for each image, sRGB in [0, 1]; see `RandomMeanColor`."""
    values, axes = _units(images, value_range, data_format), _places(data_format)
    means = tf.reduce_mean(values, axes)
    seeds = tf.random.split(tf.bitcast(tf.cast(seed, tf.uint32), tf.int32), 2)
    count = tf.shape(means)[0]
    shares = tf.random.stateless_uniform([count, 1], seeds[0], factor[0], factor[1])
    drawn = tf.random.stateless_uniform([count, 3], seeds[1])
    return means + shares * (drawn - means)


def _recolored(
    images: tf.Tensor,
    colors: tf.Tensor,
    method: str,
    value_range: Sequence[float],
    data_format: str,
    *,
    dtype: Any = None,
) -> tf.Tensor:
    """Images with these mean colours (N, 3)."""
    values, axes = _units(images, value_range, data_format), _places(data_format)
    if method == "gan":
        last = values if axes == (1, 2) else tf.transpose(values, [0, 2, 3, 1])
        noise = tf.zeros([tf.shape(values)[0], _generator().noise_size])
        edited = tf.stop_gradient(_generator()(last, colors, noise))
        values = edited if axes == (1, 2) else tf.transpose(edited, [0, 3, 1, 2])
    weights = None
    if method == "midtone":
        weights = 1.0 - MIDTONE + 4.0 * MIDTONE * values * (1.0 - values)
    targets = tf.expand_dims(tf.expand_dims(colors, axes[0]), axes[1])
    reached = _reach(values, weights, targets, axes)
    low, high = value_range
    result = tf.reshape(reached * (high - low) + low, tf.shape(images))
    return _rounded(tf.ensure_shape(result, images.shape), dtype or images.dtype)


def _reach(
    values: tf.Tensor, weights: tf.Tensor | None, targets: tf.Tensor, axes: tuple[int, int]
) -> tf.Tensor:
    """``clip(values + p weights, 0, 1)`` with the p, one a channel, whose means are the targets.

    Newton's steps, and halving where they leave the interval that is known to hold the root.
    """

    def moved(p: tf.Tensor) -> tf.Tensor:
        return values + p if weights is None else values + p * weights

    def mean(x: tf.Tensor) -> tf.Tensor:
        return tf.reduce_mean(x, axes, keepdims=True)

    def step(count: tf.Tensor, p: tf.Tensor, low: tf.Tensor, high: tf.Tensor, done: Any) -> Any:
        here = moved(p)
        inside = tf.clip_by_value(here, 0.0, 1.0)
        missing = targets - mean(inside)
        free = tf.cast(tf.equal(here, inside), tf.float32)
        slope = mean(free if weights is None else free * weights)
        low, high = tf.where(missing > 0, p, low), tf.where(missing < 0, p, high)
        newton = p + missing / tf.maximum(slope, 1e-3)
        better = tf.where((newton > low) & (newton < high), newton, 0.5 * (low + high))
        done = tf.abs(missing) <= TOLERANCE
        return count + 1, tf.where(done, p, better), low, high, done

    end = tf.ones_like(targets) / (1.0 if weights is None else 1.0 - MIDTONE)
    start = (tf.constant(0), targets - mean(values), -end, end, tf.zeros_like(targets, tf.bool))
    _, shift, *_ = tf.while_loop(
        lambda count, p, low, high, done: ~tf.reduce_all(done),
        step,
        start,
        maximum_iterations=ROUNDS,
    )
    return tf.clip_by_value(moved(tf.stop_gradient(shift)), 0.0, 1.0)


@functools.cache
def _generator() -> Any:
    """That of `ColorGAN.pretrained`; no part of a layer's weights."""
    from .gan import ColorGAN

    with tf.init_scope():
        return ColorGAN.pretrained().generator


def _units(images: tf.Tensor, value_range: Sequence[float], data_format: str) -> tf.Tensor:
    """float32 (N, ...) in [0, 1]."""
    rank = images.shape.rank
    if rank not in (3, 4):
        raise InputError(f"images have shape {images.shape}; give (N, H, W, 3) or (H, W, 3)")
    if images.shape[-1 if data_format == "channels_last" else -3] != 3:
        raise InputError(f"images have shape {images.shape}; they need 3 channels: RGB")
    low, high = value_range
    values = tf.cast(images if rank == 4 else images[tf.newaxis], tf.float32)
    if (low, high) == (0, 1):
        return values
    return (values - low) * (1.0 / (high - low))


def _rounded(values: tf.Tensor, dtype: Any) -> tf.Tensor:
    kind = tf.as_dtype(dtype)
    if kind.is_integer and values.dtype.is_floating:
        values = tf.round(values)
    return tf.cast(values, kind)


def _places(data_format: str) -> tuple[int, int]:
    """The axes of height and width."""
    return (1, 2) if data_format == "channels_last" else (2, 3)


def _bounds(factor: Any) -> tuple[float, float]:
    try:
        low, high = (0.0, factor) if np.ndim(factor) == 0 else factor
        bounds = float(low), float(high)
    except (TypeError, ValueError):
        bounds = (-1.0, -1.0)
    if not 0 <= bounds[0] <= bounds[1] <= 1:
        raise InputError(f"factor is {factor!r}; give a number in [0, 1], or two that rise")
    return bounds


def _check(method: str, value_range: Sequence[float], data_format: str) -> None:
    if method not in METHODS:
        raise InputError(f"there is no method {method!r}; there are {', '.join(METHODS)}")
    if len(value_range) != 2 or not value_range[0] < value_range[1]:
        raise InputError(f"value_range is {value_range!r}; give (0, 255) or (0, 1)")
    if data_format not in ("channels_last", "channels_first"):
        raise InputError(f'data_format is {data_format!r}; use "channels_last" or "channels_first"')
