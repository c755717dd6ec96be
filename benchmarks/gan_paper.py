"""The paper's WGAN-GP on 24x24 CIFAR-10 crops, and what its base's mistakes did to it in 2018.

    python -m benchmarks.gan_paper seeds [--seeds 10] [--steps 300] [--batch 32]
    python -m benchmarks.gan_paper faults [--steps 150] [--rate 1e-4] [--width 64]
    python -m benchmarks.gan_paper reconstruction [--steps 300] [--rate 1e-4] [--width 64]
    python -m benchmarks.gan_paper double_pass

The mistakes of the public sample (for flat MNIST vectors), put back alone and together:

- ``epsilon``: of shape (batch, 1), so that it broadcasts over the columns of images: one number for
  each column, the same for all images (the sample needs a batch as large as the images are wide);
- ``axis``: the squared gradient is summed over axis 1 only, and the mean taken of what is left;
- ``root``: no epsilon under the square root;
- ``beta``: Adam's beta_1 is 0.5.

A step that is not finite is rejected and counted, as everywhere in the library; the sample had no
such net, so that its training would have ended at ``first_rejected``. A benchmark that was
interrupted goes on from what it has recorded.
"""

from __future__ import annotations

import argparse
import dataclasses
import json
import time
from collections.abc import Callable
from typing import Any

import numpy as np
import tensorflow as tf

from colortransfer import evaluation
from colortransfer.adversarial import Game, GradientPenalty, Round
from colortransfer.adversarial.terms import EPSILON
from colortransfer.datasets import load_container
from colortransfer.gan import (
    GridGenerator,
    PaperCritic,
    PaperGenerator,
    Recipe,
    Reconstruction,
    color_game,
)
from colortransfer.gan.datasets import training_batches
from colortransfer.gan.losses import reconstruction_loss
from colortransfer.gan.paper_networks import GENERATOR_WIDTH
from colortransfer.gan.recipes import PAPER, changed

from . import common

SIDE = 24
BLOCK = 10  # steps that a point of a curve is the mean of
CURVES = ("wasserstein", "penalty", "critic_loss", "color_error")
FAULTS = ("none", "epsilon", "axis", "root", "beta", "axis+root", "epsilon+axis+root+beta")
HELD_OUT = 128  # images of CIFAR-10's test set

Edit = Callable[[tf.Tensor, tf.Tensor], tf.Tensor]  # from images and colours to images


@dataclasses.dataclass(frozen=True, kw_only=True)
class SamplePenalty(GradientPenalty):
    """The gradient penalty with some of the sample's mistakes."""

    faults: tuple[str, ...] = ()

    def __call__(self, play: Round) -> tf.Tensor:
        real, fake = play["real"], play["fake"]
        share = tf.reshape(play["epsilon"], [-1, 1, 1, 1])
        if "epsilon" in self.faults:
            share = tf.random.uniform([1, 1, real.shape[2], 1])
        places = share * real + (1 - share) * fake
        with tf.GradientTape(watch_accessed_variables=False) as tape:
            tape.watch(places)
            scores = play.scores(self.critic, places, self.given)
        slopes = tape.gradient(scores, places)
        squared = tf.reduce_sum(tf.square(slopes), [1] if "axis" in self.faults else [1, 2, 3])
        floor = 0.0 if "root" in self.faults else EPSILON
        return tf.reduce_mean(tf.square(tf.sqrt(squared + floor) - 1.0))


def faulty(recipe: Recipe, faults: tuple[str, ...]) -> Recipe:
    """The recipe with the sample's mistakes."""
    if "beta" in faults:
        recipe = changed(recipe, {"beta_1": 0.5})
    critic, penalty = recipe.critic_terms
    broken = SamplePenalty(given=penalty.given, weight=penalty.weight, faults=faults)
    return changed(recipe, {"critic_terms": (critic, broken)} if faults else {})


def with_reconstruction(recipe: Recipe, weight: float) -> Recipe:
    """The recipe with another weight of the double pass; none at all for 0."""
    others = tuple(t for t in recipe.generator_terms if not isinstance(t, Reconstruction))
    term = (Reconstruction(weight=weight),) if weight else ()
    return changed(recipe, {"generator_terms": others + term})


