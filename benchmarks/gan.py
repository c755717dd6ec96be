"""ColorGAN on 64x64 photographs that it was never trained on, and what its training costs.

    python -m benchmarks.gan train [--recipe matching] [--seeds 3] [--steps 200]    trains, then
                           measures; with --bundle seed 0 becomes the weights of the package
    python -m benchmarks.gan pretrained                           the weights of the package
    python -m benchmarks.gan matching                             what is left of a fit's loss
    python -m benchmarks.gan photographs                          full size: colour, time, a sheet
    python -m benchmarks.gan resume [--seeds 3]                   kill -9 at random moments
    python -m benchmarks.gan cost                                 a step against its passes

Tiny ImageNet val: 2,000 images, each takes the mean colour of another one; KID to the 3,000 others.
Features: GoogLeNet's pool5 and SqueezeNet's last layer at 112x112, as they are and as unit vectors.
Figures are for the saved 8-bit images. Ratios are to the mean shift's on the same pairs.
"""

from __future__ import annotations

import argparse
import csv
import hashlib
import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import tensorflow as tf

from colortransfer import evaluation, images
from colortransfer.adversarial import Round
from colortransfer.datasets import load_container
from colortransfer.feature_extractors import InceptionV1
from colortransfer.gan import ColorGAN, Matching
from colortransfer.gan.recipes import DEFAULT, MATCHING, changed, default_critic
from colortransfer.gan.training import Training
from colortransfer.training.log import LOG
from colortransfer.training.loop import CHECKPOINT

from . import candidates, common

PAIRS = 2000
MATCHED = 24
RECIPES = {"default": DEFAULT, "matching": MATCHING}


