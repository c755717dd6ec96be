"""The second approach: a generator that learns, from many images, to recolour any."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import tensorflow as tf

from .. import colors as color_space
from ..colors import goal_of
from ..core.array_files import load_arrays, save_arrays
from ..core.forks import before_tensorflow
from ..edit import Edit, asked_color, color_warnings, mean_error
from ..errors import FileError, InputError
from ..feature_extractors.weights import bundled_weights
from ..images.canvas import as_canvas
from ..training import Callback, History, Options
from ..transforms import Transform, apply_exactly
from .grid_generator import GridGenerator
from .networks import Generator
from .paper_networks import PaperGenerator
from .recipes import DEFAULT, PAPER, MakeCritic, Recipe, changed, default_critic, paper_critic
from .training import Training

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
    >>> gan = ColorGAN.pretrained()
    >>> photo = np.zeros((40, 60, 3), np.uint8) + np.uint8(128)
    >>> gan.transfer(photo, "#5b86b4")[0, 0].tolist()
    [91, 134, 180]
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

        They are those of 1,000 steps of ``recipes.MATCHING`` with seed 0 on Tiny ImageNet: it
        learned what the default of `FeatureMatcher` minimises. docs/gan has the command.
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
        }
        save_arrays(path, self.generator.arrays(), header)

    @classmethod
    def load(cls, path: str | Path) -> ColorGAN:
        """Read what `save` wrote. Networks are rebuilt from code; arrays are checked.

        The recipe is that of `ColorGAN()`, or of `paper` for its generator.

        Raises
        ------
        FileError
            If the file is missing, damaged, or not a saved generator.
        """
        arrays, header = load_arrays(path, "generator")
        try:
            kind = header["generator"]
            generator = GENERATORS[kind](**header["options"])
            generator.assign(arrays)
        except (KeyError, TypeError, ValueError, InputError) as error:
            raise FileError(f"{path} is damaged, or was written by another version") from error
        if kind == PaperGenerator.kind:
            return cls(generator=generator, critic=paper_critic, recipe=PAPER)
        return cls(generator=generator)

    def train(
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
            checkpoint must be of the same images, recipe and networks; and of the same number of
            steps, once the recipe's learning rate depends on it. Ctrl-C and SIGTERM let the step in
            hand end and leave a checkpoint of it.
        strategy
            Replicas to share the batches: of this machine, or of several
            (`tf.distribute.MultiWorkerMirroredStrategy`), of which the first writes the folder
            and all can read it.
        checkpoint_every, validate_every
            In steps.
        tensorboard
            Write the log for TensorBoard too, into the folder.
        progress
            Show a progress bar.

        Returns
        -------
        History
            The log, and why the training ended. Divergence is reported there.

        Raises
        ------
        InputError, FileError
            If images, options or the folder cannot be used.

        Examples
        --------
        >>> images = np.random.default_rng(0).integers(0, 256, (8, 16, 16, 3), dtype=np.uint8)
        >>> history = ColorGAN.paper(crop=16, batch=2, critic_steps=1).train(images, steps=1)
        >>> history.reason, history.rejected
        ('steps', 0)
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
            Array or tensor (H, W), (H, W, 1), (H, W, 3) or (H, W, 4): uint8, uint16, or floats in
            [0, 1]. Or a batch: an array (N, H, W, 3 or 4), or a list of images of any sizes.
        color
            "#5b86b4", "teal" or three floats in [0, 1]; for a batch, one for all or a list.
        seed
            Seed of the noise that the generator is given, an integer from 0.

        Returns
        -------
        Same type, dtype and shape as ``image``. With a generator of grids its mean colour is the
        target, to the rounding of its dtype; with the paper's it is only near.

        Raises
        ------
        InputError
            If image, colour or seed cannot be used.
        """
        if isinstance(image, (list, tuple)):
            return [self.fit_edit(x, c, seed=seed).image for x, c in _pairs(image, color)]
        if isinstance(image, np.ndarray) and image.ndim == 4:
            return np.stack([self.fit_edit(x, c, seed=seed).image for x, c in _pairs(image, color)])
        return self.fit_edit(image, color, seed=seed).image

    def fit_edit(self, image: Any, color: Any, *, seed: int = 0) -> Edit:
        """The edited photograph, and the edit as a value.

        Parameters
        ----------
        image
            Array or tensor (H, W), (H, W, 1), (H, W, 3) or (H, W, 4): uint8, uint16, or floats in
            [0, 1]. It is not changed.
        color
            "#5b86b4", "teal" or three floats in [0, 1].
        seed
            Seed of the noise that the generator is given, an integer from 0.

        Returns
        -------
        Edit
            With a transform where the generator predicts one; the paper's draws its pixels, and
            has none. The error of a grey photograph is that against the colour's grey.

        Raises
        ------
        InputError
            If image, colour or seed cannot be used.

        Examples
        --------
        >>> photo = np.random.default_rng(0).random((20, 30, 3))
        >>> edit = ColorGAN.pretrained().fit_edit(photo, "#5b86b4")
        >>> edit.color_error < 1e-3
        True
        >>> edit.transform.apply(photo).shape
        (20, 30, 3)
        """
        if not isinstance(seed, (int, np.integer)) or isinstance(seed, bool) or seed < 0:
            raise InputError(f"seed must be an integer from 0, not {seed!r}")
        before_tensorflow()
        asked = asked_color(color, "ColorGAN")
        canvas = as_canvas(image)
        target, warnings = goal_of(asked, grey=canvas.grey), color_warnings(asked, grey=canvas.grey)
        rgb = canvas.rgb
        if canvas.visible is not None:  # what is not seen must not be felt either
            mean = color_space.mean_color(rgb, canvas.visible).astype(np.float32)
            rgb = np.where(canvas.visible[..., None], rgb, mean)
        noise = np.random.default_rng(seed).normal(size=(1, self.generator.noise_size))
        found = self.generator.edit(
            tf.constant(rgb[None]),
            tf.constant(target[None], tf.float32),
            tf.constant(noise, tf.float32),
        )
        if isinstance(found, Transform):
            result, transform, error = apply_exactly(canvas, found, target)
            return Edit(result, transform, errors={"color": error}, warnings=warnings, color=target)
        result = canvas.restore(found)
        error = mean_error(result, target)
        return Edit(result, None, errors={"color": error}, warnings=warnings, color=target)


def _pairs(images: Any, color: Any) -> list[tuple[Any, Any]]:
    """Each image with its colour: one for all, or one for each."""
    several = isinstance(color, (list, tuple, np.ndarray)) and not all(map(_is_number, color))
    each = list(color) if several else [color] * len(images)
    if len(each) != len(images):
        raise InputError(f"{len(images)} images and {len(each)} colours; give one, or one for each")
    return list(zip(images, each, strict=True))


def _is_number(value: Any) -> bool:
    return np.ndim(value) == 0 and not isinstance(value, str)
