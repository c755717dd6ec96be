"""Content and naturalness: methods x photographs x targets, as ratios to the mean shift.

    python -m benchmarks.quality [--subset tuned|held_out|all] [--size 384] [--sheets]
                                 [--methods default,midtone,...]

For every pair of photograph and target: the relative feature distance under each judge, and the
measures of ``colortransfer.evaluation``. Prints, for each method, the ratio of means over the pairs
to the exact mean shift's, and for the judges the share of pairs below it. Where COLORTRANSFER_PRIOR
is a file that ``colortransfer train-prior`` made, the likelihood of colours is measured under it.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable
from typing import Any

import numpy as np
from PIL import Image

from colortransfer import evaluation
from colortransfer.color_prior import ColorPrior
from colortransfer.feature_extractors import Ensemble, InceptionV1, PlainNet
from colortransfer.feature_extractors.base import Precision
from colortransfer.losses import ChangeLoss, FeatureMatchingLoss, Loss, NeutralsLoss
from colortransfer.methods import METHODS, Method, Spec
from colortransfer.optimizers import LBFGS, Adam
from colortransfer.parametrizations import Affine, BilateralGrid

from . import candidates, common

GOOGLENET = common.WEIGHTS / "googlenet_bvlc.npz"
PLAIN = ("conv1_2", "conv2_2", "conv4_2")
INCEPTION = ("mixed3a", "mixed3b")
CHANGE, NEUTRALS = 1.0 * ChangeLoss(), 0.2 * NeutralsLoss()
EVERY_PLAIN = ("conv1_2", "conv2_2", "conv3_3", "conv4_2")
EVERY_INCEPTION = ("conv1", "conv2", "mixed3a", "mixed3b")
ABSOLUTE = (
    "contrast_structure",
    "color_error",
    "color_likelihood",
    "lipschitz",
    "subject_change",
    "seen_from_shift",
)  # reported as they are, not as ratios


def matcher(**options: Callable[[], Any]) -> Callable[[], Method]:
    """Feature matching with these options, each made when the method is."""

    def build() -> Method:
        return METHODS["feature-matching"](**{key: make() for key, make in options.items()})

    return build


def features(**options: Any) -> Loss:
    """The content term of the default, with another extractor or other options."""
    extractor = options.pop("extractor", None) or bundled()
    settings = {"octaves": 1, "normalisation": "shift", **options}
    return FeatureMatchingLoss(extractor, **settings)


def bundled(
    plain: tuple[str, ...] = PLAIN,
    inception: tuple[str, ...] = INCEPTION,
    precision: Precision = "float32",
) -> Ensemble:
    """Both bundled networks, by default as the default asks them."""
    return Ensemble(
        [
            PlainNet(layers=plain, precision=precision),
            InceptionV1(layers=inception, precision=precision),
        ]
    )


def default(**options: Any) -> Loss:
    """The default loss with another content term."""
    return features(**options) + CHANGE + NEUTRALS


COMPARED: dict[str, Callable[[], Method]] = {
    **candidates.NAMED,
    # Ablations: the default with one thing changed.
    "plain_alone": matcher(losses=lambda: default(extractor=PlainNet(layers=PLAIN))),
    "inception_alone": matcher(losses=lambda: default(extractor=InceptionV1(layers=INCEPTION))),
    "googlenet": matcher(losses=lambda: default(extractor=InceptionV1(GOOGLENET))),
    "every_layer": matcher(
        losses=lambda: default(extractor=bundled(EVERY_PLAIN, EVERY_INCEPTION)),
    ),
    "late_layers": matcher(losses=lambda: default(extractor=bundled(PLAIN[2:]))),
    "two_octaves": matcher(losses=lambda: default(octaves=2)),
    "without_neutrals": matcher(losses=lambda: features() + CHANGE),
    "neutrals_x3": matcher(losses=lambda: default() + 2.0 * NEUTRALS),
    "without_change": matcher(losses=lambda: features() + NEUTRALS),
    "plain_change": matcher(
        losses=lambda: features() + NEUTRALS + 0.5 * ChangeLoss(pivot=None),
    ),
    "change_x2": matcher(losses=lambda: default() + CHANGE),
    "not_in_shift_units": matcher(losses=lambda: default(normalisation="relative")),
    "affine": matcher(parametrization=Affine),
    "grid_4": matcher(parametrization=lambda: BilateralGrid(rows=4, columns=4, depth=4)),
    "grid_16": matcher(parametrization=lambda: BilateralGrid(rows=16, columns=16, depth=8)),
    "smoothness_30": matcher(parametrization=lambda: BilateralGrid(smoothness=30.0)),
    "smoothness_120": matcher(parametrization=lambda: BilateralGrid(smoothness=120.0)),
    "depth_smoothness_3": matcher(parametrization=lambda: BilateralGrid(depth_smoothness=3.0)),
    "adam_60": matcher(optimizer=lambda: Adam(steps=60, learning_rate=0.02, final=0.1)),
    "steps_8": matcher(optimizer=lambda: LBFGS(steps=8)),
    "steps_30": matcher(optimizer=lambda: LBFGS(steps=30)),
    "working_size_384": Spec("feature-matching", {"working_size": 384}).build,
    "working_size_256": Spec("feature-matching", {"working_size": 256}).build,
}


def measure(
    pair: common.Pair,
    edited: np.ndarray,
    shifted: np.ndarray,
    judges: dict[str, Any],
    prior: ColorPrior | None,
) -> dict[str, float]:
    """Everything about one edit, judged after rounding to 8 bits.

    ``seen_from_shift`` is the CIEDE2000 by which it can be told from the mean shift.
    """
    rounded = np.rint(edited * 255).astype(np.float32) / 255
    values = evaluation.evaluate(
        pair.image, rounded, tuple(pair.color), extractors=judges, prior=prior
    )
    values["seen_from_shift"] = evaluation.visible_difference(shifted, rounded)
    return {key.removeprefix("feature_distance[").rstrip("]"): v for key, v in values.items()}


def compare(
    rows: list[dict[str, float]], baseline: list[dict[str, float]], judges: list[str]
) -> dict[str, Any]:
    """Ratios of means to the baseline's over the pairs on which both are defined."""
    summary: dict[str, Any] = {}
    for key in rows[0]:
        ours = np.array([row[key] for row in rows])
        theirs = np.array([row[key] for row in baseline])
        both = np.isfinite(ours) & np.isfinite(theirs)
        if not both.any():
            continue
        mean = ours[both].mean()
        summary[key] = mean if key in ABSOLUTE else mean / max(theirs[both].mean(), 1e-12)
        if key in judges:
            summary[f"{key}_share_below"] = float((ours < theirs).mean())
        if key == "color_likelihood":  # a logarithm, so that differences count
            summary[f"{key}_gain"] = float((ours - theirs)[both].mean())
            summary[f"{key}_share_above"] = float((ours > theirs)[both].mean())
        if key == "color_error":
            summary["color_error_largest"] = float(ours.max())
        if key == "lipschitz":
            summary["lipschitz_largest"] = float(np.nanmax(ours))
        if key == "largest_local_change":
            summary[f"{key}_largest_ratio"] = float((ours[both] / theirs[both]).max())
    return summary


