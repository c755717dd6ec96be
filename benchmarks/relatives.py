"""The published relatives, trained and measured: DCGAN, CycleGAN, DualGAN.

    python -m benchmarks.relatives train dcgan FOLDER [--seed 0] [--steps 9000]
    python -m benchmarks.relatives train cyclegan FOLDER [--task curves] [--steps 12000]
    python -m benchmarks.relatives measure dcgan FOLDER

Tasks of the unpaired ones: "curves" and "places" are known maps of colours (`known_map`), "seasons"
is summer2winter at 64 pixels. The others are cyclegan, cyclegan-residual, cyclegan-unet (which is
residual too), dualgan, dualgan-logistic, dualgan-residual (which is logistic too), and
dualgan-one-way, which is that without the reconstruction loss.

``train`` goes on from what it finds in the folder, exactly, and keeps the generators of several
steps there; ``measure`` measures each and writes benchmarks/results/relatives_*.json. Both need
../shared.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import tensorflow as tf
from PIL import Image

from colortransfer import classical, evaluation
from colortransfer.datasets import load_container, load_images
from colortransfer.gan import DCGAN, CycleGAN, DualGAN, Translation

from . import common
from .known_map import (
    error,
    inverted,
    known_map,
    mean_shifted,
    of_one_mean,
    pooled_matching,
)

KINDS = (
    "dcgan",
    "cyclegan",
    "cyclegan-residual",
    "cyclegan-unet",
    "dualgan",
    "dualgan-logistic",
    "dualgan-residual",
    "dualgan-one-way",
)
KEPT = 500  # steps from one kept generator to the next
SAMPLES = 2000
AVERAGE = 0.999  # decay of the generators' running average


def container(name: str) -> np.ndarray:
    """The images of a container of ../shared/data, shuffled."""
    found, _ = load_container(common.SHARED / "data" / name)
    return found[np.random.default_rng(0).permutation(len(found))]


def season(name: str, size: int) -> np.ndarray:
    """Photographs of summer (trainA, testA) or winter (trainB, testB)."""
    return load_images(common.SHARED / "data/summer2winter" / name, size=size)


def train_dcgan(folder: Path, seed: int, steps: int) -> None:
    """On CIFAR-10's 20,000 training images, with half of the published width."""
    gan = DCGAN(size=32, width=32, seed=seed)
    run(gan, lambda **options: gan.train(container("cifar10/train"), **options), folder, steps)


def domains(task: str) -> tuple[np.ndarray, np.ndarray]:
    """Photographs of both domains, never two of the same."""
    if task == "seasons":
        return season("trainA", size=72), season("trainB", size=72)
    images = container("tiny_imagenet/train")
    return images[:10000], known_map(images[10000:20000], task)


def translation(kind: str, seed: int) -> Any:
    """Networks of a size that one core can train."""
    if kind.startswith("cyclegan"):
        small: Any = {"width": 16, "blocks": 3, "rate": 4e-4, "average": AVERAGE}
        generator: Any = "unet" if kind.endswith("unet") else "resnet"
        return CycleGAN(
            size=64, generator=generator, residual=kind != "cyclegan", seed=seed, **small
        )
    loss: Any = "wasserstein" if kind == "dualgan" else "logistic"
    options: dict[str, Any] = {"residual": kind.endswith(("residual", "one-way"))}
    options["reconstruction"] = 0.0 if kind.endswith("one-way") else DualGAN.reconstruction
    return DualGAN(size=64, width=16, loss=loss, average=AVERAGE, seed=seed, **options)


def train_translation(kind: str, task: str, folder: Path, seed: int, steps: int) -> None:
    gan = translation(kind, seed)
    run(gan, lambda **options: gan.train(*domains(task), **options), folder, steps)


def measure_translation(task: str, folder: Path) -> dict[str, Any]:
    """Errors on photographs that were never trained on."""
    images = container("tiny_imagenet/val")
    originals, references = images[:200], known_map(images[200:400], task)
    truth = known_map(originals, task)
    matched = [classical.match_histograms(x, y) for x, y in zip(originals, references, strict=True)]
    figures: dict[str, Any] = {
        "unedited": error(originals, truth),
        "histograms_of_another": error(np.stack(matched), truth),
        "histograms_of_the_domain": error(pooled_matching(originals, references), truth),
        "mean_shift": error(mean_shifted(originals, references), truth),
        "truth_with_one_mean": error(of_one_mean(truth), truth),
    }
    for path in sorted(folder.glob("step-*.npz")):
        gan = Translation.load(path)
        there = np.stack([gan.translate(x, to="b") for x in originals])
        back = np.stack([gan.translate(x, to="a") for x in there])
        found = error(there, truth)
        figures[path.stem] = {
            "error": found,
            "share_of_unedited": found / figures["unedited"],
            "share_of_histograms": found / figures["histograms_of_the_domain"],
            "cycle_error": error(back, originals),
            "inverted": int(sum(map(inverted, originals, there))),
        }
        print(path.stem, figures[path.stem], flush=True)
    return figures


