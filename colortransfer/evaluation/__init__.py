"""Judging edits: measures, tables and contact sheets.

Measures take any image that the library takes (original first, all of one size) and return a
float; each docstring has formula, source, range and units. Only those that look through a network
import TensorFlow.
"""

from __future__ import annotations

from ._chroma_noise import chroma_noise
from ._ciede2000 import ciede2000
from ._clipping import clipped_share, new_clipping
from ._color_error import color_difference, color_error
from ._color_likelihood import color_likelihood
from ._colorfulness import colorfulness
from ._contrast_structure import contrast_structure
from ._feature_distance import relative_feature_distance
from ._flicker import flicker
from ._halo import halo
from ._hue_deviation import hue_deviation
from ._kid import Estimate, kernel_inception_distance, pooled_features
from ._lipschitz import lipschitz, table_lipschitz
from ._local_change import largest_local_change
from ._measured import Measured, measured
from ._neutrals import black_point_error, black_point_lift, white_tint, white_tint_change
from ._report import evaluate, table
from ._sheet import contact_sheet
from ._sliced_wasserstein import multiscale_sliced_wasserstein, sliced_wasserstein
from ._subject_change import subject_change
from ._visible_difference import visible_difference

__all__ = [
    "Estimate",
    "Measured",
    "black_point_error",
    "black_point_lift",
    "chroma_noise",
    "ciede2000",
    "clipped_share",
    "color_difference",
    "color_error",
    "color_likelihood",
    "colorfulness",
    "contact_sheet",
    "contrast_structure",
    "evaluate",
    "flicker",
    "halo",
    "hue_deviation",
    "kernel_inception_distance",
    "largest_local_change",
    "lipschitz",
    "measured",
    "multiscale_sliced_wasserstein",
    "new_clipping",
    "pooled_features",
    "relative_feature_distance",
    "sliced_wasserstein",
    "subject_change",
    "table",
    "table_lipschitz",
    "visible_difference",
    "white_tint",
    "white_tint_change",
]
