"""Who teaches the bundled networks, and which layer learns from which."""

from __future__ import annotations

from pathlib import Path

from .base import FeatureExtractor
from .inception_v1 import InceptionV1
from .inception_v3 import InceptionV3

# Student layer -> teachers' layers of the same resolution that it predicts: (teacher, layer).
Lessons = dict[str, list[tuple[int, str]]]
GOOGLENET, INCEPTION_V3 = 0, 1
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
