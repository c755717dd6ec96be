"""Every table of figures, from ``benchmarks/results/*.json``.

Tables without a record stay as they are. Methods that were not run have no row.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from . import DOCS, RESULTS, TABLES, gan_tables

# The benchmark's name of a method -> what it is, in the order of the table.
ABLATIONS = {
    "default": "**the default**",
    "v01": "0.1's default",
    "midtone": "no network: mid-tone weighted shift",
    "without_features": "without `FeatureMatchingLoss`",
    "without_tone": "without `ToneLoss`",
    "without_neutrals": "without `NeutralsLoss`",
    "without_color_prior": "without `ColorPriorLoss`",
    "without_memory_colors": "without `MemoryColorsLoss`",
    "without_excess": "without `ExcessLoss`",
    "without_evenness": "without `EvennessLoss`",
    "without_grain": "without `GrainLoss`",
    "without_clipping": "without `ClippingLoss`",
    "plain_alone": "PlainNet alone",
    "inception_alone": "Inception-v1 alone",
    "affine": "one affine map",
    "grid": "0.1's bilateral grid",
    "steps_30": "L-BFGS, 30 evaluations",
    "working_size_320": "working size 320",
}
# Title -> key of the figure, key of the one in brackets.
COLUMNS = {
    "GoogLeNet": ("googlenet", "googlenet_share_below"),
    "Inception-v3": ("inception_v3", "inception_v3_share_below"),
    "SqueezeNet": ("squeezenet", "squeezenet_share_below"),
    "white tint": ("white_tint", None),
    "black point": ("black_point_error", None),
    "clipping": ("new_clipping", None),
    "colourfulness": ("colorfulness", None),
    "chroma noise": ("chroma_noise", None),
    "local change": ("largest_local_change", "largest_local_change_largest_ratio"),
    "hue": ("hue_deviation", None),
    "Lipschitz": ("lipschitz", "lipschitz_largest"),
    "subject": ("subject_change", None),
    "seen from the shift": ("seen_from_shift", None),
    "contrast-structure": ("contrast_structure", None),
}
# File -> records, methods.
QUALITY = {
    "defaults": (("terms", "parts"), tuple(ABLATIONS)),
    "all": (("default", "v01"), ("default", "v01", "midtone")),
}


def table(ratios: Mapping[str, Mapping[str, float]], methods: tuple[str, ...]) -> str:
    """A line per method, a column per figure."""
    lines = [["changed", *COLUMNS], ["---"] * (1 + len(COLUMNS))]
    for method in methods:
        if method not in ratios:
            continue
        cells = [cell(ratios[method], *keys) for keys in COLUMNS.values()]
        lines.append([ABLATIONS[method], *cells])
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)


def cell(figures: Mapping[str, float], key: str, bracket: str | None) -> str:
    """A figure, and the one in brackets."""
    if key not in figures:
        return "-"
    text = f"{figures[key]:.3f}" if key == "contrast_structure" else f"{figures[key]:.2f}"
    return text if bracket is None or bracket not in figures else f"{text} [{figures[bracket]:.2f}]"


def gallery(figures: Mapping[str, Mapping[str, float]]) -> str:
    """A line per method, a column per measure; three digits."""
    measures = list(next(iter(figures.values())))
    titles = [name if "," in name else f"`{name}`" for name in measures]
    lines = [["", *titles], ["---"] * (1 + len(titles))]
    lines += [[title, *(f"{row[m]:.3g}" for m in measures)] for title, row in figures.items()]
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)


def made() -> dict[Path, str]:
    """What the files with tables have to hold, for all whose records exist."""
    found = {}
    for name, (records, methods) in QUALITY.items():
        sources = [RESULTS / f"quality_{record}_384.json" for record in records]
        if all(source.exists() for source in sources):
            ratios: dict[str, Any] = {}
            for source in sources:
                ratios |= json.loads(source.read_text("utf-8"))["ratios"]
            found[TABLES / f"{name}.md"] = table(ratios, methods)
    for source in sorted(RESULTS.glob("gallery_*.json")):
        figures = json.loads(source.read_text("utf-8"))["figures"]
        found[TABLES / f"{source.stem}.md"] = gallery(figures)
    page = DOCS / "gan.md"
    found[page] = gan_tables.with_tables(page.read_text("utf-8"))
    return found


def main() -> None:
    for path, text in made().items():
        path.write_text(text, encoding="utf-8")
        print(path.relative_to(DOCS.parent))
