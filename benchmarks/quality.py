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
import dataclasses
import time
from collections.abc import Callable
from typing import Any

import numpy as np
from PIL import Image

from colortransfer import evaluation
from colortransfer.color_prior import ColorPrior
from colortransfer.defaults import content, default_losses
from colortransfer.feature_extractors import Ensemble, FeatureExtractor, InceptionV1, PlainNet
from colortransfer.losses import Loss
from colortransfer.methods import METHODS, Method, Spec
from colortransfer.optimizers import LBFGS
from colortransfer.parametrizations import Affine, BilateralGrid

from . import candidates, common

GOOGLENET = common.WEIGHTS / "googlenet_bvlc.npz"
EVERY_INCEPTION = ("conv1", "conv2", "mixed3a", "mixed3b")
ABSOLUTE = (
    "contrast_structure",
    "color_error",
    "color_likelihood",
    "lipschitz",
    "subject_change",
    "seen_from_shift",
)  # reported as they are, not as ratios


def network(kind: type[FeatureExtractor], **options: Any) -> FeatureExtractor:
    """This one of the default's networks, seen as the default sees it."""
    (own,) = (part for part in content().extractor.extractors if isinstance(part, kind))
    return kind(layers=own.layers, **options)


def bundled(**options: Any) -> Ensemble:
    """Both of the default's networks, with options of theirs."""
    return Ensemble([network(kind, **options) for kind in (PlainNet, InceptionV1)])


def matcher(**options: Callable[[], Any]) -> Callable[[], Method]:
    """Feature matching with these options, each made when the method is."""

    def build() -> Method:
        return METHODS["feature-matching"](**{key: make() for key, make in options.items()})

    return build


def without(name: str) -> Callable[[], Method]:
    """The default without one term of its loss."""
    return matcher(losses=lambda: default_losses().without(name))


def seen_by(extractor: Callable[[], Any]) -> Callable[[], Method]:
    """The default with another network in its content term."""

    def losses() -> Loss:
        features = default_losses().terms[0]
        other = dataclasses.replace(features.loss, extractor=extractor())
        return features.weight * other + default_losses().without("features")

    return matcher(losses=losses)


COMPARED: dict[str, Callable[[], Method]] = {
    **candidates.NAMED,
    # Ablations: the default with one thing changed.
    **{f"without_{name}": without(name) for name in default_losses().names},
    "plain_alone": seen_by(lambda: network(PlainNet)),
    "inception_alone": seen_by(lambda: network(InceptionV1)),
    "affine": matcher(parametrization=Affine),
    "grid": matcher(parametrization=BilateralGrid),
    "steps_30": matcher(optimizer=lambda: LBFGS(steps=30)),
    "working_size_320": Spec("feature-matching", {"working_size": 320}).build,
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
    parser.add_argument("--record", help="name of the record (default: that of the subset)")
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
    figures: dict[str, Any] = {"settings": settings, "ratios": summaries, "rows": rows}
    if arguments.subset == "all":  # the photographs on which nothing was tuned, from the same run
        held = [i for i in range(len(chosen)) if i // arguments.count % 2]
        few = {name: [rows[name][i] for i in held] for name in rows}
        figures["held_out"] = {n: compare(few[n], few["mean_shift"], list(judges)) for n in names}
    name = arguments.record or arguments.subset
    common.record(f"quality_{name}_{arguments.size or 'full'}", figures)


if __name__ == "__main__":
    main()
