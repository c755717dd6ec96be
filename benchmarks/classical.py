"""`colortransfer.classical` against other people's results and packages.

    python -m benchmarks.classical [--parts oracles,speed,colorization,memory]

oracles: agreement with published results. speed: one pair of 12 megapixels, 8 bits, as ratios to
color-matcher, scikit-image and python-color-transfer in the same run; what cannot be imported is
left out. (The last needs opencv and numpy 1, so the extra [bench] does not have it.) colorization:
seconds and peak memory on one megapixel. memory: peak of the linear methods at 48 megapixels.
Speed wants a quiet machine; memory is read from Linux.
"""

from __future__ import annotations

import argparse
import contextlib
import time
import warnings
from collections.abc import Callable
from importlib import metadata
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image
from scipy import ndimage

from colortransfer import classical, evaluation

from . import common

DATA = common.SHARED / "data"
ORACLES = DATA / "oracles"
ROTATIONS = 6  # of python-color-transfer, which are fixed
SCRIBBLES = 40
COLORIZATION = ("levin", "huang", "yatziv_sapiro")
LINEAR = ("shift", "reinhard", "monge_kantorovich", "mvgd", "match_histograms")
# The most that is wanted: ratios to the peer, seconds, gigabytes, float32 pictures.
BARS = {
    "reinhard": 0.2,
    "monge_kantorovich": 0.7,
    "match_histograms": 1.1,
    "distribution_transfer": 0.5,
    "levin": {"seconds": 20, "gigabytes": 2},
    "yatziv_sapiro": {"seconds": 2},
    "memory": 4,
}


def picture(megapixels: float, seed: int, dtype: str = "uint8") -> np.ndarray:
    """A colourful noisy picture of 4:3."""
    height = round((megapixels * 1e6 * 3 / 4) ** 0.5)
    width = round(megapixels * 1e6 / height)
    random = np.random.default_rng(seed)
    coarse = random.random((9, 12, 3))
    planes = [
        ndimage.zoom(coarse[..., c], (height / 9, width / 12), order=1, output=np.float32)
        for c in range(3)
    ]
    result = np.stack(planes, -1)
    result += random.normal(0, 0.02, (1, width, 3)).astype(np.float32)
    result += random.normal(0, 0.02, (height, 1, 3)).astype(np.float32)
    result = np.clip(result, 0, 1, out=result)
    return np.rint(result * 255).astype(np.uint8) if dtype == "uint8" else result.astype(dtype)


def psnr(a: np.ndarray, b: np.ndarray) -> float:
    """Of two 8-bit pictures, in dB."""
    return float(10 * np.log10(255**2 / max(np.mean((a.astype(float) - b) ** 2), 1e-12)))


def read(path: Path) -> np.ndarray:
    return np.asarray(Image.open(path.with_suffix(".png")).convert("RGB"))


def transfer_oracles() -> dict[str, Any]:
    """Monge-Kantorovich and Reinhard; differing values and dB."""
    folder = ORACLES / "pitie_frcs"
    house, plain = read(folder / "scotland_house"), read(folder / "scotland_plain")
    different = classical.monge_kantorovich(house, plain) != read(folder / "result_MKL")
    figures: dict[str, float] = {"monge_kantorovich, differing values": int(different.sum())}
    folder = ORACLES / "pitie_pengbo"
    for name in ("scotland", "house", "tower", "fallingwater"):
        image, reference = (read(folder / f"{name}_{x}") for x in ("input", "reference"))
        result = classical.reinhard(image / 255, reference / 255, space="srgb")
        # They cut fractions off; one step up undoes the division by 255.
        levels = np.trunc(np.nextafter(result * 255, np.inf))
        different = levels != read(folder / f"{name}_mean_rgb")
        figures[f"reinhard rgb, {name}, differing values"] = int(different.sum())
    for number, (one, two) in enumerate([(7, 23), (17, 20), (8, 3), (10, 6)], 1):
        image, reference = (read(DATA / "photos" / f"kodim{x:02}") for x in (one, two))
        known = read(ORACLES / "reinhard_chia56028" / f"{number}_result")
        result = classical.reinhard(image, reference, space="lab")
        figures[f"reinhard lab, {number}, dB"] = psnr(result, known)
    return figures


