"""What the benchmarks share: photographs, seeded targets, judges, the record of a run."""

from __future__ import annotations

import argparse
import contextlib
import importlib.util
import json
import multiprocessing
import os
import platform
import re
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping
from importlib import metadata
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from PIL import Image

from colortransfer.methods import Method, Spec

if TYPE_CHECKING:
    from colortransfer.color_prior import ColorPrior

ROOT = Path(__file__).resolve().parents[1]
SHARED = ROOT.parent / "shared"
RESULTS = ROOT / "benchmarks" / "results"
WEIGHTS = SHARED / "weights"
JUDGES_VARIABLE = "COLORTRANSFER_JUDGES"

# Layers by which a judge measures. None takes part in a fit by default; GoogLeNet and Inception-v3
# were teachers of the bundled network, SqueezeNet took part in nothing.
JUDGES = {
    "googlenet": ("googlenet_bvlc", ["inception_3a/output", "inception_3b/output"]),
    "inception_v3": ("inception_v3_2015_to_mixed3", ["mixed_3"]),
    "squeezenet": ("squeezenet", ["fire2/concat", "fire4/concat", "fire6/concat", "fire8/concat"]),
}
SUBSETS = {"tuned": slice(0, None, 2), "held_out": slice(1, None, 2), "all": slice(None)}


class Pair(NamedTuple):
    """A photograph (H, W, 3), float32, and a target colour for it."""

    name: str
    image: np.ndarray
    color: np.ndarray


def photographs() -> list[Path]:
    """The benchmark set, in sorted order."""
    found = sorted((SHARED / "data" / "photos").glob("*.png"))
    if not found:
        sys.exit("benchmarks need ../shared/data/photos beside the project")
    return found


def seeded_targets(index: int, mean: np.ndarray, count: int = 3) -> list[np.ndarray]:
    """Targets for photograph ``index``, 0.05 to 0.25 from its mean, within [0.15, 0.85]."""
    rng = np.random.default_rng(index)
    targets: list[np.ndarray] = []
    while len(targets) < count:
        direction = rng.normal(size=3)
        target = mean + direction / np.linalg.norm(direction) * rng.uniform(0.05, 0.25)
        if target.min() >= 0.15 and target.max() <= 0.85:
            targets.append(target)
    return targets


def pairs(subset: str = "all", size: int | None = None, count: int = 3) -> Iterator[Pair]:
    """Photographs of the subset, reduced to ``size`` pixels, with ``count`` targets each."""
    for index, path in list(enumerate(photographs()))[SUBSETS[subset]]:
        picture = Image.open(path).convert("RGB")
        mean = np.asarray(picture, np.float64).mean((0, 1)) / 255
        if size and max(picture.size) > size:
            scale = size / max(picture.size)
            sides = [round(side * scale) for side in picture.size]
            picture = picture.resize((sides[0], sides[1]), Image.Resampling.BOX)
        image = np.asarray(picture, np.float32) / 255
        for number, color in enumerate(seeded_targets(index, mean, count)):
            yield Pair(f"{path.stem}_{number}", image, color)


def mean_shift(image: np.ndarray, color: np.ndarray) -> np.ndarray:
    """The baseline: the additive shift after which the clipped image has exactly this mean."""
    return edited(Spec("shift").build(), image, color)


def edited(method: Method, image: np.ndarray, color: np.ndarray) -> np.ndarray:
    """The image with this mean colour (3,), by a method that takes one."""
    return method.fit(image, tuple(color)).image


def reference_networks() -> Any:
    """The module ../shared/weights/reference_networks.py."""
    return module_at(WEIGHTS / "reference_networks.py")


def judges() -> dict[str, Callable[[Any], Any]]:
    """The judging networks: from images (1, H, W, 3) to features by layer.

    Those of ../shared, and what the function ``judges()`` of the file COLORTRANSFER_JUDGES returns.
    """
    import tensorflow as tf

    networks = reference_networks()
    builders = {
        "googlenet": networks.googlenet,
        "inception_v3": networks.inception_v3,
        "squeezenet": networks.squeezenet,
    }
    anything = tf.TensorSpec([1, None, None, 3], tf.float32)
    found = {}
    for name, (file, layers) in JUDGES.items():
        network = builders[name](str(WEIGHTS / f"{file}.npz"))
        found[name] = tf.function(
            lambda x, network=network, layers=layers: network(x, layers), input_signature=[anything]
        )
    others = os.environ.get(JUDGES_VARIABLE)
    return found | (module_at(others).judges() if others else {})


