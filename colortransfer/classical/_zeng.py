"""Colour style transfer by locally linear embedding of dominant colours (Zeng et al. 2011)."""

from __future__ import annotations

from typing import Any

import numpy as np
from scipy import ndimage, optimize

from .. import colors
from ..edit import Edit
from ..errors import InputError
from ..images import Canvas, as_canvas
from ._checks import check_count, check_positive, check_share
from ._dominant_colors import Palette, check_labels, dominant_colors, segment
from ._edits import gives_image

REGIONS = 4
NEIGHBORS = 3  # dominant colours that one is written as a combination of
SOFTNESS = 0.01  # of the borders of regions: deviation of their blur, in long sides


@gives_image
def zeng(
    image: Any,
    reference: Any,
    *,
    labels: Any = None,
    reference_labels: Any = None,
    dominant: int = 3,
    fidelity: float = 4.0,
    seed: int = 0,
    mask: Any = None,
    strength: float = 1.0,
) -> Edit:
    """Give the image the dominant colours of the reference, keeping how its own are related.

    Each region's dominant colours X are found by clustering in CIELAB, and each is written as a
    combination of its nearest others (locally linear embedding, weights W that sum to 1). They are
    matched one to one with the reference's dominant colours R, and moved to the Y that minimises::

        |(I - W) (Y - X)|^2 + fidelity |Y - R|^2

    so that colours that were mixtures of others stay so. Pixels move with the dominant colours of
    their region, each weighted by how near it is.

    Parameters
    ----------
    image
        Array or tensor (H, W), (H, W, 1), (H, W, 3) or (H, W, 4), sRGB: uint8, uint16, or floats in
        [0, 1]. It is not changed.
    mask
        bool (H, W): the pixels of the image whose colours are measured; None for all. Transparent
        pixels never count. The edit is applied to the whole image.
    strength
        Share of the edit, from 0, the image as it is, to 1; colours are blended in sRGB.
    reference
        An image, or a list of images of which that with the most similar dominant colours is used.
    labels, reference_labels
        Integers (H, W): the regions; by default four, clustered by colour and place. With a list of
        references ``reference_labels`` is a list as well.
    dominant
        Dominant colours of a region, at least 1.
    fidelity
        Positive: how strictly the reference's colours are taken, against the relations.
    seed
        Seed of the clustering, from 0. The same seed gives the same bytes.

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
    An edit with no transform (`fit` has None): it depends on the regions.

    After Zeng, Zhang, Lan, Pan, Lin, "Color style transfer by constraint locally linear
    embedding", ICIP 2011: the outline is the paper's (segmentation, dominant colours, embedding
    under constraints, library); matching, weights and constants are this implementation's.

    Examples
    --------
    >>> import numpy as np
    >>> from colortransfer import classical
    >>> photo = np.random.default_rng(0).random((20, 30, 3))
    >>> darker = classical.zeng(photo, photo**2)
    >>> bool(darker.mean() < photo.mean())
    True
    """
    strength = check_share(strength, "strength")
    dominant, seed = check_count(dominant, "dominant"), check_count(seed, "seed", 0)
    fidelity = check_positive(fidelity, "fidelity")
    canvas = as_canvas(image, mask=mask)
    regions = _regions(canvas, labels, seed, "image")
    source = dominant_colors(canvas, regions, dominant, seed)
    library = reference if isinstance(reference, (list, tuple)) else [reference]
    given = reference_labels if isinstance(reference, (list, tuple)) else [reference_labels]
    given = [None] * len(library) if given is None else given
    if not library or len(given) != len(library):
        raise InputError("give at least one reference, and labels for each or for none")
    palettes = [
        _palette(one, segments, dominant, seed)
        for one, segments in zip(library, given, strict=True)
    ]
    matches = [match(source, palette) for palette in palettes]
    best = min(range(len(matches)), key=lambda k: matches[k][1])
    moved = embed(source.lab, palettes[best].lab[matches[best][0]], fidelity)
    return Edit(_moved(canvas, regions, source, moved - source.lab, strength), None)


