"""A grey picture (or a sequence) with colour drawn on it, and the way back to coloured pictures."""

from __future__ import annotations

import dataclasses
from typing import Any

import numpy as np

from ..errors import InputError
from ..images import Decomposed, decompose
from ..images.arrays import quantise

# NTSC's YIQ, which the colorization papers' programs use: luminance is kept, chrominance spread.
RGB_TO_YIQ = np.array(
    [[0.299, 0.587, 0.114], [0.595716, -0.274453, -0.321263], [0.211456, -0.522591, 0.311135]]
)
MARKED = 0.01  # sum over the channels of what a drawn pixel differs from the grey one


@dataclasses.dataclass(frozen=True, eq=False)
class Drawing:
    """What a colorization starts from.

    Attributes
    ----------
    luminance
        float32 (T, H, W): Y of the grey pictures; T is 1 for a single one.
    chrominance
        float32 (T, H, W, 2): I and Q of the scribbles.
    marked
        bool (T, H, W): where something is drawn.
    """

    luminance: np.ndarray
    chrominance: np.ndarray
    marked: np.ndarray
    _frames: list[Decomposed]
    _sequence: bool

    def colored(self, chrominance: np.ndarray) -> Any:
        """The picture, or the list of pictures, with this chrominance (T, H, W, 2)."""
        inverse = np.linalg.inv(RGB_TO_YIQ)
        images = []
        for parts, luminance, spread in zip(self._frames, self.luminance, chrominance, strict=True):
            rgb = luminance[..., None] * inverse[:, 0] + spread @ inverse[:, 1:].T
            images.append(parts.restore(rgb.astype(np.float32)))
        return images if self._sequence else images[0]


def open_drawing(gray: Any, scribbles: Any) -> Drawing:
    """Check grey pictures and the scribbles on them.

    Parameters
    ----------
    gray
        An image (if it has colours, its luminance counts), or a list or tuple of frames.
    scribbles
        The same picture with colour drawn on it, three or four channels: what differs from
        ``gray`` is drawn, and what is transparent is not. For a sequence a list as long, with
        None where nothing is drawn.

    Raises
    ------
    InputError
        If sizes or lengths differ, or nothing is drawn.
    """
    sequence = isinstance(gray, (list, tuple))
    if sequence != isinstance(scribbles, (list, tuple)):
        raise InputError("gray and scribbles must be two images or two lists of images")
    grays, drawn = (gray, scribbles) if sequence else ([gray], [scribbles])
    if not grays or len(grays) != len(drawn):
        raise InputError(f"{len(grays)} grey frames and {len(drawn)} of scribbles; give as many")
    if all(frame is None for frame in drawn):
        raise InputError("nothing is drawn: every frame of scribbles is None")
    dtype = np.dtype(next(np.asarray(frame).dtype for frame in drawn if frame is not None))
    frames: list[Decomposed] = []
    planes: list[tuple[np.ndarray, ...]] = []
    for one, over in zip(grays, drawn, strict=True):
        under = decompose(one, name="gray")
        # A frame without scribbles is of the dtype of those with.
        drawing = quantise(under.rgb, dtype) if over is None else over
        parts = decompose(drawing, name="scribbles")
        if parts.grey:
            raise InputError("scribbles have one channel; give RGB with colour drawn on the grey")
        if parts.rgb.shape != under.rgb.shape or (planes and planes[0][0].shape != parts.rgb.shape):
            raise InputError("gray and scribbles, and all frames, must have the same size")
        marked = np.abs(parts.rgb - under.rgb).sum(-1) > MARKED
        marked &= over is not None
        if parts.visible is not None:
            marked &= parts.visible
        frames.append(parts)
        planes.append((under.rgb, parts.rgb, marked))
    marked = np.stack([plane[2] for plane in planes])
    if not marked.any():
        raise InputError("nothing is drawn: the scribbles equal the grey picture")
    to_yiq = RGB_TO_YIQ.astype(np.float32)
    luminance = np.stack([plane[0] @ to_yiq[0] for plane in planes])
    chrominance = np.stack([plane[1] @ to_yiq[1:].T for plane in planes])
    return Drawing(luminance, chrominance, marked, frames, sequence)
