"""Several networks as one."""

from __future__ import annotations

from collections.abc import Sequence

import tensorflow as tf

from ..errors import InputError
from .base import FeatureExtractor, Features


class Ensemble(FeatureExtractor):
    """Several extractors side by side; layer ``conv2`` of the second is called ``1/conv2``.

    An edit that has to please different networks at once pleases others better, too.

    Examples
    --------
    >>> from colortransfer.feature_extractors import InceptionV1, PlainNet
    >>> Ensemble([PlainNet(layers=("conv1_1",)), InceptionV1(layers=("conv1",))]).layers
    ('0/conv1_1', '1/conv1')
    """

    def __init__(self, extractors: Sequence[FeatureExtractor]) -> None:
        if not extractors:
            raise InputError("give at least one extractor")
        self.extractors = tuple(extractors)
        super().__init__([f"{i}/{name}" for i, e in enumerate(extractors) for name in e.layers])
        self.minimum_size = max(extractor.minimum_size for extractor in extractors)
        self.stride = max(extractor.stride for extractor in extractors)
        halos = [extractor.halo for extractor in extractors]
        self.halo = None if None in halos else max(h for h in halos if h is not None)

    def __repr__(self) -> str:
        return f"{type(self).__name__}({list(self.extractors)})"

    def features(self, images: tf.Tensor) -> Features:
        return {
            f"{i}/{name}": value
            for i, extractor in enumerate(self.extractors)
            for name, value in extractor(images).items()
        }
