"""A grey picture (or a sequence) with colour drawn on it, and the way back to coloured pictures."""

from __future__ import annotations

import dataclasses
import warnings
from typing import Any, NamedTuple

import numpy as np
from scipy import ndimage

from ..errors import ColorTransferWarning, InputError
from ..images import Canvas, as_canvas
from ..images.arrays import quantise

# NTSC's YIQ, which the colorization papers' programs use: luminance is kept, chrominance spread.
RGB_TO_YIQ = np.array(
    [[0.299, 0.587, 0.114], [0.595716, -0.274453, -0.321263], [0.211456, -0.522591, 0.311135]]
)
DIFFERENT_SIZES = "grey and scribbles, and all frames, must have the same size"
# Sums over the channels of what a drawn pixel differs from the grey one.
MARKED = 0.01
MARKED_AMID_NOISE = 0.2  # where a JPEG of quality 75 or more held the scribbles
_SLIGHT, _NOISY = 0.1, 0.05  # a difference; the share of the picture
_SPECK = 12  # pixels
_MOST, _TINY = 0.5, 4096  # the share of a picture that is remarked on, unless it has few pixels


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
    _frames: list[Canvas]
    _sequence: bool

    def colored(self, chrominance: np.ndarray) -> Any:
        """The picture, or the list of pictures, with this chrominance (T, H, W, 2)."""
        inverse = np.linalg.inv(RGB_TO_YIQ)
        images = []
        for canvas, luminance, spread in zip(
            self._frames, self.luminance, chrominance, strict=True
        ):
            rgb = luminance[..., None] * inverse[:, 0] + spread @ inverse[:, 1:].T
            images.append(canvas.restore(rgb.astype(np.float32)))
        return images if self._sequence else images[0]


def open_drawing(grey: Any, scribbles: Any) -> Drawing:
    """Check grey pictures and the scribbles on them.

    Parameters
    ----------
    grey
        An image (if it has colours, its luminance counts), or a list or tuple of frames.
    scribbles
        The same picture with colour drawn on it, three or four channels: what differs from
        ``grey`` is drawn, and what is transparent is not; slight differences in many places are
        taken for what a JPEG file did. For a sequence a list as long, with
        None where nothing is drawn.

    Raises
    ------
    InputError
        If sizes or lengths differ, or nothing is drawn.
    """
    greys, drawn = _frame_lists(grey, scribbles)
    dtype = np.dtype(next(np.asarray(frame).dtype for frame in drawn if frame is not None))
    frames = [_open_frame(*pair, dtype) for pair in zip(greys, drawn, strict=True)]
    if len({frame.under.size for frame in frames}) > 1:
        raise InputError(DIFFERENT_SIZES)
    marked = np.stack([frame.marked for frame in frames])
    if not marked.any():
        raise InputError("nothing is drawn: the scribbles equal the grey picture")
    share = marked.mean()
    if share > _MOST and marked.size > _TINY:
        text = f"{share:.0%} of the picture counts as drawn, for it differs from the grey one"
        warnings.warn(text, ColorTransferWarning, stacklevel=3)
    to_yiq = RGB_TO_YIQ.astype(np.float32)
    luminance = np.stack([frame.under.rgb @ to_yiq[0] for frame in frames])
    chrominance = np.stack([frame.over.rgb @ to_yiq[1:].T for frame in frames])
    canvases = [frame.over for frame in frames]
    return Drawing(luminance, chrominance, marked, canvases, isinstance(grey, (list, tuple)))


def _frame_lists(grey: Any, scribbles: Any) -> tuple[list[Any], list[Any]]:
    """Grey frames, and as many of scribbles, of which one at least is not None."""
    sequence = isinstance(grey, (list, tuple))
    if sequence != isinstance(scribbles, (list, tuple)):
        raise InputError("grey and scribbles must be two images or two lists of images")
    greys, drawn = (list(grey), list(scribbles)) if sequence else ([grey], [scribbles])
    if not greys or len(greys) != len(drawn):
        raise InputError(f"{len(greys)} grey frames and {len(drawn)} of scribbles; give as many")
    if all(frame is None for frame in drawn):
        raise InputError("nothing is drawn: every frame of scribbles is None")
    return greys, drawn


class _Frame(NamedTuple):
    """One grey picture, what lies over it, and where that is drawn on, bool (H, W)."""

    under: Canvas
    over: Canvas
    marked: np.ndarray


def _open_frame(grey: Any, scribbles: Any, dtype: np.dtype) -> _Frame:
    """A frame, checked; one without scribbles is of the ``dtype`` of those with."""
    under = as_canvas(grey, name="grey")
    over = as_canvas(
        quantise(under.rgb, dtype) if scribbles is None else scribbles, name="scribbles"
    )
    if over.grey:
        raise InputError("scribbles have one channel; give RGB with colour drawn on the grey")
    if over.size != under.size:
        raise InputError(DIFFERENT_SIZES)
    if scribbles is None:
        return _Frame(under, over, np.zeros(under.size, bool))
    marked = _drawn(np.abs(over.rgb - under.rgb).sum(-1))
    return _Frame(under, over, marked if over.visible is None else marked & over.visible)


def _drawn(difference: np.ndarray) -> np.ndarray:
    """Where it is large enough to be drawn.

    What compression did to a file of scribbles is slight and in many places, strokes are neither.
    """
    marked = difference > MARKED
    large = difference > _SLIGHT
    slight = (difference > 0).mean() - large.mean()
    if slight <= max(_NOISY, 2 * large.mean()):
        return marked
    strokes = _inner(difference > MARKED_AMID_NOISE)
    return strokes if strokes.any() else marked


def _inner(strokes: np.ndarray) -> np.ndarray:
    """Strokes without their edges, whose colour the compression mixed with the grey beside them.

    Thin strokes stay as they are; specks are none.
    """
    core = ndimage.binary_erosion(strokes, np.ones((3, 3)), border_value=1)
    names, count = ndimage.label(strokes)
    thin = np.bincount(names.ravel(), minlength=count + 1) >= _SPECK
    thin[np.unique(names[core])] = False
    thin[0] = False
    return core | thin[names]
