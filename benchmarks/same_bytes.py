"""SHA-256 of what every method returns: ``python -m benchmarks.same_bytes [--record]``.

A change of the structure must not change results. Recorded on one machine, compared there: other
processors round differently in the last bit.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import sys
from collections.abc import Iterator
from typing import Any

import numpy as np
from PIL import Image

from colortransfer import ColorGAN, FeatureMatcher, classical
from colortransfer.feature_extractors import InceptionV1
from colortransfer.optimizers import Adam

from .common import RESULTS, photographs, seeded_targets

PHOTOGRAPHS = (3, 11, 22, 29)
FILE = RESULTS / "same_bytes.json"
BY_REFERENCE = (
    "reinhard",
    "match_histograms",
    "monge_kantorovich",
    "mvgd",
    "distribution_transfer",
    "zeng",
)


def reduced(index: int, size: int) -> np.ndarray:
    """Photograph ``index`` with its longest side reduced to ``size``, uint8."""
    picture = Image.open(photographs()[index]).convert("RGB")
    picture.thumbnail((size, size), Image.Resampling.BOX)
    return np.asarray(picture)


def results() -> Iterator[tuple[str, Any]]:
    """Every result, with a name."""
    # 0.1's default keeps its bytes under this name.
    matcher = getattr(FeatureMatcher, "v01", FeatureMatcher)()
    extractor = InceptionV1(layers=("mixed3a",))
    paper = FeatureMatcher.paper(extractor, optimizer=Adam(steps=10, learning_rate=0.003))
    gan = ColorGAN.pretrained()
    for index in PHOTOGRAPHS:
        for dtype in ("uint8", "float32"):
            image, small = reduced(index, 360), reduced(index, 128)
            reference = reduced((index + 5) % 32, 360)
            target = seeded_targets(index, image.mean((0, 1)) / 255, 1)[0]
            color = tuple(float(x) for x in target)
            if dtype == "float32":
                image, small, reference = (
                    (x / np.float32(255)).astype(np.float32) for x in (image, small, reference)
                )
            name = f"{photographs()[index].stem}/{dtype}"
            yield f"{name}/default", matcher.transfer(image, color)
            yield f"{name}/paper", paper.transfer(small, color)
            yield f"{name}/gan", gan.transfer(image, color)
            for space in ("srgb", "linear", "lab", "oklab"):
                yield f"{name}/shift_{space}", classical.shift(image, color, space=space)
            for method in BY_REFERENCE:
                yield f"{name}/{method}", getattr(classical, method)(image, reference)
            grey = np.repeat(small[..., 1:2], 3, -1)
            marks = grey.copy()
            marks[5:20, 5:20], marks[-20:-5, -20:-5] = small[5:20, 5:20], small[-20:-5, -20:-5]
            for method in ("levin", "huang", "yatziv_sapiro"):
                yield f"{name}/{method}", getattr(classical, method)(grey, marks)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--record", action="store_true", help="keep the hashes instead")
    record = parser.parse_args().record
    found = {n: hashlib.sha256(np.ascontiguousarray(x)).hexdigest() for n, x in results()}
    if record:
        FILE.parent.mkdir(exist_ok=True)
        FILE.write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")
        return
    expected = json.loads(FILE.read_text(encoding="utf-8"))
    changed = [name for name in expected if found.get(name) != expected[name]]
    print(f"{len(expected) - len(changed)} of {len(expected)} results have the same bytes")
    if changed:
        sys.exit("changed: " + ", ".join(changed))


if __name__ == "__main__":
    main()