def measure_seasons(kind: str, folder: Path) -> dict[str, Any]:
    """KID of test photographs to the other season's, as a share of the unedited ones'."""
    look, figures = judge(), {}
    test = [season("testA", size=64), season("testB", size=64)]
    seen = [look(images) for images in test]
    before = kid(*seen)  # the same in both directions
    paths = sorted(folder.glob("step-*.npz"))
    for path in paths:
        gan, found = Translation.load(path), {}
        for images, real, to in ((test[0], seen[1], "b"), (test[1], seen[0], "a")):
            edited = np.stack([gan.translate(x, to=to) for x in images])
            after = kid(look(edited), real)
            found[f"to_{to}"] = {"unedited": before, "kid": after, "share": after[0] / before[0]}
            if path == paths[-1]:
                season_sheet(f"{kind}_to_{to}", images, edited)
        figures[path.stem] = found
    return figures


def season_sheet(name: str, before: np.ndarray, after: np.ndarray) -> None:
    """The first twelve photographs and, below, the twelve with the most new chroma noise."""
    noise = [evaluation.chroma_noise(x, y) for x, y in zip(before, after, strict=True)]
    chosen = [np.arange(12), np.argsort(noise)[::-1][:12]]
    images = [image for i in chosen for part in (before, after) for image in part[i]]
    titles = [f"{noise[n]:.2f}" for i in chosen for _ in (before, after) for n in i]
    sheet = evaluation.contact_sheet(images, titles, columns=12, width=128)
    folder = common.RESULTS / "sheets"
    folder.mkdir(parents=True, exist_ok=True)
    Image.fromarray(sheet).save(folder / f"{name}.png")


def run(gan: Any, train: Callable[..., Any], folder: Path, steps: int) -> None:
    """Train, and keep a generator every so many steps, the log and a checkpoint."""

    def keep(row: dict[str, float]) -> None:
        if row["step"] % KEPT == 0 or row["step"] == steps:
            gan.save(folder / f"step-{round(row['step']):06d}.npz")

    train(
        steps=steps,
        folder=folder,
        checkpoint_every=KEPT // 2,
        validate_every=KEPT,
        callbacks=[keep],
    )


def measure_dcgan(folder: Path, count: int = SAMPLES) -> dict[str, Any]:
    """KID to the test images as a share of Gaussian noise's, and how different samples are."""
    train, real = container("cifar10/train"), container("cifar10/test")[:count]
    look = judge()
    target = look(real)
    rng = np.random.default_rng(0)
    pixels = train[:10000].reshape(10000, -1).astype(np.float32)
    spread = np.linalg.cholesky(np.cov(pixels.T) + 1e-3 * np.eye(pixels.shape[1]))
    noise = pixels.mean(0) + rng.normal(size=(count, len(spread))) @ spread.T
    noise = noise.clip(0, 255).round().astype(np.uint8).reshape(-1, 32, 32, 3)
    base = kid(look(noise), target)
    figures: dict[str, Any] = {"samples": count, "noise_kid": base, "real_distance": distance(real)}
    figures["training_images_kid"] = kid(look(train[:count]), target)
    for path in sorted(folder.glob("step-*.npz")):
        samples = DCGAN.load(path).sample(count, seed=1)
        found = kid(look(samples), target)
        figures[path.stem] = {
            "kid": found,
            "share_of_noise": found[0] / base[0],
            "distance_share": distance(samples) / figures["real_distance"],
        }
        print(path.stem, figures[path.stem], flush=True)
    return figures


def judge() -> Callable[[np.ndarray], np.ndarray]:
    """From bytes (N, H, W, 3) to GoogLeNet's pool5 (N, D), seen at 112x112."""
    network = common.reference_networks().googlenet(str(common.WEIGHTS / "googlenet_bvlc.npz"))

    @tf.function
    def look(part: tf.Tensor) -> tf.Tensor:
        x = tf.image.resize(tf.cast(part, tf.float32) / 255.0, [112, 112], "bicubic")
        found = network(tf.clip_by_value(x, 0.0, 1.0), ["pool5"])["pool5"]
        return tf.reshape(found, [tf.shape(found)[0], -1])

    return lambda images: np.concatenate(
        [look(tf.constant(images[i : i + 100])).numpy() for i in range(0, len(images), 100)]
    ).astype(np.float64)


def kid(features: np.ndarray, real: np.ndarray) -> list[float]:
    """The value and its error, of unit features."""
    return list(evaluation.kernel_inception_distance(features, real, unit=True))


def distance(images: np.ndarray) -> float:
    """Mean distance of pairs of images, in [0, 1] for each value."""
    values = images.reshape(len(images), -1).astype(np.float32) / 255
    return float(np.sqrt(np.square(values[::2] - values[1::2]).mean(1)).mean())


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("action", choices=("train", "measure"))
    parser.add_argument("kind", choices=KINDS)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--task", choices=("curves", "places", "seasons"), default="curves")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--steps", type=int, default=9000)
    parser.add_argument("--samples", type=int, default=SAMPLES, help="of a DCGAN")
    arguments = parser.parse_args()
    kind, task, folder = arguments.kind, arguments.task, arguments.folder
    name = f"relatives_{kind}" if kind == "dcgan" else f"relatives_{kind}_{task}"
    name += f"_seed{arguments.seed}" if arguments.seed else ""
    if arguments.action == "train" and kind == "dcgan":
        train_dcgan(folder, arguments.seed, arguments.steps)
    elif arguments.action == "train":
        train_translation(kind, task, folder, arguments.seed, arguments.steps)
    elif kind == "dcgan":
        common.record(name, measure_dcgan(folder, arguments.samples))
    elif task == "seasons":
        common.record(name, measure_seasons(kind, folder))
    else:
        common.record(name, measure_translation(task, folder))


if __name__ == "__main__":
    main()