class HeldOut:
    """Images that are not trained on; each is given the mean colour of the next."""

    def __init__(self) -> None:
        images, _ = load_container(common.SHARED / "data" / "cifar10" / "test")
        chosen = np.random.default_rng(0).permutation(len(images))[:HELD_OUT]
        crops = images[chosen, 4 : 4 + SIDE, 4 : 4 + SIDE]
        self.images = tf.constant(crops, tf.float32) / 255
        self.colors = tf.roll(tf.reduce_mean(self.images, [1, 2]), 1, 0)
        self.noise = tf.random.stateless_normal([HELD_OUT, 8], [0, 0])

    def figures(self, game: Game) -> dict[str, float]:
        """Measures of the generator as it is, and the critic's true gradient."""
        generator = game.networks["generator"]
        edited = generator(self.images, self.colors, self.noise)

        def again(x: tf.Tensor, c: tf.Tensor) -> tf.Tensor:
            return generator(x, c, self.noise)

        return {
            "gradient_norm": self._norm(game),
            **self.of_images(edited),
            "reconstruction": float(reconstruction_loss(again, self.images, edited)),
        }

    def of_images(self, edited: tf.Tensor) -> dict[str, float]:
        means = [tf.reduce_mean(x, [1, 2]) for x in (self.images, edited)]
        before, after = (tf.reduce_mean(tf.abs(mean - self.colors), 1) for mean in means)
        pairs = zip(self.images.numpy(), tf.convert_to_tensor(edited).numpy(), strict=True)
        structures = [evaluation.contrast_structure(x, y) for x, y in pairs]
        return {
            "color_error": float(tf.reduce_mean(after)),
            "farther_than_input": float(tf.reduce_mean(tf.cast(after > before, tf.float32))),
            "contrast_structure": float(np.mean(structures)),
        }

    def double_pass(self) -> dict[str, dict[str, float]]:
        """The same of maps that no training made: what the reconstruction loss thinks of them."""

        def about_mean(change: Callable[[tf.Tensor], tf.Tensor]) -> Edit:
            def edit(x: tf.Tensor, c: tf.Tensor) -> tf.Tensor:
                mean = tf.reduce_mean(x, [1, 2], keepdims=True)
                return tf.clip_by_value(c[:, None, None] + change(x - mean), 0, 1)

            return edit

        grid = GridGenerator()
        maps: dict[str, Edit] = {
            "mean shift": about_mean(lambda x: x),
            "shift of the negative": about_mean(lambda x: -x),
            "shift with red and blue swapped": about_mean(lambda x: x[..., ::-1]),
            "the closed form": lambda x, c: grid(x, c, self.noise),
            "the target colour everywhere": about_mean(tf.zeros_like),
        }
        found = {}
        for name, edit in maps.items():
            edited = edit(self.images, self.colors)
            loss = reconstruction_loss(edit, self.images, edited)
            found[name] = {**self.of_images(edited), "reconstruction": float(loss)}
        return found

    def _norm(self, game: Game) -> float:
        """Mean norm of the critic's gradient, over all axes, at real images."""
        with tf.GradientTape() as tape:
            tape.watch(self.images)
            scores = game.networks["critic"](self.images, self.colors)
        slopes = tape.gradient(scores, self.images)
        return float(tf.reduce_mean(tf.sqrt(tf.reduce_sum(tf.square(slopes), [1, 2, 3]))))

    def gradients(self, game: Game, count: int = 32) -> dict[str, float]:
        """Norms of the weighted terms' gradients in the generator, and cosines between them."""
        x, colors, noise = (t[:count] for t in (self.images, self.colors, self.noise))
        given = {"images": x, "photographs": x, "colors": colors, "noise": noise}
        play = Round(game.networks, {**given, "noise_back": noise}, game.wiring)
        generator = game.players[1]
        with tf.GradientTape(persistent=True) as tape:
            terms = {term.name: term.weight * term(play) for term in generator.terms}
        flat = {}
        for name, value in terms.items():
            slopes = tape.gradient(value, game.networks["generator"].trainable_variables)
            flat[name] = np.concatenate([tf.convert_to_tensor(s).numpy().ravel() for s in slopes])
        found = {name: float(np.linalg.norm(v)) for name, v in flat.items()}
        if "reconstruction" in flat:
            own = flat["reconstruction"]
            for name in ("adversarial", "color_error"):
                product = float(own @ flat[name])
                found[f"cosine_{name}"] = product / (found["reconstruction"] * found[name])
        return found


