"""The Keras layer."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import keras
import numpy as np
import tensorflow as tf

from .drawing import MethodName, bounds, check, draw_colors, generator, recolored, rounded


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
        self.factor = bounds(factor)
        self.method, self.value_range = method, tuple(value_range)
        self.data_format = data_format or keras.config.image_data_format()
        check(method, self.value_range, self.data_format)
        self.seed = int(np.random.default_rng().integers(1 << 31)) if seed is None else seed
        self._seeds = keras.random.SeedGenerator(self.seed)
        if method == "gan":
            generator()  # variables cannot be made inside a graph

    def call(self, data: Any, *, training: bool = True) -> Any:
        """The images, or a copy of the dictionary, with other colours in training."""
        images = data["images"] if isinstance(data, dict) else data
        if training:
            images = self.transform_images(images, self.get_random_transformation(images))
        else:
            images = rounded(tf.convert_to_tensor(images), self.compute_dtype)
        return {**data, "images": images} if isinstance(data, dict) else images

    def get_random_transformation(self, data: Any, *, seed: Any = None) -> dict[str, tf.Tensor]:
        """Mean colours ``"colors"`` (N, 3) for images, sRGB in [0, 1]; of one image (1, 3)."""
        images = tf.convert_to_tensor(data["images"] if isinstance(data, dict) else data)
        seed = self._seeds.next() if seed is None else seed
        return {
            "colors": draw_colors(images, seed, self.factor, self.value_range, self.data_format)
        }

    def transform_images(self, images: Any, transformation: dict[str, tf.Tensor]) -> tf.Tensor:
        """The images with these mean colours, in the layer's dtype."""
        return recolored(
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