def sheets(name: str, results: list[tuple[common.Pair, np.ndarray, np.ndarray]]) -> None:
    """Contact sheets of 4 pairs each: original, mean shift, method."""
    folder = common.RESULTS / "sheets"
    folder.mkdir(parents=True, exist_ok=True)
    for start in range(0, len(results), 4):
        images, titles = [], []
        for pair, shifted, edited in results[start : start + 4]:
            images += [pair.image, shifted, edited]
            titles += [pair.name, "mean shift", name]
        sheet = evaluation.contact_sheet(images, titles, columns=3, width=512)
        Image.fromarray(sheet).save(folder / f"{name}_{start // 4:02d}.jpg", quality=92)


def worst(
    results: list[tuple[common.Pair, np.ndarray, np.ndarray]],
    rows: list[dict[str, float]],
    baseline: list[dict[str, float]],
    count: int = 5,
) -> dict[str, float]:
    """The pairs with which SqueezeNet is least content, and a sheet of them for the docs."""
    pairs = zip(rows, baseline, strict=True)
    ratios = np.array([row["squeezenet"] / before["squeezenet"] for row, before in pairs])
    chosen = np.argsort(-ratios)[:count]
    images = [image for i in chosen for image in (results[i][0].image, *results[i][1:])]
    titles = [t for i in chosen for t in (results[i][0].name, "mean shift", f"{ratios[i]:.2f}")]
    sheet = evaluation.contact_sheet(images, titles, columns=3, width=384)
    Image.fromarray(sheet).save(common.RESULTS / "worst.jpg", quality=92)
    return {results[i][0].name: float(ratios[i]) for i in chosen}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--subset", choices=common.SUBSETS, default="all")
    parser.add_argument("--size", type=int, default=384, help="longest side; 0: as they are")
    parser.add_argument("--count", type=int, default=3, help="targets for each photograph")
    parser.add_argument("--methods", default="midtone,v01,default", help="names, or 'all'")
    parser.add_argument("--sheets", action="store_true", help="write contact sheets")
    arguments = parser.parse_args()
    names = list(COMPARED) if arguments.methods == "all" else arguments.methods.split(",")
    names = [name for name in names if name != "mean_shift"]
    common.RESULTS.mkdir(exist_ok=True)
    judges, prior = common.judges(), common.judging_prior()
    chosen = list(common.pairs(arguments.subset, arguments.size or None, arguments.count))
    shifts = [common.mean_shift(pair.image, pair.color) for pair in chosen]
    baseline = [measure(p, s, s, judges, prior) for p, s in zip(chosen, shifts, strict=True)]
    summaries, rows = {}, {"mean_shift": baseline}
    for name in names:
        method = COMPARED[name]()
        began = time.perf_counter()
        edits = [common.edited(method, pair.image, pair.color) for pair in chosen]
        seconds = (time.perf_counter() - began) / len(chosen)
        rows[name] = [
            measure(p, e, s, judges, prior) for p, e, s in zip(chosen, edits, shifts, strict=True)
        ]
        summaries[name] = compare(rows[name], baseline, list(judges)) | {"seconds": seconds}
        print(name, {k: round(float(v), 3) for k, v in summaries[name].items()}, flush=True)
        results = list(zip(chosen, shifts, edits, strict=True))
        if arguments.sheets:
            sheets(name, results)
        if arguments.sheets and name == "default":
            summaries[name]["worst"] = worst(results, rows[name], baseline)
    settings = vars(arguments) | {"pairs": [pair.name for pair in chosen]}
    label = arguments.size or "full"
    common.record(
        f"quality_{arguments.subset}_{label}",
        {"settings": settings, "ratios": summaries, "rows": rows},
    )
    if arguments.subset == "all":  # the photographs on which nothing was tuned, from the same run
        held = [i for i in range(len(chosen)) if i // arguments.count % 2]
        few = {name: [rows[name][i] for i in held] for name in rows}
        ratios = {name: compare(few[name], few["mean_shift"], list(judges)) for name in names}
        common.record(f"quality_held_out_{label}", {"settings": settings, "ratios": ratios})


if __name__ == "__main__":
    main()