def run(
    images: np.ndarray,
    recipe: Recipe,
    steps: int,
    fault: str = "none",
    *,
    width: int = GENERATOR_WIDTH,
    look: bool = False,
) -> dict[str, Any]:
    """Curves and last figures of one training; ``look`` adds the terms' gradients."""
    recipe = faulty(recipe, tuple(name for name in fault.split("+") if name != "none"))
    generator = PaperGenerator(width=width, seed=recipe.seed)
    critic = PaperCritic(SIDE, widths=(width, 2 * width, 2 * width), seed=recipe.seed + 1)
    game = color_game(generator, critic, recipe)
    batches = training_batches(
        images,
        start=0,
        stop=steps,
        parts=game.parts,
        batch=recipe.batch,
        crop=SIDE,
        seed=recipe.seed,
    )
    held_out, one, rows = HeldOut(), tf.constant(1.0), []
    before = held_out.gradients(game) if look else {}
    began = time.perf_counter()
    for number, batch in enumerate(batches):
        metrics = game.step(tf.constant(number, tf.int64), one, batch)
        rows.append({name: float(value) for name, value in metrics.items()})
    seconds = (time.perf_counter() - began) / steps
    rejected = [row["rejected"] for row in rows]
    penalty = np.array([row["penalty"] for row in rows])
    found = {
        "fault": fault,
        "seed": recipe.seed,
        "steps": steps,
        "rejected": sum(rejected),
        "first_rejected": next((n for n, r in enumerate(rejected, 1) if r), None),
        "not_finite": int(sum(not np.isfinite(list(row.values())).all() for row in rows)),
        "largest_penalty": float(np.nanmax(penalty)),
        "last_penalty": float(np.nanmean(penalty[-20:])),
        "held_out": held_out.figures(game),
        "seconds_per_step": seconds,
        "curves": {name: _blocks([row[name] for row in rows]) for name in CURVES},
    }
    if look:
        found["gradients"] = {"before": before, "after": held_out.gradients(game)}
    return found


def _blocks(values: list[float]) -> list[float]:
    parts = [values[i : i + BLOCK] for i in range(0, len(values), BLOCK)]
    return [round(float(np.mean(part)), 5) for part in parts]


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("part", choices=("seeds", "faults", "reconstruction", "double_pass"))
    parser.add_argument("--seeds", type=int, default=10)
    parser.add_argument("--steps", type=int, default=300)
    parser.add_argument("--batch", type=int, default=PAPER.batch)
    parser.add_argument("--rate", type=float, default=PAPER.generator_rate)
    parser.add_argument("--width", type=int, default=GENERATOR_WIDTH, help="of the networks")
    arguments = parser.parse_args()
    images, _ = load_container(common.SHARED / "data" / "cifar10" / "train")
    rates = {"generator_rate": arguments.rate, "critic_rate": arguments.rate}
    recipe = changed(PAPER, {"batch": arguments.batch, **rates})
    if arguments.part == "double_pass":
        common.record("gan_paper_double_pass", {"maps": HeldOut().double_pass()})
        return
    runs: dict[str, list[dict[str, Any]]] = {
        "seeds": [{"changes": {"seed": seed}} for seed in range(arguments.seeds)],
        "faults": [{"changes": {}, "fault": fault} for fault in FAULTS],
        "reconstruction": [
            {"changes": {}, "reconstruction": weight, "look": True} for weight in (0.0, 10.0)
        ],
    }
    small = "" if arguments.width == GENERATOR_WIDTH else f"_width_{arguments.width}"
    name = f"gan_paper_{arguments.part}{small}"
    settings = {key: getattr(arguments, key) for key in ("batch", "rate", "width")}
    settings["block"] = BLOCK
    found: list[dict[str, Any]] = []
    earlier = _recorded(name, settings)
    for chosen in runs[arguments.part]:
        changes = chosen.pop("changes")
        weight = chosen.pop("reconstruction", 10.0)
        same = {"changes": changes, "steps": arguments.steps, "reconstruction": weight}
        same["fault"] = chosen.get("fault", "none")
        done = [row for row in earlier if same.items() <= row.items()]
        if done:
            found += done
            continue
        played = with_reconstruction(changed(recipe, changes), weight)
        result = run(images, played, arguments.steps, width=arguments.width, **chosen)
        found.append({"changes": changes, "reconstruction": weight, **result})
        print(changes, {k: v for k, v in result.items() if k != "curves"}, flush=True)
        common.record(name, {**settings, "runs": found})


def _recorded(name: str, settings: dict[str, Any]) -> list[dict[str, Any]]:
    """What an interrupted benchmark of these settings has already measured."""
    path = common.RESULTS / f"{name}.json"
    if not path.exists():
        return []
    earlier = json.loads(path.read_text("utf-8"))
    return earlier["runs"] if settings.items() <= earlier.items() else []


if __name__ == "__main__":
    main()
