"""How much of what a network sees in the original is still there."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from ..errors import InputError
from ._measured import Measured, measured_pair

Extractor = Callable[[Any], Mapping[str, Any]]  # (1, H, W, 3) to tensors by layer name


def relative_feature_distance(original: Any, edited: Any, extractor: Extractor) -> float:
    """Mean over layers of |N(edited) - N(original)|^2 / |N(original)|^2.

    Parameters
    ----------
    original, edited
        Images of one size; at least the extractor's ``minimum_size``, if it has one.
    extractor
        The network N: takes a float32 tensor (1, H, W, 3), sRGB in [0, 1], and returns a dict from
        layer names to tensors, such as a `FeatureExtractor`.

    Returns
    -------
    float
        From 0, lower is better; 1 is as far as a picture in which the network sees nothing.
        Infinite if a layer is all zero for the original but not for the edited picture.

    Raises
    ------
    InputError
        If the images are too small for the extractor.

    Notes
    -----
    The feature matching loss of the paper, without octaves, in units of the original's features:
    so that layers and networks can be averaged and compared. Hidden pixels of images with alpha
    hold the mean visible colour of their image.

    Examples
    --------
    >>> def pixels(images):
    ...     return {"pixels": images}
    >>> image = np.full((4, 4, 3), 0.5, np.float32)
    >>> relative_feature_distance(image, 0.5 * image, pixels)
    0.25
    """
    first, second = measured_pair(original, edited)
    reference, current = features_of(first, extractor), features_of(second, extractor)
    ratios = []
    for name, values in reference.items():
        change = float(np.square(current[name] - values).sum())
        energy = float(np.square(values).sum())
        ratios.append(change / energy if energy else (np.inf if change else 0.0))
    return float(np.mean(ratios))


def features_of(shown: Measured, extractor: Extractor) -> dict[str, np.ndarray]:
    """The extractor's feature maps of one picture, float64, by layer name."""
    height, width = shown.rgb.shape[:2]
    smallest = int(getattr(extractor, "minimum_size", 1))
    if min(height, width) < smallest:
        raise InputError(
            f"a {width}x{height} image is too small for {type(extractor).__name__}; "
            f"enlarge it to {smallest} pixels a side"
        )
    import tensorflow as tf  # slow to import, and no other measure needs it

    found = extractor(tf.constant(shown.rgb[None]))
    return {name: np.asarray(values, np.float64) for name, values in found.items()}
