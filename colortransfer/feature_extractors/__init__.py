"""Networks that see: N of the paper. Each owns its preprocessing, minimum size and padding."""

from .base import ConvolutionalNetwork, FeatureExtractor
from .ensemble import Ensemble
from .hub_module import HubModule
from .inception_v1 import InceptionV1
from .inception_v3 import InceptionV3
from .keras_model import KerasModel
from .plain import PlainNet

Several = Ensemble  # its name in version 0.1, in whose docs it stands

__all__ = [
    "ConvolutionalNetwork",
    "Ensemble",
    "FeatureExtractor",
    "HubModule",
    "InceptionV1",
    "InceptionV3",
    "KerasModel",
    "PlainNet",
]
