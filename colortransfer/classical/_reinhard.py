"""Colour transfer by means and deviations (Reinhard, Ashikhmin, Gooch, Shirley 2001)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal

import numpy as np

from ..edit import Edit
from ..errors import InputError
from ..images import Canvas, as_canvas
from ..transforms import AffineTransform, PointwiseTransform, ReinhardTransform
from ..transforms.spaces import SPACES, Space
from ._checks import check_share
from ._edits import gives_image
from ._moments import Moments, moments

SpaceName = Literal["lalphabeta", "lab", "srgb"]


@gives_image
def reinhard(
    image: Any,
    reference: Any,
    *,
    space: SpaceName = "lalphabeta",
    swatches: Sequence[tuple[Any, Any]] | None = None,
    mask: Any = None,
    reference_mask: Any = None,
    strength: float = 1.0,
) -> Edit:
    """Give each channel of a decorrelated colour space the mean and deviation of the reference.

    ``y = (x - ms) * (dr / ds) + mr`` in every channel (the paper's equations 10 and 11), with the
    means m and the standard deviations d of source and reference.

    Parameters
    ----------
    image
        Array or tensor (H, W), (H, W, 1), (H, W, 3) or (H, W, 4), sRGB: uint8, uint16, or floats in
        [0, 1]. It is not changed.
    reference
        The image whose colours are taken, of the same kinds; size, type and dtype may differ.
    strength
        Share of the edit, from 0, the image as it is, to 1; colours are blended in sRGB.
    space
        "lalphabeta": Ruderman's space as in the paper; "lab": CIELAB, which most programs use
        under this name; "srgb": the values as they are.
    swatches
        Pairs of regions ``(in image, in reference)``, each bool (H, W), for pictures of several
        colour regions. Every pixel is moved by each pair's statistics, and the results are blended
        with weights inverse to the distance from the pair's mean in the image, in deviations.
    mask, reference_mask
        bool (H, W): the pixels of the image and of the reference whose colours are measured; None
        for all. Transparent pixels never count. The edit is applied to the whole image. With
        ``swatches`` both must be left out.

    Returns
    -------
    ndarray or tensor
        The edited image, of the type, dtype and shape of ``image``, with its alpha and metadata. A
        grey image stays grey, and takes the luma of the edit.

    Raises
    ------
    InputError
        If an argument cannot be used.

    Notes
    -----
    A channel that does not vary in the image (a flat picture, the two colour channels of a grey
    one) is moved to the reference's mean and stays flat.

    The transform of `fit` is an `AffineTransform` in "srgb" without swatches, otherwise a
    `ReinhardTransform`.

    Reference: Reinhard, Ashikhmin, Gooch, Shirley, "Color transfer between images", IEEE Computer
    Graphics and Applications 21(5), 2001.

    Examples
    --------
    >>> import numpy as np
    >>> from colortransfer import classical
    >>> photo = np.random.default_rng(0).random((20, 30, 3))
    >>> darker = classical.reinhard(photo, photo**2)
    >>> bool(darker.mean() < photo.mean())
    True
    """
    strength = check_share(strength, "strength")
    if space not in SPACES:
        raise InputError(f"unknown space {space!r}; use 'lalphabeta', 'lab' or 'srgb'")
    pairs = _statistics(image, reference, SPACES[space], swatches, mask, reference_mask)
    transform = _as_value(space, pairs)
    return Edit(transform.apply(image, strength), transform)


def _as_value(space: str, pairs: list[tuple[Moments, Moments]]) -> PointwiseTransform:
    """The map of every pair's moments, blended."""
    flat = SPACES[space].flat
    if all(source.agrees(target) for source, target in pairs):
        return AffineTransform(np.eye(3), np.zeros(3))  # without the rounding of logarithms
    gain, offset = (
        np.array(x) for x in zip(*(gain_and_offset(*p, flat) for p in pairs), strict=True)
    )
    if space == "srgb" and len(pairs) == 1:
        return AffineTransform(np.diag(gain[0]), offset[0])
    mean = np.array([source.mean for source, _ in pairs])
    deviation = np.array([np.maximum(source.deviation, flat) for source, _ in pairs])
    return ReinhardTransform(space, gain, offset, mean, deviation, np.zeros(3))


def _statistics(
    image: Any,
    reference: Any,
    space: Space,
    swatches: Sequence[tuple[Any, Any]] | None,
    mask: Any,
    reference_mask: Any,
) -> list[tuple[Moments, Moments]]:
    """Moments of every pair of regions, in ``space``."""
    if swatches is None:
        pairs = [(mask, reference_mask)]
    elif mask is not None or reference_mask is not None:
        raise InputError("swatches say where statistics are taken; leave out the masks")
    else:
        pairs = list(swatches)
        if not pairs or any(not isinstance(p, (tuple, list)) or len(p) != 2 for p in pairs):
            raise InputError("swatches are pairs of masks: [(in image, in reference), ...]")

    def measure(canvas: Canvas) -> Moments:
        return moments(canvas, space.forward, precise=space.precise).turned(space.axes)

    return [
        (
            measure(as_canvas(image, mask=here)),
            measure(as_canvas(reference, mask=there, name="reference")),
        )
        for here, there in pairs
    ]


def gain_and_offset(source: Moments, target: Moments, flat: float) -> tuple[np.ndarray, np.ndarray]:
    """Gain and offset (3,) of each channel; deviations below ``flat`` count as none."""
    varies = source.deviation > flat
    gain = np.where(varies, target.deviation / np.where(varies, source.deviation, 1), 1.0)
    return gain, target.mean - gain * source.mean
