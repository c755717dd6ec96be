"""Who teaches the bundled networks, and which layer is the target of which."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import tensorflow as tf
from tqdm import tqdm

from ..feature_extractors import FeatureExtractor, InceptionV1, InceptionV3
from ..feature_extractors.weights import load_weights

# Student layer -> teachers' layers of the same resolution that it predicts: (teacher, layer).
Targets = dict[str, list[tuple[int, str]]]
GOOGLENET, INCEPTION_V3 = 0, 1
SIDE = 112  # pixels a side at which GoogLeNet is asked for classes: half of what it was trained on
TEACHER_LAYERS = (
    ("conv1", "conv2", "mixed3a", "mixed3b"),
    ("conv", "conv_2", "conv_4", "mixed0", "mixed2"),
)
TARGETS: dict[str, Targets] = {
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
    """The two teachers, from weight files.

    Examples
    --------
    >>> try:
    ...     load_teachers("googlenet.npz", "inception_v3.npz")
    ... except OSError as error:
    ...     print(error)
    cannot read googlenet.npz: there is no such file
    """
    first = InceptionV1(googlenet, layers=TEACHER_LAYERS[GOOGLENET], precision="bfloat16")
    second = InceptionV3(
        inception_v3, layers=TEACHER_LAYERS[INCEPTION_V3], borders="same", precision="bfloat16"
    )
    return first, second


def class_scores(
    googlenet: str | Path, images: np.ndarray, *, progress: bool = False
) -> np.ndarray:
    """GoogLeNet's scores (N, 1000) of uint8 images before the softmax, in float16.

    Examples
    --------
    >>> try:
    ...     class_scores("googlenet.npz", np.zeros((2, 32, 32, 3), np.uint8))
    ... except OSError as error:
    ...     print(error)
    cannot read googlenet.npz: there is no such file
    """
    weights = load_weights(googlenet)
    network = InceptionV1(weights, layers=("mixed5b",), precision="bfloat16")
    kernel, bias = (tf.constant(weights[f"loss3/classifier/{x}"]) for x in ("kernel", "bias"))

    @tf.function(reduce_retracing=True)
    def scores(batch: tf.Tensor) -> tf.Tensor:
        enlarged = tf.image.resize(tf.cast(batch, tf.float32) / 255, [SIDE, SIDE])
        return tf.matmul(tf.reduce_mean(network(enlarged)["mixed5b"], [1, 2]), kernel) + bias

    starts = tqdm(range(0, len(images), 100), desc="class scores", disable=not progress)
    batches = (tf.constant(images[start : start + 100]) for start in starts)
    return np.concatenate([scores(batch).numpy().astype(np.float16) for batch in batches])
