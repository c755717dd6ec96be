"""Types that say shapes: what callers may give, and the arrays and tensors inside.

Letters are sizes: where one function names a size twice, the two are equal. The tests check every
call of the annotated functions (see tests/conftest.py); outside of them nothing is checked, and
nothing takes time. What callers give is checked by the library itself, whose errors name the
remedy.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from jaxtyping import Bool, Float

if TYPE_CHECKING:
    import tensorflow as tf

    # (H, W), (H, W, 1), (H, W, 3) or (H, W, 4), sRGB: uint8, uint16, or floats in [0, 1].
    ImageLike = np.ndarray | tf.Tensor
    # "#5b86b4", "teal", "rgb(91 134 180)", or three floats in [0, 1], sRGB.
    ColorLike = str | Sequence[float] | np.ndarray
    Values = np.ndarray
else:
    ImageLike = ColorLike = Any
    # Arithmetic makes a number of an array without axes.
    Values = Float[np.ndarray, "*shape"] | np.floating

# Arrays of numpy.
Mask = Bool[np.ndarray, "*mask"]
Colors = Float[np.ndarray, "*shape 3"]
Color = Float[np.ndarray, "3"]
ColorList = Float[np.ndarray, "n 3"]
Centres = Float[np.ndarray, "k 3"]  # of clusters of colours
Pixels = Float[np.ndarray, "h w 3"]
PixelWeights = Float[np.ndarray, "h w"] | Bool[np.ndarray, "h w"]
Planes = Float[np.ndarray, "3 n"]
Shares = Float[Any, "k h w"]
Taps = Float[np.ndarray, "taps"]

# Tensors, or arrays in their place: TensorFlow stays unimported where only numpy is needed.
Scalar = Float[Any, ""]
Vector = Float[Any, "k"]
ColorTensor = Float[Any, "3"]
Shifts = Float[Any, "*places 3"]
ImageTensor = Float[Any, "h w 3"]
MapTensor = Float[Any, "h w c"]
TensorWeights = Float[Any, "#h #w 1"]

# Batches of them. A size after # may be 1: the same for all.
Images = Float[Any, "n h w 3"]
ImageColors = Float[Any, "n 3"]
ImageWeights = Float[Any, "n h w 1"]
Maps = Float[Any, "n h w c"]
ReducedMaps = Float[Any, "n _ _ c"]

# Edits of images.
Matrices = Float[Any, "#n 3 3"]
Offsets = Float[Any, "#n 3"]
Curves = Float[Any, "3 points"]
Grids = Float[Any, "*n rows columns depth 3 4"]
Residuals = Float[Any, "#n _ _ 3"]
Table = Float[Any, "size size size 3"]
