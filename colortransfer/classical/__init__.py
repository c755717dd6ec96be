"""The published colour methods that this package's own are compared with; numpy and scipy only.

Colour transfer: `shift`, `reinhard`, `match_histograms`, `monge_kantorovich`, `mvgd`,
`distribution_transfer`, `zeng`. Colorization from scribbles: `levin`, `huang`, `yatziv_sapiro`,
whose conventions are those of `levin`.

What the transfers have in common:

image, reference
    Numpy arrays or eager tensors (H, W), (H, W, 1), (H, W, 3) or (H, W, 4), sRGB: uint8, uint16, or
    floats in [0, 1]. The two may differ in size, type and dtype. Neither is changed.
mask, reference_mask
    bool (H, W): where the image's and the reference's colours are measured; by default everywhere.
    Transparent pixels never count. The edit is applied to the whole image.
strength
    Between 0, which leaves the image as it is, and 1, the whole edit; colours are blended in sRGB.
Result
    The edited image, of the type, dtype and shape of ``image``, with its alpha and metadata. A grey
    image stays grey, and takes the luma of the edit. Values are clipped to [0, 1], and rounded to
    the levels of an integer image.
Errors
    `colortransfer.errors.InputError`, a ValueError, if an argument cannot be used.

Each of these functions returns the image alone. `fit` returns the edit as a value, to be applied to
other images, saved, or exported as a look-up table (`.cube`)::

    edit = classical.fit("reinhard", image, reference, space="lab")
    edit.transform.apply(other)
"""

from __future__ import annotations

from ._distribution_transfer import distribution_transfer
from ._edits import fit
from ._huang import huang
from ._levin import levin
from ._match_histograms import match_histograms
from ._monge_kantorovich import monge_kantorovich
from ._mvgd import mvgd
from ._reinhard import reinhard
from ._shift import shift
from ._yatziv_sapiro import yatziv_sapiro
from ._zeng import zeng

__all__ = [
    "distribution_transfer",
    "fit",
    "huang",
    "levin",
    "match_histograms",
    "monge_kantorovich",
    "mvgd",
    "reinhard",
    "shift",
    "yatziv_sapiro",
    "zeng",
]
