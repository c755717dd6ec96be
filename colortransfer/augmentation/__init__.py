"""Random mean colours for training data: a Keras layer, and a function for `tf.data`.

Pictures of a data set were taken in other light than those a network will meet. `RandomMeanColor`
gives each another mean colour, exactly, as `keras.layers.RandomHue` turns hues.
"""

from __future__ import annotations

from .drawing import random_mean_color
from .layer import RandomMeanColor

__all__ = ["RandomMeanColor", "random_mean_color"]
