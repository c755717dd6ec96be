"""Edits of colours in TensorFlow: batched, differentiable, on whichever device the tensors are.

One renderer for each kind of transform. Parametrizations and generators draw with them, and so does
``Transform.apply`` on tensors; the transforms' own numpy is the reference that they are tested
against. Images are float32 tensors (N, H, W, 3), sRGB in [0, 1]; what is drawn may leave the range.
"""

from .adjustment import render_adjustment
from .affine import render_affine
from .curves import render_curves
from .detail import detail_bands, detail_change, fine, render_detail
from .exact import reach_colors
from .grids import grid_basis, luma_tents, render_basis, render_grids
from .held import hold_statistic
from .luma import at_luma, chroma_scale, luma_of
from .masked import render_masked
from .palette import render_palette
from .reinhard import render_reinhard
from .residuals import render_residuals
from .shaped import render_shaped
from .shift import render_shift
from .tables import render_tables, table_corners, weigh_corners
from .tensors import apply_to_tensor

__all__ = [
    "apply_to_tensor",
    "at_luma",
    "chroma_scale",
    "detail_bands",
    "detail_change",
    "fine",
    "grid_basis",
    "hold_statistic",
    "luma_of",
    "luma_tents",
    "reach_colors",
    "render_adjustment",
    "render_affine",
    "render_basis",
    "render_curves",
    "render_detail",
    "render_grids",
    "render_masked",
    "render_palette",
    "render_reinhard",
    "render_residuals",
    "render_shaped",
    "render_shift",
    "render_tables",
    "table_corners",
    "weigh_corners",
]
