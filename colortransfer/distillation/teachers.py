"""Who teaches the bundled networks, which layer learns from which, and what images are."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import tensorflow as tf

from .base import FeatureExtractor
from .inception_v1 import InceptionV1
from .inception_v3 import InceptionV3
from .weights import load_weights

# Student layer -> teachers' layers of the same resolution that it predicts: (teacher, layer).
Lessons = dict[str, list[tuple[int, str]]]
GOOGLENET, INCEPTION_V3 = 0, 1
SEEN = 112  # pixels a side at which GoogLeNet is asked for classes: half of what it was trained on
TAUGHT = (
    ("conv1", "conv2", "mixed3a", "mixed3b"),
    ("conv", "conv_2", "conv_4", "mixed0", "mixed2"),
)
LESSONS: dict[str, Lessons] = {
    "plain": {
        "conv2_2": [(GOOGLENET, "conv1"), (INCEPTION_V3, "conv"), (INCEPTION_V3, "conv_2")],
        "conv3_3": [(GOOGLENET, "conv2"), (INCEPTION_V3, "conv_4")],
        "conv4_2": [
            (GOOGLENET, "mixed3a"),
            (GOOGLENET, "mixed3b"),
            (INCEPTION_V3, "mixed0"),
            (INCEPTION_V3, "mixed2"),
        ],
    },
    "inception_v1": {
        "conv1": [(GOOGLENET, "conv1")],
        "conv2": [(GOOGLENET, "conv2")],
        "mixed3a": [(GOOGLENET, "mixed3a")],
        "mixed3b": [(GOOGLENET, "mixed3b"), (INCEPTION_V3, "mixed2")],
    },
}


def load_teachers(
    googlenet: str | Path, inception_v3: str | Path
) -> tuple[FeatureExtractor, FeatureExtractor]:
    """The two teachers, from weight files."""
    first = InceptionV1(googlenet, layers=TAUGHT[GOOGLENET], precision="bfloat16")
    second = InceptionV3(
        inception_v3, layers=TAUGHT[INCEPTION_V3], borders="same", precision="bfloat16"
    )
    return first, second


def class_scores(googlenet: str | Path, images: np.ndarray) -> np.ndarray:
    """GoogLeNet's scores (N, 1000) of uint8 images before the softmax, in float16."""
    weights = load_weights(googlenet)
    network = InceptionV1(weights, layers=("mixed5b",), precision="bfloat16")
    kernel, bias = (tf.constant(weights[f"loss3/classifier/{x}"]) for x in ("kernel", "bias"))

    @tf.function(reduce_retracing=True)
    def scores(batch: tf.Tensor) -> tf.Tensor:
        enlarged = tf.image.resize(tf.cast(batch, tf.float32) / 255, [SEEN, SEEN])
        return tf.matmul(tf.reduce_mean(network(enlarged)["mixed5b"], [1, 2]), kernel) + bias

    batches = (images[i : i + 100] for i in range(0, len(images), 100))
    return np.concatenate([scores(tf.constant(b)).numpy().astype(np.float16) for b in batches])
