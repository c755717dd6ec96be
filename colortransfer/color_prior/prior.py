"""p(colour | what is seen): how likely colours are where they stand."""

from __future__ import annotations

import functools
from collections.abc import Mapping
from typing import Any

import numpy as np
import tensorflow as tf

from ..feature_extractors.weights import bundled_weights
from ..interpolation import area_matrix
from ..rendering.spaces import srgb_to_lab
from .network import MULTIPLE, REDUCTION, assign, build, widths_of
from .nodes import COUNT, LOG_AREAS, tents

SIZE = 128  # longest side, in pixels, of what the network is shown
FLOOR = -13.0  # of the logarithm of densities: what is out of the question is not gradually so
FAINTEST = 1e-12


class ColorPrior:
    """A small network's knowledge of which colours stand where in photographs.

    It sees a photograph in grey, and the mean colour that the whole is asked to have, and gives at
    each place a density over (a*, b*): what stands there may have any of several colours, and
    which of them depends on the mean. Trained for this package (see the model card in the docs),
    after Zhang, Isola, Efros, "Colorful image colorization", ECCV 2016; that the mean is given is
    ours.

    Parameters
    ----------
    weights
        Arrays as `network.folded` gives them, of any widths; None: the bundled ones.

    Examples
    --------
    >>> prior = ColorPrior()
    >>> densities = prior.log_densities(tf.fill([64, 96, 3], 0.5), tf.constant([0.4, 0.5, 0.6]))
    >>> densities.shape
    TensorShape([16, 24, 13, 13])
    """

    def __init__(self, weights: Mapping[str, Any] | None = None) -> None:
        arrays = bundled_weights("color_prior") if weights is None else weights
        self._network = build(normalized=False, widths=widths_of(arrays))
        assign(self._network, arrays)
        self._scores = tf.function(self._network, reduce_retracing=True)

    def log_densities(self, image: tf.Tensor, color: tf.Tensor) -> tf.Tensor:
        """Logarithms of the densities of colours.

        Parameters
        ----------
        image
            float32 (H, W, 3), sRGB in [0, 1], sides multiples of 8; seen in grey. The network was
            taught on pictures of 64 to 128 pixels.
        color
            The mean colour (3,), sRGB, that the picture is to have.

        Returns
        -------
        tf.Tensor
            float32 (H / 4, W / 4, 13, 13): for each place the logarithm of the density at each
            colour of the lattice ``nodes.NODES`` (a*, then b*), per unit of a*b*.
        """
        lightness = srgb_to_lab(image)[tf.newaxis, ..., :1] / 50 - 1
        mean = tf.concat([srgb_to_lab(color[tf.newaxis])[:, 1:] / 30, [[1.0]]], -1)
        scores = self._scores([lightness, mean])[0]
        densities = tf.maximum(tf.nn.log_softmax(scores) - LOG_AREAS.reshape(-1), FLOOR)
        return tf.reshape(densities, [*scores.shape[:2], COUNT, COUNT])

    def log_likelihood(
        self, original: np.ndarray, edited: np.ndarray, color: np.ndarray, counted: np.ndarray
    ) -> float:
        """Mean over places of the log density, given the original in grey, of the edited colours.

        Parameters
        ----------
        original, edited
            (H, W, 3), sRGB in [0, 1], of any size.
        color
            The mean colour (3,) that the whole is to have.
        counted
            How much each pixel counts (H, W), at least 0.
        """
        matrices = reduction(*counted.shape)
        before, after, weights = (
            reduced(tf.constant(values, tf.float32), *matrices)
            for values in (original, edited, counted[..., None])
        )
        densities = self.log_densities(before, tf.constant(color, tf.float32))
        found = log_likelihoods(densities, after)
        return float(np.average(found, weights=at_places(weights)[..., 0]))


def log_likelihoods(densities: tf.Tensor, image: tf.Tensor) -> tf.Tensor:
    """Logarithms (H / 4, W / 4) of the densities at the colours of an image (H, W, 3).

    Densities are interpolated bilinearly over (a*, b*); colours are means over a place's pixels.

    Parameters
    ----------
    densities
        Logarithms (H / 4, W / 4, 13, 13), as `ColorPrior.log_densities` gives them.
    image
        float32 (H, W, 3), sRGB in [0, 1].

    Examples
    --------
    >>> alike = tf.fill([2, 3, COUNT, COUNT], -9.0)
    >>> log_likelihoods(alike, tf.zeros([8, 12, 3])).numpy().round(3).tolist()
    [[-9.0, -9.0, -9.0], [-9.0, -9.0, -9.0]]
    """
    colors = at_places(srgb_to_lab(image)[..., 1:])
    a, b = tents(colors[..., 0]), tents(colors[..., 1])
    found = tf.einsum("hwij,hwi,hwj->hw", tf.exp(densities), a, b)
    return tf.math.log(found + FAINTEST)


def reduction(height: int, width: int, *, size: int = SIZE) -> tuple[tf.Tensor, tf.Tensor]:
    """Matrices (h, height) and (w, width) that bring a photograph to what the network was taught.

    h and w are multiples of 8, the longer side about ``size``; see `reduced`.

    Examples
    --------
    >>> [matrix.shape.as_list() for matrix in reduction(300, 400)]
    [[96, 300], [128, 400]]
    """
    share = size / max(height, width) / MULTIPLE
    rows, columns = (
        tf.constant(area_matrix(side, MULTIPLE * max(1, round(side * share))))
        for side in (height, width)
    )
    return rows, columns


def reduced(image: tf.Tensor, rows: tf.Tensor, columns: tf.Tensor) -> tf.Tensor:
    """The image (H, W, C) as means over areas (h, w, C), by the matrices of `reduction`.

    Examples
    --------
    >>> reduced(tf.ones([300, 400, 3]), *reduction(300, 400)).shape
    TensorShape([96, 128, 3])
    """
    return tf.einsum("ah,hwc,bw->abc", rows, image, columns)


def at_places(values: tf.Tensor) -> tf.Tensor:
    """Means (h / 4, w / 4, C) over the places of the network, of values (h, w, C).

    Examples
    --------
    >>> at_places(tf.ones([96, 128, 2])).shape
    TensorShape([24, 32, 2])
    """
    return tf.nn.avg_pool2d(values[tf.newaxis], REDUCTION, REDUCTION, "VALID")[0]


@functools.cache
def bundled_prior() -> ColorPrior:
    """The bundled prior, read and built once in a process.

    Examples
    --------
    >>> bundled_prior() is bundled_prior()
    True
    """
    return ColorPrior()