def validation(count: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Images of Tiny ImageNet val, for each the mean colour of the one before, and the rest."""
    found, _ = load_container(common.SHARED / "data" / "tiny_imagenet" / "val")
    found = found[np.random.default_rng(0).permutation(len(found))]
    means = found[:count].mean((1, 2), dtype=np.float64) / 255
    return found[:count], np.roll(means, 1, 0), found[count:]


class Judge:
    """Pairs of validation images and colours, and the measures."""

    def __init__(self, count: int) -> None:
        self.sources, self.targets, others = validation(count)
        self._before = np.abs(self.sources.mean((1, 2)) / 255 - self.targets).max(1)
        self._networks = _networks()
        self._real = {name: _features(others, look) for name, look in self._networks.items()}
        shifted = [common.mean_shift(x / np.float32(255), t) for x, t in self._pairs()]
        shift = np.rint(np.stack(shifted) * 255).astype(np.uint8)
        self.figures = {"mean_shift": self._measure(shift)}
        self.figures["identity"] = self._measure(self.sources)

    def _pairs(self) -> Any:
        return zip(self.sources, self.targets, strict=True)

    def _measure(self, edited: np.ndarray) -> dict[str, Any]:
        error = np.abs(edited.mean((1, 2)) / 255 - self.targets).max(1)
        pairs = zip(self.sources, edited, strict=True)
        structure = np.mean([evaluation.contrast_structure(x, y) for x, y in pairs])
        figures: dict[str, Any] = {
            "color_error": error.mean(),
            "color_error_95": np.percentile(error, 95),
            "farther_than_input": int((error > self._before).sum()),
            "contrast_structure": structure,
        }
        for name, look in self._networks.items():
            features, real = _features(edited, look), self._real[name]
            for kind, scaled in {"": lambda x: x, "_unit": _unit}.items():
                kid = evaluation.kernel_inception_distance(scaled(features), scaled(real))
                figures[f"kid_{name}{kind}"] = {"value": kid.value, "error": kid.error}
        return figures

    def add(self, name: str, gan: ColorGAN) -> dict[str, Any]:
        """Measure a ColorGAN's results, with ratios to the mean shift."""
        edited = np.stack([gan.transfer(x, tuple(t)) for x, t in self._pairs()])
        found = self._measure(edited)
        for key in [key for key in found if key.startswith("kid")]:
            found[f"ratio_{key[4:]}"] = (
                found[key]["value"] / self.figures["mean_shift"][key]["value"]
            )
        self.figures[name] = found
        print(name, found, flush=True)
        return found


def _networks() -> dict[str, Callable[[tf.Tensor], tf.Tensor]]:
    """From images (N, 64, 64, 3) to features (N, C)."""
    google = InceptionV1(common.WEIGHTS / "googlenet_bvlc.npz", layers=("mixed5b",))
    squeeze = common.reference_networks().squeezenet(str(common.WEIGHTS / "squeezenet.npz"))
    maps = {
        "googlenet": lambda x: google(x)["mixed5b"],
        "squeezenet": lambda x: squeeze(x, ["fire9/concat"])["fire9/concat"],
    }
    return {
        name: tf.function(
            lambda x, look=look: tf.reduce_mean(look(tf.image.resize(x, [112, 112])), [1, 2])
        )
        for name, look in maps.items()
    }


def _features(pictures: np.ndarray, look: Callable[[tf.Tensor], tf.Tensor]) -> np.ndarray:
    parts = [pictures[i : i + 100] for i in range(0, len(pictures), 100)]
    return np.concatenate([look(tf.constant(p, tf.float32) / 255).numpy() for p in parts])


def _unit(features: np.ndarray) -> np.ndarray:
    """Rows of one length, the root of their number of columns."""
    norms = np.linalg.norm(features, axis=1, keepdims=True)
    return features / norms * np.sqrt(features.shape[1])


def train(arguments: argparse.Namespace) -> None:
    pictures, _ = load_container(common.SHARED / "data" / "tiny_imagenet" / "train")
    judge = Judge(arguments.pairs)
    for seed in range(arguments.seeds):
        gan = ColorGAN(recipe=changed(RECIPES[arguments.recipe], {"seed": seed}))
        began = time.perf_counter()
        history = gan.train(pictures, steps=arguments.steps)
        if arguments.bundle and seed == 0:
            _bundle(gan)
        found = judge.add(f"seed_{seed}", gan)
        found |= {
            "seconds": time.perf_counter() - began,
            "reason": history.reason,
            "rejected": history.rejected,
            "largest_penalty": max(history.column("penalty")),
        }
        common.record(f"gan_{arguments.recipe}", judge.figures)


def _bundle(gan: ColorGAN) -> None:
    """Make these the package's weights, as float16."""
    arrays = {name: array.astype(np.float16) for name, array in gan.generator.arrays().items()}
    data = common.ROOT / "colortransfer" / "data"
    np.savez(data / "color_gan.npz", **arrays)  # type: ignore[arg-type]
    records = json.loads((data / "sha256.json").read_text("utf-8"))
    records["color_gan.npz"] = hashlib.sha256((data / "color_gan.npz").read_bytes()).hexdigest()
    (data / "sha256.json").write_text(json.dumps(records, indent=1) + "\n", "utf-8")


def pretrained(arguments: argparse.Namespace) -> None:
    judge = Judge(arguments.pairs)
    judge.add("closed_form", ColorGAN())
    judge.add("pretrained", ColorGAN.pretrained())
    common.record("gan_pretrained", judge.figures)


def matching(arguments: argparse.Namespace) -> None:
    """The share of the mean shift's loss that edits have, on 24 validation images."""
    sources, targets, _ = validation(MATCHED)
    sources = sources.astype(np.float32) / 255
    term, figures = Matching(), {}
    for name in ("mean_shift", "default", "gan"):
        method, shares = candidates.build(name), []
        for image, color in zip(sources, targets, strict=True):
            shown = {
                "images": image,
                "edited": common.edited(method, image, color),
                "colors": color,
            }
            given = {key: tf.constant(x[None], tf.float32) for key, x in shown.items()}
            shares.append(float(term(Round({}, given, {}))))
        figures[name] = {"share": float(np.mean(shares)), "shares": shares}
        print(name, figures[name]["share"], flush=True)
    common.record("gan_matching", figures)


def photographs(arguments: argparse.Namespace) -> None:
    gan, rows, shown, titles = ColorGAN.pretrained(), [], [], []
    for pair in common.pairs(count=1):
        image = np.rint(pair.image * 255).astype(np.uint8)
        megapixels = image.shape[0] * image.shape[1] / 1e6
        began = time.perf_counter(), time.process_time()
        edited = gan.transfer(image, tuple(pair.color))
        spent = time.perf_counter() - began[0], time.process_time() - began[1]
        rows.append(
            {
                "name": pair.name,
                "color_error": evaluation.color_error(edited, tuple(pair.color)),
                "contrast_structure": evaluation.contrast_structure(image, edited),
                "halo": evaluation.halo(image, edited),
                "chroma_noise": evaluation.chroma_noise(image, edited),
                "seconds_per_megapixel": spent[0] / megapixels,
                "processor_seconds_per_megapixel": spent[1] / megapixels,
            }
        )
        shifted = common.mean_shift(pair.image, pair.color)
        shown += [image, shifted, edited]
        titles += [pair.name, "mean shift", "ColorGAN.pretrained()"]
    common.record("gan_photographs", {"photographs": rows})
    if arguments.sheet:
        sheet = evaluation.contact_sheet(shown, titles, columns=6, width=220)
        images.save(arguments.sheet, sheet)


RESUMED = """
import sys, numpy as np
from colortransfer.gan import ColorGAN, PaperCritic, PaperGenerator, Recipe
images = np.random.default_rng(0).integers(0, 256, (64, 16, 16, 3), dtype=np.uint8)
gan = ColorGAN(generator=PaperGenerator(width=8),
               critic=lambda crop, recipe: PaperCritic(crop, widths=(8, 8, 8)),
               recipe=Recipe(batch=8, critic_steps=2, generator_rate=1e-3, critic_rate=1e-3))
gan.train(images, steps=int(sys.argv[2]), folder=sys.argv[1], checkpoint_every=10)
"""


def resume(arguments: argparse.Namespace) -> None:
    """Checkpoints and logs of trainings that were killed, and of one that was not."""
    steps, rows = 150, []
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "-c", RESUMED]
        whole = Path(folder) / "whole"
        subprocess.run([*command, str(whole), str(steps)], check=True)
        for seed in range(arguments.seeds):
            killed = Path(folder) / f"killed_{seed}"
            done = _kill([*command, str(killed), str(steps)], killed, seed)
            subprocess.run([*command, str(killed), str(steps)], check=True)
            with np.load(whole / CHECKPOINT) as one, np.load(killed / CHECKPOINT) as other:
                equal = [np.array_equal(one[name], other[name]) for name in one.files]
            same = [x == y for x, y in zip(_log(whole), _log(killed), strict=True)]
            figures = {"checkpoint_at": done, "arrays": len(equal), "equal": int(sum(equal))}
            rows.append({**figures, "next_50_equal": int(sum(same[done : done + 50]))})
            print(rows[-1], flush=True)
    common.record("gan_resume", {"steps": steps, "kills": rows})


