"""The project's own study: five methods on photographs of the user's, as a page for people.

    python -m benchmarks.study.project --out FOLDER [--photographs FOLDER] [--count 40]

Each photograph gets the colours of another one by Reinhard's method, and the mean colour that comes
of it is what the other four are asked for: so all five have the same exact mean, and the classical
method is as published. The reference is the first, in a seeded order, whose mean lies 0.05 to 0.25
from the photograph's; where there is none, the nearest that is farther. The protocol is in
docs/study. Writes FOLDER/pairs (original and results), going on where it was stopped, and
FOLDER/study, the page.
"""

from __future__ import annotations

import argparse
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from colortransfer import FeatureMatcher, classical, images, study
from colortransfer.core.folders import files_in
from colortransfer.feature_extractors import InceptionV1
from colortransfer.methods import Spec

from . import making

NEAR, FAR = 0.05, 0.25  # of the target from the photograph's mean
CLASSICAL = "reinhard"
METHODS: dict[str, Callable[[], Any]] = {
    "default": Spec("feature-matching").build,
    "shift": Spec("shift").build,
    "pretrained": Spec("gan").build,
    "paper": lambda: FeatureMatcher.paper(InceptionV1()),  # its network comes with the package
}


def loaded(path: Path, size: int) -> np.ndarray:
    """A photograph, reduced: uint8 (h, w, 3)."""
    picture = Image.fromarray(np.asarray(images.load(path))).convert("RGB")
    picture.thumbnail((size, size), Image.Resampling.BOX)
    return np.asarray(picture)


def reference_of(index: int, photographs: list[np.ndarray], seed: int) -> np.ndarray:
    """The photograph whose colours photograph ``index`` gets."""
    means = np.array([photo.mean((0, 1)) / 255 for photo in photographs])
    distances = np.linalg.norm(means - means[index], axis=1)
    order = np.random.default_rng([seed, index]).permutation(len(photographs))
    beyond = [other for other in order if distances[other] >= NEAR]
    if not beyond:
        raise SystemExit(f"no other photograph has a mean at least {NEAR} away; give more of them")
    near = [other for other in beyond if distances[other] <= FAR]
    return photographs[near[0] if near else min(beyond, key=lambda other: distances[other])]


def write_pair(folder: Path, photo: np.ndarray, reference: np.ndarray, built: Any) -> None:
    """The original and every result; what is there already stays, if it is of the same colour."""
    first = np.asarray(classical.fit(CLASSICAL, photo, reference).image)
    kept = folder / f"{CLASSICAL}.png"
    if kept.exists() and not np.array_equal(images.load(kept), first):
        shutil.rmtree(folder)
    folder.mkdir(parents=True, exist_ok=True)
    color = first.mean((0, 1)) / 255
    for name, picture in (("original", photo), (CLASSICAL, first)):
        images.save(folder / f"{name}.png", picture)
    for name, method in built.items():
        if not (path := folder / f"{name}.png").exists():
            images.save(path, method.fit(photo, tuple(color)).image)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--photographs", type=Path, help="(default: those of ../shared)")
    parser.add_argument("--count", type=int, default=40)
    parser.add_argument("--size", type=int, default=448, help="longest side in pixels")
    parser.add_argument("--each", type=int, default=60, help="pairs for an observer")
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    paths = [path for path, _ in making.photographs()]
    if options.photographs is not None:
        paths = files_in(options.photographs, {*images.SUFFIXES, *images.READ_ONLY})
    paths = paths[: options.count]
    photographs = [loaded(path, options.size) for path in paths]
    built = {name: build() for name, build in METHODS.items()}
    folders = []
    for index, (path, photo) in enumerate(zip(paths, photographs, strict=True)):
        folders.append(options.out / "pairs" / path.stem)
        write_pair(folders[-1], photo, reference_of(index, photographs, options.seed), built)
        print(f"{index + 1} of {len(paths)}: {path.name}", flush=True)
    compare = [("default", other) for other in ("shift", "pretrained", "paper", CLASSICAL)]
    count = study.make(
        folders,
        options.out / "study",
        compare=compare,
        each=options.each,
        size=options.size,
        seed=options.seed,
    )
    print(f"{options.out / 'study' / 'index.html'}: {count} pairs for each observer")


if __name__ == "__main__":
    main()