def _regions(canvas: Canvas, labels: Any, seed: int, name: str) -> np.ndarray:
    if labels is None:
        return segment(canvas, REGIONS, seed)
    return check_labels(labels, canvas.size, name)


def _palette(reference: Any, labels: Any, dominant: int, seed: int) -> Palette:
    canvas = as_canvas(reference, name="reference")
    return dominant_colors(canvas, _regions(canvas, labels, seed, "reference"), dominant, seed)


def match(source: Palette, target: Palette) -> tuple[np.ndarray, float]:
    """Which of the target's colours each of the source's becomes, and how far apart they are.

    One to one, of least total distance after both palettes are moved to mean 0 and scaled to
    deviation 1, or repeated when the target has fewer colours. The distance is that of the mean
    and of the matched colours, in CIELAB.
    """
    places = np.arange(len(source.lab)) if len(source.lab) > len(target.lab) else None
    columns = np.arange(len(target.lab))
    if places is not None:
        columns = np.resize(columns, len(places))
    first, second = _normalised(source), _normalised(target)[columns]
    apart = ((first[:, None] - second) ** 2).sum(-1)
    _, chosen = optimize.linear_sum_assignment(apart)
    matched = columns[chosen]
    distance = np.linalg.norm(source.lab - target.lab[matched], axis=1)
    return matched, float(distance @ source.share)


def _normalised(palette: Palette) -> np.ndarray:
    mean = palette.share @ palette.lab / palette.share.sum()
    spread = np.sqrt(palette.share @ ((palette.lab - mean) ** 2).sum(1) / palette.share.sum())
    return (palette.lab - mean) / max(float(spread), 1e-6)


def embed(lab: np.ndarray, goal: np.ndarray, fidelity: float) -> np.ndarray:
    """The colours (N, 3) near ``goal`` whose moves keep the local linear relations of ``lab``."""
    size = len(lab)
    relation = np.eye(size) - linear_relations(lab)
    system = relation.T @ relation + fidelity * np.eye(size)
    return lab + np.linalg.solve(system, fidelity * (goal - lab))


def linear_relations(lab: np.ndarray) -> np.ndarray:
    """W (N, N): each colour as a combination, of sum 1, of its nearest others (Roweis, Saul)."""
    size = len(lab)
    weights = np.zeros((size, size))
    if size == 1:
        return np.eye(1)
    for k in range(size):
        distance = np.linalg.norm(lab - lab[k], axis=1)
        distance[k] = np.inf
        near = np.argsort(distance, kind="stable")[: min(NEIGHBORS, size - 1)]
        spread = lab[near] - lab[k]
        gram = spread @ spread.T
        gram += np.eye(len(near)) * (1e-3 * np.trace(gram) + 1e-9)
        solution = np.linalg.solve(gram, np.ones(len(near)))
        weights[k, near] = solution / solution.sum()
    return weights


def _moved(
    canvas: Canvas, regions: np.ndarray, source: Palette, moves: np.ndarray, strength: float
) -> Any:
    """Every pixel moved by the moves (N, 3) of its region's dominant colours, in CIELAB."""
    lab = colors.srgb_to_lab(canvas.rgb.astype(np.float64))
    total, move = np.zeros(regions.shape), np.zeros(lab.shape)
    blur = SOFTNESS * max(regions.shape)
    for region in np.unique(source.region):
        inside = ndimage.gaussian_filter((regions == region).astype(np.float64), blur)
        for k in np.flatnonzero(source.region == region):
            apart = ((lab - source.lab[k]) ** 2).sum(-1)
            weight = (inside + 1e-9) / (apart + 25)  # 5 units apart are hardly told apart
            total += weight
            move += weight[..., None] * moves[k]
    if not moves.any():  # without the rounding of a way to CIELAB and back
        return canvas.restore(canvas.rgb)
    lab += move / total[..., None]
    moved = colors.lab_to_srgb(lab)
    return canvas.rebuild(lambda rows: moved[rows], strength=strength)