def _kill(command: list[str], folder: Path, seed: int) -> int:
    """Start a training and kill it at a random moment; steps in the checkpoint that is left."""
    process = subprocess.Popen(command)
    while not (folder / CHECKPOINT).exists():
        time.sleep(0.01)
    time.sleep(np.random.default_rng(seed).uniform(0, 1))
    if process.poll() is not None:
        sys.exit("the training ended before it was killed: let it make more steps")
    os.kill(process.pid, signal.SIGKILL)
    process.wait()
    with np.load(folder / CHECKPOINT) as archive:
        return int(json.loads(str(archive["header"]))["step"])


def _log(folder: Path) -> list[dict[str, str]]:
    """The rows of a training's log, without the time."""
    with (folder / LOG).open(newline="", encoding="utf-8") as file:
        return [{k: v for k, v in row.items() if k != "seconds"} for row in csv.DictReader(file)]


def cost(arguments: argparse.Namespace) -> None:
    """Seconds of a training step, and of the network passes that it is made of."""
    pictures, _ = load_container(common.SHARED / "data" / "tiny_imagenet" / "val")
    training = Training(ColorGAN().generator, default_critic, DEFAULT, pictures)
    game, one = training.game, tf.constant(1.0)
    number, batch = tf.constant(0, tf.int64), next(iter(training.batches(0, 1)))
    given = game.draw([x[0] for x in batch], tf.constant([0, 0], tf.int64))
    critic, generator = (
        tf.function(lambda given, player=player: game.gradients(player, given))
        for player in game.players
    )
    calls = {
        "step": lambda: game.step(number, one, batch),
        "critic_passes": lambda: critic(given),
        "generator_passes": lambda: generator(given),
    }
    common.record("gan_cost", _interleaved(calls))


def _interleaved(calls: dict[str, Callable[[], Any]], rounds: int = 15) -> dict[str, Any]:
    """Median and least seconds of each call, by the clock and of the processor, taken in turns.

    Other work on the machine slows all of them alike, and does not count as processor time.
    """
    times: dict[str, list[tuple[float, float]]] = {name: [] for name in calls}
    for number in range(rounds + 1):  # the first one compiles
        for name, call in calls.items():
            began = time.perf_counter(), time.process_time()
            tf.nest.map_structure(lambda x: x.numpy(), call())
            spent = time.perf_counter() - began[0], time.process_time() - began[1]
            times[name] += [spent] if number else []
    figures: dict[str, Any] = {}
    for column, clock in enumerate(("wall", "processor")):
        for kind, choose in (("median", np.median), ("least", np.min)):
            found = {n: float(choose([t[column] for t in rows])) for n, rows in times.items()}
            passes = DEFAULT.critic_steps * found["critic_passes"] + found["generator_passes"]
            figures[f"{clock}_{kind}"] = {**found, "ratio": found["step"] / passes}
            print(clock, kind, figures[f"{clock}_{kind}"])
    return figures


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parts = {f.__name__: f for f in (train, pretrained, matching, photographs, resume, cost)}
    parser.add_argument("part", choices=parts)
    parser.add_argument("--recipe", choices=RECIPES, default="default")
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--steps", type=int, default=200)
    parser.add_argument("--pairs", type=int, default=PAIRS)
    parser.add_argument("--bundle", action="store_true", help="ship seed 0")
    parser.add_argument("--sheet", help="where to save the photographs' sheet")
    arguments = parser.parse_args()
    parts[arguments.part](arguments)


if __name__ == "__main__":
    main()
