"""Edits of clips and of sequences of images, from file to file."""

from __future__ import annotations

import numbers
import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from .. import colors
from ..errors import InputError
from ..transforms import Transform
from ..typing import ColorLike
from . import clips, sequences
from .fitting import Fit, fitted
from .grade import Grade, ShotGrade
from .progress import Callback
from .writing import Encoding


def transfer_video(
    source: str | Path,
    target: ColorLike,
    destination: str | Path,
    *,
    method: Any = None,
    cut: bool = True,
    key_seconds: float = 10.0,
    strength: float = 1.0,
    encoding: Encoding | None = None,
    callbacks: Sequence[Callback] = (),
) -> Grade:
    """Give a clip another mean colour: one edit a shot, for all of its frames alike.

    Parameters
    ----------
    source
        A clip that PyAV (FFmpeg) reads, or the pattern of a sequence of images, ``a/%05d.png``.
    target
        The mean colour of each shot: "#5b86b4", "teal" or three floats in [0, 1], sRGB.
    destination
        The clip to write, or the pattern of a sequence. Other streams of a clip are copied.
    method
        What fits an edit of colours, by ``fit(image, target)``; None: `FeatureMatcher`.
    cut
        Whether each shot has its own edit and reaches the colour; otherwise the clip as a whole.
    key_seconds
        Seconds between the key frames of longer shots. Each has an edit, fitted to frames around
        it, and from one to the next they change into each other. ``inf``: one edit a shot.
    strength
        From 0, which leaves the clip as it is, to 1, the whole edit.
    encoding
        Codec, quality and pixel format; None: as the source.
    callbacks
        Called with a `Progress` after each frame of the two stages.

    Returns
    -------
    Grade
        The edits of all shots.

    Raises
    ------
    FileError
        If a file cannot be read or written; the destination is then what it was.
    InputError
        For HDR, codings and arguments that cannot be used; the message names the remedy.
    MissingDependencyError
        Without PyAV, for clips.

    Notes
    -----
    Values of a frame are taken for sRGB once its matrix and range are undone, as players do. A clip
    that names no matrix has that of BT.601, as FFmpeg has it. The mean is that of all frames of a
    shot, of at least 45,000 evenly spread pixels each.

    Examples
    --------
    >>> from colortransfer import images
    >>> from colortransfer.methods import Spec
    >>> for number in range(3):
    ...     images.save(folder / f"{number}.png", photo)
    >>> shift = Spec("shift").build()
    >>> grade = transfer_video(folder / "%d.png", "#5b86b4", folder / "new%d.png", method=shift)
    >>> (images.load(folder / "new2.png").mean((0, 1))).round().tolist()
    [91.0, 134.0, 180.0]
    """
    color = colors.parse_color(target)
    if not key_seconds > 0:
        raise InputError(f"key_seconds is {key_seconds!r}; use a number above 0, or inf")
    _check(source, destination, strength)
    medium = sequences if sequences.is_pattern(source) else clips
    looks = medium.looks(source, callbacks)
    grade = fitted(looks, Fit(method, color), cut=cut, spacing=key_seconds)
    _edit(source, destination, grade, strength, encoding, callbacks)
    return grade


def apply_video(
    source: str | Path,
    transform: Transform,
    destination: str | Path,
    *,
    strength: float = 1.0,
    encoding: Encoding | None = None,
    callbacks: Sequence[Callback] = (),
) -> None:
    """Apply one edit to every frame of a clip, or of a sequence of images.

    Parameters
    ----------
    source
        A clip that PyAV (FFmpeg) reads, or the pattern of a sequence of images, ``a/%05d.png``.
    transform
        The edit; one that depends on the place has the frame for its picture.
    destination
        The clip to write, or the pattern of a sequence. Other streams of a clip are copied.
    strength
        From 0, which leaves the clip as it is, to 1, the whole edit.
    encoding
        Codec, quality and pixel format; None: as the source.
    callbacks
        Called with a `Progress` after each frame.

    Raises
    ------
    FileError, InputError, MissingDependencyError
        For what `transfer_video` raises them for.

    Examples
    --------
    >>> from colortransfer import images
    >>> from colortransfer.transforms import Lut3D
    >>> images.save(folder / "1.png", photo)
    >>> negative = Lut3D.sample(lambda colors: 1 - colors, 2)
    >>> apply_video(folder / "%d.png", negative, folder / "negative%d.png")
    >>> bool((images.load(folder / "negative1.png") == 255 - photo).all())
    True
    """
    _check(source, destination, strength)
    grade = Grade((ShotGrade(0, (0.0,), (transform,)),))
    _edit(source, destination, grade, strength, encoding, callbacks)


def _check(source: str | Path, destination: str | Path, strength: Any) -> None:
    """Raise InputError for arguments that cannot be used."""
    if not (isinstance(strength, numbers.Real) and 0 <= float(strength) <= 1):
        raise InputError(f"strength must be between 0 and 1, not {strength!r}")
    if sequences.is_pattern(source) != sequences.is_pattern(destination):
        raise InputError(
            f"{source} and {destination} are not of one kind; a clip becomes a clip, and a pattern "
            "like frames/%05d.png another such pattern"
        )
    if os.path.realpath(source) == os.path.realpath(destination):
        raise InputError(f"{destination} would overwrite its source; choose another name")


def _edit(
    source: str | Path,
    destination: str | Path,
    grade: Grade,
    strength: float,
    encoding: Encoding | None,
    callbacks: Sequence[Callback],
) -> None:
    if not sequences.is_pattern(source):
        encoding = encoding or Encoding()
        clips.edit(
            source,
            destination,
            grade,
            strength=strength,
            encoding=encoding,
            callbacks=callbacks,
        )
    elif encoding is not None:
        raise InputError("a sequence of images has no codec; its suffix says the format")
    else:
        sequences.edit(source, destination, grade, strength=strength, callbacks=callbacks)
