"""All measures of a pair of pictures at once, and several edits side by side."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from ..errors import InputError
from ._chroma_noise import chroma_noise
from ._clipping import clipped_share, new_clipping
from ._color_error import color_difference, color_error
from ._color_likelihood import Prior, color_likelihood
from ._colorfulness import colorfulness
from ._contrast_structure import contrast_structure
from ._feature_distance import Extractor, relative_feature_distance
from ._halo import halo
from ._hue_deviation import hue_deviation
from ._lipschitz import lipschitz
from ._local_change import largest_local_change
from ._measured import measured_pair
from ._neutrals import black_point_error, black_point_lift, white_tint, white_tint_change
from ._sliced_wasserstein import multiscale_sliced_wasserstein
from ._subject_change import subject_change
from ._visible_difference import visible_difference

# Of an edited picture beside its original.
PAIR_MEASURES: dict[str, Callable[[Any, Any], float]] = {
    "contrast_structure": contrast_structure,
    "new_clipping": new_clipping,
    "black_point_error": black_point_error,
    "black_point_lift": black_point_lift,
    "white_tint": white_tint,
    "white_tint_change": white_tint_change,
    "chroma_noise": chroma_noise,
    "halo": halo,
    "largest_local_change": largest_local_change,
    "multiscale_sliced_wasserstein": multiscale_sliced_wasserstein,
    "hue_deviation": hue_deviation,
    "lipschitz": lipschitz,
    "subject_change": subject_change,
    "visible_difference": visible_difference,
}
# Of the edited picture alone.
IMAGE_MEASURES: dict[str, Callable[[Any], float]] = {
    "colorfulness": colorfulness,
    "clipped_share": clipped_share,
}
FEATURES = "feature_distance"  # followed by the extractor's name in brackets
HIGHER_IS_BETTER = frozenset({"contrast_structure", "color_likelihood"})
NEITHER_IS_BETTER = frozenset({"colorfulness", "black_point_lift", "visible_difference"})


def evaluate(
    original: Any,
    edited: Any,
    color: Any = None,
    *,
    extractors: Sequence[Extractor] | Mapping[str, Extractor] = (),
    prior: Prior | None = None,
) -> dict[str, float]:
    """Every measure of one edit.

    Parameters
    ----------
    original, edited
        Images of one size. The original against itself is a useful row of a table.
    color
        Target colour; None leaves ``color_error`` and ``color_difference`` out. A grey ``edited``
        is compared with the grey of the same luma.
    extractors
        Networks by which to measure the feature distance; their class names, or the keys of a
        mapping, tell them apart. Each adds ``feature_distance[name]``.
    prior
        Colour prior by which to measure ``color_likelihood``; None leaves it out.

    Returns
    -------
    dict
        From the measures' names to floats: see the functions of these names for formula, range
        and units. NaN where a picture has nothing of what a measure is about: near-black,
        near-white or chromatic pixels, two near colours, a subject.

    Raises
    ------
    InputError
        If the images, the colour or the extractors cannot be used.

    Examples
    --------
    >>> measures = evaluate(photo, photo // 2, "#406080")
    >>> round(measures["color_error"], 3), round(measures["colorfulness"], 3)
    (0.254, 0.134)
    """
    networks = _named(extractors)
    first, second = measured_pair(original, edited)
    values: dict[str, float] = {}
    if color is not None:
        values["color_error"] = color_error(second, color)
        values["color_difference"] = color_difference(second, color)
    for name, network in networks.items():
        values[f"{FEATURES}[{name}]"] = relative_feature_distance(first, second, network)
    if prior is not None:
        values["color_likelihood"] = color_likelihood(first, second, prior)
    values |= {name: measure(first, second) for name, measure in PAIR_MEASURES.items()}
    values |= {name: measure(second) for name, measure in IMAGE_MEASURES.items()}
    return values


def table(rows: Mapping[str, Mapping[str, float]]) -> str:
    """Results of `evaluate` as plain text: a line per measure, a column per edited picture.

    Parameters
    ----------
    rows
        From the name of an edit to its measures. Measures that an edit lacks, and NaN, are "-".

    Returns
    -------
    str
        Lines without a final newline; four digits; a last column says which way is better.

    Examples
    --------
    >>> print(table({"original": {"halo": 0.0}, "edited": {"halo": 0.25}}))
          original  edited  better
    halo         0    0.25   lower
    """
    names = list(dict.fromkeys(name for values in rows.values() for name in values))
    lines = [["", *rows, "better"]]
    for name in names:
        figures = [_figure(values.get(name, math.nan)) for values in rows.values()]
        lines.append([name, *figures, _better(name)])
    widths = [max(len(line[column]) for line in lines) for column in range(len(lines[0]))]
    return "\n".join(_aligned(line, widths) for line in lines)


def _named(extractors: Sequence[Extractor] | Mapping[str, Extractor]) -> dict[str, Extractor]:
    if isinstance(extractors, Mapping):
        return dict(extractors)
    named = {type(extractor).__name__: extractor for extractor in extractors}
    if len(named) < len(extractors):
        raise InputError("two extractors have one name; give a dict from names to extractors")
    return named


def _figure(value: float) -> str:
    return "-" if math.isnan(value) else f"{value:.4g}"


def _better(name: str) -> str:
    if name in NEITHER_IS_BETTER:
        return ""
    return "higher" if name in HIGHER_IS_BETTER else "lower"


def _aligned(cells: Sequence[str], widths: Sequence[int]) -> str:
    first, *figures = cells
    right = (text.rjust(width) for text, width in zip(figures, widths[1:], strict=True))
    return "  ".join([first.ljust(widths[0]), *right]).rstrip()
