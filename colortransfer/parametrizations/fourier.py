"""The image's spectrum in decorrelated colours, as in feature visualisation."""

from __future__ import annotations

import dataclasses
from typing import Any

import numpy as np
import tensorflow as tf

from ..transforms import ResidualTransform
from .base import Parametrization, Variables

# Principal directions of colour in 5,000 photographs of 64x64 pixels, each scaled by its standard
# deviation: grey, blue-yellow, green-magenta.
COLOR_BASIS = np.array(
    [[0.256, 0.264, 0.263], [0.100, -0.002, -0.095], [-0.025, 0.051, -0.027]], np.float32
)


@dataclasses.dataclass(frozen=True)
class Fourier(Parametrization):
    """What is added to the image, as Fourier coefficients in decorrelated colours.

    After Olah, Mordvintsev and Schubert (2017), "Feature Visualization", section on
    preconditioning: coefficients are divided by their frequency, so that all scales and colours
    have, as in photographs, about the same say.

    Examples
    --------
    >>> family = Fourier()
    >>> original = tf.fill([4, 6, 3], 0.25)
    >>> variables = family.initial(original, tf.constant([0.25, 0.0, 0.5]))
    >>> family.render(variables, family.prepare(original))[0, 0].numpy()
    array([0.5 , 0.25, 0.75], dtype=float32)
    """

    def initial(self, original: tf.Tensor, shift: tf.Tensor) -> Variables:
        height, width = original.shape[:2]
        return {
            "spectrum": tf.zeros([3, height, width // 2 + 1, 2]),
            "offset": tf.cast(shift, tf.float32),
        }

    def prepare(self, original: tf.Tensor) -> dict[str, tf.Tensor]:
        scale = tf.constant(_scale(*original.shape[:2]), tf.float32)
        return {"original": original, "scale": scale}

    def render(self, variables: Variables, prepared: Any) -> tf.Tensor:
        original = prepared["original"]
        scaled = variables["spectrum"] * prepared["scale"][..., tf.newaxis]
        waves = tf.signal.irfft2d(
            tf.complex(scaled[..., 0], scaled[..., 1]), fft_length=tf.shape(original)[:2]
        )
        added = tf.tensordot(tf.transpose(waves, [1, 2, 0]), tf.constant(COLOR_BASIS), 1)
        return original + added + variables["offset"]

    def enlarged(self, variables: Variables, original: tf.Tensor) -> Variables:
        """The same waves over a larger picture, whose finer ones are still 0."""
        coarse = variables["spectrum"].numpy()
        spectrum = np.zeros(self.initial(original, variables["offset"])["spectrum"].shape)
        # An odd width counts as one less: that moves waves by a part of a pixel of the start.
        size = (coarse.shape[1], max(1, 2 * (coarse.shape[2] - 1)))
        new = tuple(original.shape[:2])
        # Up to, and without, the coarse picture's highest frequency: its waves have no direction.
        rows = np.arange((size[0] - 1) // 2 + 1)
        rows = np.concatenate([rows, -rows[:0:-1]])[:, None]
        columns = np.arange((size[1] - 1) // 2 + 1)[None]
        # Waves count from the first pixel's centre, which lies elsewhere in larger pixels.
        offsets = [0.5 / n - 0.5 / m for n, m in zip(new, size, strict=True)]
        turn = np.exp(2j * np.pi * (rows * offsets[0] + columns * offsets[1]))
        before, after = _scale(*size) / np.prod(size), _scale(*new) / np.prod(new)
        factor = turn * before[rows, columns] / after[rows, columns]
        waves = factor * (coarse[:, rows, columns, 0] + 1j * coarse[:, rows, columns, 1])
        spectrum[:, rows, columns] = np.stack([waves.real, waves.imag], -1)
        return {"spectrum": tf.constant(spectrum, tf.float32), "offset": variables["offset"]}

    def transform(self, variables: Variables, size: tuple[int, int]) -> ResidualTransform:
        spectrum = variables["spectrum"]
        height, width = spectrum.shape[1], size[1]
        # The width of the continued image, even or odd, is known by its number of frequencies.
        width += (spectrum.shape[2] - (width // 2 + 1)) * 2
        blank = tf.zeros([height, width, 3])
        residual = self.render(variables, self.prepare(blank)).numpy()
        return ResidualTransform(residual[: size[0], : size[1]])


def _scale(height: int, width: int) -> np.ndarray:
    """What coefficients are multiplied by: the inverse of their frequency, (H, W // 2 + 1).

    The inverse transform divides by the number of pixels: a coefficient of 1 of the lowest
    frequency moves pixels by about 1, whatever the size.
    """
    rows, columns = np.fft.fftfreq(height)[:, None], np.fft.rfftfreq(width)[None]
    frequency = np.maximum(np.hypot(rows, columns), 1 / max(height, width))
    return height * width / (frequency * max(height, width))