def module_at(path: str | Path) -> Any:
    """A Python file as a module."""
    spec = importlib.util.spec_from_file_location(Path(path).stem, path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def judging_prior() -> ColorPrior | None:
    """The colour prior that judges: COLORTRANSFER_PRIOR, a file of ``train-prior``; None without.

    It should be of another seed and shape than the bundled one.
    """
    from colortransfer.color_prior import ColorPrior
    from colortransfer.feature_extractors.weights import load_weights

    path = os.environ.get("COLORTRANSFER_PRIOR")
    return ColorPrior(load_weights(path)) if path else None


# A part of a benchmark: from the command line's arguments to figures. Where every part runs in a
# process of its own it has to be a function of a module, so that it can be pickled.
Part = Callable[[argparse.Namespace], dict[str, Any]]


def main(
    module: str,
    description: str,
    parts: Mapping[str, Part],
    options: Mapping[str, Mapping[str, Any]] = MappingProxyType({}),
    *,
    processes: bool = False,
) -> None:
    """The command line of a benchmark of several parts: ``--parts a,b`` and its own options.

    Parameters
    ----------
    module
        The benchmark's name: part ``a`` is recorded as ``MODULE_a``.
    description
        The module's docstring, of which ``--help`` shows the first line.
    parts
        All of them by name; without ``--parts`` they run in this order.
    options
        Further options: flag -> keyword arguments of ``ArgumentParser.add_argument``.
    processes
        Whether each part gets a process of its own, for its peak memory.
    """
    parser = argparse.ArgumentParser(description=description.splitlines()[0])
    parser.add_argument("--parts", default=",".join(parts), help="(default: %(default)s)")
    for flag, settings in options.items():
        parser.add_argument(flag, **settings)
    arguments = parser.parse_args()
    chosen = arguments.parts.split(",")
    unknown = set(chosen) - set(parts)
    if unknown:
        parser.error(f"no part {', '.join(sorted(unknown))}; there are {', '.join(parts)}")
    for name in chosen:
        figures = alone(parts[name], arguments) if processes else parts[name](arguments)
        print(name, figures, flush=True)
        record(f"{module}_{name}", figures)


def alone(function: Callable[..., Any], *arguments: Any) -> Any:
    """What ``function`` returns in a new process, whose peak memory is its own."""
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        return pool.apply(function, arguments)


def peak() -> int:
    """Most memory that this process has held, in bytes.

    Not resource.getrusage: what that gives a new process begins with its parent's peak.
    """
    return _status("VmHWM")


def resident() -> int:
    """Memory that this process holds now, in bytes."""
    return _status("VmRSS")


def _status(field: str) -> int:
    found = re.search(rf"{field}:\s+(\d+) kB", Path("/proc/self/status").read_text())
    assert found is not None
    return int(found[1]) * 1024


def record(name: str, figures: dict[str, Any]) -> None:
    """Write ``figures`` with versions and machine to benchmarks/results/NAME.json, and say so."""
    packages = ("colortransfer", "tensorflow", "numpy", "scipy", "pillow")
    versions = {p: metadata.version(p) for p in packages if _installed(p)}
    machine = {
        "python": platform.python_version(),
        "machine": platform.machine(),
        "cores": os.cpu_count(),
        "commit": commit(),
    }
    RESULTS.mkdir(exist_ok=True)
    path = RESULTS / f"{name}.json"
    content = {"machine": machine, "versions": versions, **figures}
    path.write_text(json.dumps(content, indent=1, default=float) + "\n", encoding="utf-8")
    print(f"wrote {path.relative_to(ROOT)}")


def commit() -> str:
    """The one that is checked out."""
    command = ["git", "rev-parse", "--short", "HEAD"]
    return subprocess.run(command, capture_output=True, text=True, cwd=ROOT).stdout.strip()


def _installed(package: str) -> bool:
    try:
        metadata.version(package)
    except metadata.PackageNotFoundError:
        return False
    return True


@contextlib.contextmanager
def checked_out(commit: str) -> Iterator[Path]:
    """The tree of another commit, for as long as the block runs."""
    git = ["git", "-C", str(ROOT), "worktree"]
    with tempfile.TemporaryDirectory() as folder:
        tree = Path(folder) / "before"
        subprocess.run([*git, "add", "--detach", str(tree), commit], check=True)
        try:
            yield tree
        finally:
            subprocess.run([*git, "remove", "--force", str(tree)], check=True)