def distribution_oracles() -> dict[str, Any]:
    """Iterative distribution transfer and regrain beside the authors'; less is better."""
    folder = ORACLES / "pitie_frcs"
    house, plain = read(folder / "scotland_house"), read(folder / "scotland_plain")
    directions = np.random.default_rng(1).standard_normal((64, 3))
    directions /= np.linalg.norm(directions, axis=1, keepdims=True)

    def palette(image: np.ndarray) -> float:
        return evaluation.sliced_wasserstein(
            image.reshape(-1, 3) / 255, plain.reshape(-1, 3) / 255, directions
        )

    def gradients(image: np.ndarray) -> float:
        away = [np.diff(image / 255, axis=k) - np.diff(house / 255, axis=k) for k in (0, 1)]
        return float(np.mean([np.abs(a).mean() for a in away]))

    without = classical.distribution_transfer(house, plain, regrain=False)
    regrained = classical.distribution_transfer(house, plain)
    known, known_regrained = (read(folder / f"result_IDT{x}") for x in ("", "_regrain"))
    return {
        "distance to the palette": {"here": palette(without), "authors": palette(known)},
        "regrained, distance to the palette": {
            "here": palette(regrained),
            "authors": palette(known_regrained),
        },
        "regrained, distance to the gradients": {
            "here": gradients(regrained),
            "authors": gradients(known_regrained),
        },
    }


def levin_oracles() -> dict[str, Any]:
    """Levin's two examples; dB to the authors' results and to a third party's."""
    folder = ORACLES / "levin_2004"
    figures = {}
    for name in ("ex1", "ex2"):
        marked, exact = read(folder / f"{name}_marked"), read(folder / f"{name}_exactsolve_result")
        if name == "ex1":
            gray = read(folder / "ex1_gray")
        else:  # not published: the marked picture, and under the scribbles the result's luminance
            gray = np.rint(exact @ [[0.299], [0.587], [0.114]]).astype(np.uint8).repeat(3, 2)
            drawn = np.ptp(marked.astype(int), axis=2) > 2
            gray = np.where(drawn[..., None], gray, marked)
        known = read(folder / f"{name}_levin_result")
        height, width = known.shape[:2]
        for title, share in (("", {}), (" with equal weights", {"variance_share": 1e6})):
            result = classical.levin(gray, marked, **share)
            figures[f"levin {name}{title}, the authors', dB"] = psnr(result[:height, :width], known)
            figures[f"levin {name}{title}, a third party's, dB"] = psnr(result, exact)
    return figures


def seconds(function: Callable[[], Any], repeats: int) -> float:
    """The best time of some calls."""
    times = []
    for _ in range(repeats):
        began = time.perf_counter()
        function()
        times.append(time.perf_counter() - began)
    return min(times)


def oracles(_: argparse.Namespace) -> dict[str, Any]:
    """Agreement with published results."""
    return transfer_oracles() | distribution_oracles() | levin_oracles()


def speed(arguments: argparse.Namespace) -> dict[str, Any]:
    """Times on one pair of 8-bit pictures, ours and theirs."""
    megapixels, repeats = arguments.megapixels, arguments.repeats
    pair = picture(megapixels, 1), picture(megapixels, 2)

    def rotated(regrain: bool) -> Any:
        return classical.distribution_transfer(*pair, iterations=ROTATIONS, regrain=regrain)

    ours: dict[str, Callable[[], Any]] = {
        "reinhard": lambda: classical.reinhard(*pair),
        "monge_kantorovich": lambda: classical.monge_kantorovich(*pair),
        "match_histograms": lambda: classical.match_histograms(*pair),
        "distribution_transfer": lambda: rotated(False),
        "distribution_transfer, regrain": lambda: rotated(True),
        "mvgd": lambda: classical.mvgd(*pair),
        "shift": lambda: classical.shift(pair[0], "teal"),
    }
    theirs = peers(*pair)
    figures: dict[str, Any] = {"megapixels": megapixels}
    for name, function in ours.items():
        times = 1 if name.startswith("distribution") else repeats
        figures[name] = {"seconds": seconds(function, times)}
        if name in theirs:
            package, function = theirs[name]
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                figures[name][package] = seconds(function, times)
            figures[name]["ratio"] = figures[name]["seconds"] / figures[name][package]
        figures[name] |= {"bar": BARS[name]} if name in BARS else {}
        print(name, figures[name], flush=True)
    return figures


