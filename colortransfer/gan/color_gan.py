"""The second approach: a generator that learns, from many images, to recolour any."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import tensorflow as tf

from .. import colors as color_space
from .. import images as image_files
from ..errors import FileError, InputError
from ..feature_extractors.weights import bundled_weights
from ..images.canvas import Canvas, as_canvas
from ..transforms import BilateralGridTransform, apply_exactly
from .checkpoints import load_arrays, save_arrays
from .fitting import Training
from .grid import area_means
from .grid_generator import GridGenerator
from .networks import Generator
from .paper_networks import PaperGenerator
from .recipes import DEFAULT, PAPER, MakeCritic, Recipe, changed, default_critic, paper_critic
from .training import Callback, History, Options

GENERATORS: dict[str, type[Any]] = {"grid": GridGenerator, "paper": PaperGenerator}
PRETRAINED = "color_gan"


class ColorGAN:
    """A colour-conditional GAN (Soiffer and Zhang 2018, section 3.2), made to converge.

    Parameters
    ----------
    generator
        By default a ``GridGenerator``.
    critic
        From the images' side in pixels to a critic; by default a ``FeatureCritic`` on the bundled
        ``PlainNet``.
    recipe
        Constants of the training; by default ``recipes.DEFAULT``.

    Examples
    --------
    >>> gan = ColorGAN.pretrained()  # doctest: +SKIP
    >>> recoloured = gan.transfer(photo, "#5b86b4")  # doctest: +SKIP
    """

    def __init__(
        self,
        *,
        generator: Generator | None = None,
        critic: MakeCritic | None = None,
        recipe: Recipe | None = None,
    ) -> None:
        self.recipe = DEFAULT if recipe is None else recipe
        self.generator = generator or GridGenerator(seed=self.recipe.seed)
        self._make_critic = critic or default_critic
        self._predict = tf.function(self._grid_or_image, reduce_retracing=True)

    @classmethod
    def paper(cls, **changes: Any) -> ColorGAN:
        """As published; every constant is here, every decision in docs/paper.

        Parameters
        ----------
        **changes
            Fields of `Recipe` to be changed, such as ``seed`` or ``batch``.
        """
        recipe = changed(PAPER, changes)
        return cls(generator=PaperGenerator(seed=recipe.seed), critic=paper_critic, recipe=recipe)

    @classmethod
    def pretrained(cls) -> ColorGAN:
        """The default generator with the weights that come with the package.

        They are those of 200 steps of the default recipe with seed 0 on Tiny ImageNet; docs/gan has
        the command that made them.
        """
        gan = cls()
        gan.generator.assign(bundled_weights(PRETRAINED))
        return gan

    def save(self, path: str | Path) -> None:
        """Write what `transfer` needs as a ``.npz`` of plain arrays, atomically.

        To go on with a training, keep its folder instead: critic and optimizer are not in here.
        """
        header = {
            "kind": "generator",
            "generator": self.generator.kind,
            "options": self.generator.options,
            "recipe": dataclasses.asdict(self.recipe),
        }
        save_arrays(path, self.generator.arrays(), header)

    @classmethod
    def load(cls, path: str | Path) -> ColorGAN:
        """Read what `save` wrote. Networks are rebuilt from code; arrays are checked.

        Raises
        ------
        FileError
            If the file is missing, damaged, or not a saved generator.
        """
        arrays, header = load_arrays(path, "generator")
        try:
            kind = header["generator"]
            generator = GENERATORS[kind](**header["options"])
            recipe = Recipe(**header["recipe"])
            generator.assign(arrays)
        except (KeyError, TypeError, ValueError, InputError) as error:
            raise FileError(f"{path} is damaged, or was written by another version") from error
        critic = paper_critic if kind == PaperGenerator.kind else None
        return cls(generator=generator, critic=critic, recipe=recipe)

    def fit(
        self,
        images: np.ndarray,
        *,
        steps: int,
        validation: np.ndarray | None = None,
        callbacks: Sequence[Callback] = (),
        folder: str | Path | None = None,
        strategy: tf.distribute.Strategy | None = None,
        checkpoint_every: int = 250,
        validate_every: int = 250,
        tensorboard: bool = False,
        progress: bool = False,
    ) -> History:
        """Train, and keep the average of the generator's weights.

        Parameters
        ----------
        images
            uint8 (N, H, W, 3); see ``datasets.load_images``.
        steps
            Generator steps in all, with those of a resumed training and the critic's warm-up.
        validation
            Images for validation, never trained on: every ``validate_every`` steps the log gets
            figures of them, and the folder a sheet of samples.
        callbacks
            Called after each step with its row of the log; returning True ends the training.
        folder
            For ``checkpoint.npz``, ``log.csv`` and sample sheets. A training that finds its
            checkpoint there goes on from it, and ends as if it had never been interrupted. The
            checkpoint must be of the same images, recipe, networks and number of steps.
        strategy
            Replicas to share the batches.

        Returns
        -------
        History
            The log, and why the training ended. Divergence is reported there.

        Raises
        ------
        InputError, FileError
            If images, options or the folder cannot be used.
        """
        options = Options(
            folder=None if folder is None else Path(folder),
            checkpoint_every=checkpoint_every,
            validate_every=validate_every,
            callbacks=callbacks,
            tensorboard=tensorboard,
            progress=progress,
        )
        training = Training(self.generator, self._make_critic, self.recipe, images, strategy)
        history, weights = training.run(steps, options, validation)
        self.generator.assign(weights)
        return history

    def transfer(self, image: Any, color: Any, *, seed: int = 0) -> Any:
        """The photograph, or each of several, with another mean colour.

        Parameters
        ----------
        image
            An image as for ``FeatureMatcher.transfer``; or a batch: an array (N, H, W, 3 or 4), or
            a list of images of any sizes.
        color
            "#5b86b4", "teal" or three floats in [0, 1]; for a batch, one for all or a list.
        seed
            Of the noise.

        Returns
        -------
        Same type, dtype and shape as ``image``. With a generator of grids its mean colour is the
        target, to the rounding of its dtype; with the paper's it is only near.

        Raises
        ------
        InputError
            If image, colour or seed cannot be used.
        """
        if not isinstance(seed, (int, np.integer)) or isinstance(seed, bool) or seed < 0:
            raise InputError(f"seed must be an integer from 0, not {seed!r}")
        if isinstance(image, (list, tuple)):
            return [self._one(x, c, seed) for x, c in _pairs(image, color)]
        if isinstance(image, np.ndarray) and image.ndim == 4:
            return np.stack([self._one(x, c, seed) for x, c in _pairs(image, color)])
        return self._one(image, color, seed)

    def transfer_folder(
        self, source: str | Path, destination: str | Path, color: Any, *, seed: int = 0
    ) -> list[Path]:
        """Every photograph of a folder with another mean colour, under its name in another folder.

        Returns
        -------
        list of Path
            The files that were written.

        Raises
        ------
        FileError
            If there are no photographs, the folders are one, or a file cannot be read or written.
        """
        source, destination = Path(source), Path(destination)
        color_space.parse_color(color)
        paths = [p for p in _files(source) if p.suffix.lower() in image_files.SUFFIXES]
        if not paths:
            raise FileError(f"there are no photographs in {source}")
        if destination.resolve() == source.resolve():
            raise FileError(f"{destination} holds the originals; give another folder")
        try:
            destination.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise FileError(f"cannot make the folder {destination}: {error.strerror}") from error
        for path in paths:
            edited = self.transfer(image_files.load(path), color, seed=seed)
            image_files.save(destination / path.name, edited)
        return [destination / path.name for path in paths]

    def _one(self, image: Any, color: Any, seed: int) -> Any:
        target = color_space.parse_color(color)
        canvas = as_canvas(image)
        if canvas.grey:
            target = np.full(3, color_space.LUMA @ target)
        result = self._prediction(canvas, target, seed)
        if result.ndim == 5:
            return apply_exactly(canvas, BilateralGridTransform(result), target)[0]
        return canvas.restore(result)

    def _prediction(self, canvas: Canvas, target: np.ndarray, seed: int) -> np.ndarray:
        """The generator's grid, or its image where it has no grids."""
        rgb = canvas.rgb
        if canvas.visible is not None:  # what is not seen must not be felt either
            mean = color_space.mean_color(rgb, canvas.visible).astype(np.float32)
            rgb = np.where(canvas.visible[..., None], rgb, mean)
        small = tf.constant(rgb[None])
        if isinstance(self.generator, GridGenerator):
            small = area_means(small, self.generator.size, self.generator.size)
        noise = np.random.default_rng(seed).normal(size=(1, self.generator.noise_size))
        return self._predict(
            small,
            tf.constant(target[None], tf.float32),
            tf.constant(noise, tf.float32),
        ).numpy()[0]

    def _grid_or_image(self, images: tf.Tensor, colors: tf.Tensor, noise: tf.Tensor) -> tf.Tensor:
        if isinstance(self.generator, GridGenerator):
            return self.generator.grids(images, colors, noise)
        return self.generator(images, colors, noise)


def _pairs(images: Any, color: Any) -> list[tuple[Any, Any]]:
    """Each image with its colour: one for all, or one for each."""
    several = isinstance(color, (list, tuple, np.ndarray)) and not all(map(_is_number, color))
    each = list(color) if several else [color] * len(images)
    if len(each) != len(images):
        raise InputError(f"{len(images)} images and {len(each)} colours; give one, or one for each")
    return list(zip(images, each, strict=True))


def _is_number(value: Any) -> bool:
    return np.ndim(value) == 0 and not isinstance(value, str)


def _files(folder: Path) -> list[Path]:
    try:
        return sorted(path for path in folder.iterdir() if path.is_file())
    except OSError as error:
        raise FileError(f"cannot read the folder {folder}: {error.strerror or error}") from error
