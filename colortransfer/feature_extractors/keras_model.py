"""Any Keras model as a feature extractor."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import tensorflow as tf

from ..errors import InputError
from .base import FeatureExtractor, Features


class KerasModel(FeatureExtractor):
    """Feature maps of a Keras model's layers.

    Parameters
    ----------
    model
        A functional ``keras.Model`` with one image input of free height and width.
    layers
        Names of layers with outputs (batch, rows, columns, channels).
    preprocess
        From sRGB in [0, 1] to the model's input; by default the values are handed on. Many of
        keras.applications want ``lambda x: preprocess_input(255.0 * x)``.
    minimum_size
        Smallest side in pixels at which the layers are defined.

    Examples
    --------
    >>> import keras
    >>> inputs = keras.Input((None, None, 3))
    >>> model = keras.Model(inputs, keras.layers.Conv2D(4, 3, strides=2, name="edges")(inputs))
    >>> KerasModel(model, ["edges"])(tf.zeros([1, 33, 33, 3]))["edges"].shape
    TensorShape([1, 16, 16, 4])
    """

    def __init__(
        self,
        model: Any,
        layers: Sequence[str],
        *,
        preprocess: Callable[[tf.Tensor], tf.Tensor] | None = None,
        minimum_size: int = 32,
        padding: int = 0,
    ) -> None:
        import keras

        super().__init__(layers, padding)
        try:
            outputs = {name: model.get_layer(name).output for name in self.layers}
        except ValueError as error:
            raise InputError(f"the Keras model has no such layer: {error}") from error
        self._model = keras.Model(model.inputs, outputs)
        self._preprocess = preprocess or (lambda images: images)
        self.minimum_size = minimum_size

    def features(self, images: tf.Tensor) -> Features:
        outputs = self._model(self._preprocess(images), training=False)
        return {name: outputs[name] for name in self.layers}