def peers(image: np.ndarray, reference: np.ndarray) -> dict[str, tuple[str, Callable[[], Any]]]:
    """Package and call for each of our methods, as far as the packages can be imported."""
    found: dict[str, tuple[str, Callable[[], Any]]] = {}
    with contextlib.suppress(ImportError):
        from color_matcher import ColorMatcher

        def matcher(method: str) -> Any:
            # It changes its arguments, hence the copies (a few milliseconds).
            return ColorMatcher(src=image.copy(), ref=reference.copy(), method=method).main()

        package = f"color-matcher {metadata.version('color-matcher')}"
        found["reinhard"] = package, lambda: matcher("reinhard")
        found["monge_kantorovich"] = package, lambda: matcher("mkl")
    with contextlib.suppress(ImportError):
        from skimage.exposure import match_histograms

        package = f"scikit-image {metadata.version('scikit-image')}"
        match = lambda: match_histograms(image, reference, channel_axis=-1)  # noqa: E731
        found["match_histograms"] = package, match
    with contextlib.suppress(ImportError):
        from python_color_transfer.color_transfer import ColorTransfer

        def rotated(regrain: bool) -> Any:
            return ColorTransfer().pdf_transfer(image, reference, regrain=regrain)

        package = f"python-color-transfer {metadata.version('python-color-transfer')}"
        found["distribution_transfer"] = package, lambda: rotated(False)
        found["distribution_transfer, regrain"] = package, lambda: rotated(True)
    return found


def colorization(_: argparse.Namespace) -> dict[str, Any]:
    figures = {}
    for name in COLORIZATION:
        figures[name] = common.alone(colorized, name)
        figures[name] |= {"bar": BARS[name]} if name in BARS else {}
        print(name, figures[name], flush=True)
    return figures


def colorized(name: str) -> dict[str, float]:
    """Seconds and peak memory of one method: one megapixel, 40 scribbles."""
    color = picture(1, 3)
    gray = np.repeat(color.mean(-1, keepdims=True).round().astype(np.uint8), 3, 2)
    drawn = gray.copy()
    random = np.random.default_rng(4)
    for _ in range(SCRIBBLES):
        y, x = random.integers(0, gray.shape[0] - 6), random.integers(0, gray.shape[1] - 60)
        drawn[y : y + 6, x : x + 60] = color[y, x]
    taken = seconds(lambda: getattr(classical, name)(gray, drawn), 1)
    return {"seconds": taken, "gigabytes": common.peak() / 1e9}


def memory(arguments: argparse.Namespace) -> dict[str, Any]:
    """Peak memory of the linear methods."""
    megapixels = arguments.memory_megapixels
    figures: dict[str, Any] = {"megapixels": megapixels, "bar": BARS["memory"]}
    for dtype in ("uint8", "float32"):
        for name in LINEAR:
            figures[f"{name}, {dtype}"] = common.alone(held, name, megapixels, dtype)
            print(name, dtype, figures[f"{name}, {dtype}"], flush=True)
    return figures


def held(name: str, megapixels: float, dtype: str) -> float:
    """Peak memory of a process that edits one picture, in float32 pictures, all included."""
    image = np.tile(picture(megapixels / 16, 5, dtype), (4, 4, 1))
    goal = "teal" if name == "shift" else picture(1, 6, dtype)
    getattr(classical, name)(image, goal)
    return common.peak() / (image.size * 4)


PARTS = {"oracles": oracles, "speed": speed, "colorization": colorization, "memory": memory}
OPTIONS = {
    "--megapixels": {"type": float, "default": 12, "help": "of the speed part"},
    "--memory-megapixels": {"type": float, "default": 48},
    "--repeats": {"type": int, "default": 3, "help": "the best of which counts"},
}

if __name__ == "__main__":
    common.main("classical", __doc__, PARTS, OPTIONS)
